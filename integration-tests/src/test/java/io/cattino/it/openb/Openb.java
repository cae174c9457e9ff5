package io.cattino.it.openb;

import io.cattino.coordinator.core.model.DeviceNeed;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code openb NODES.csv PODS.csv [--seeds N]}: the mean of N experiments. */
public final class Openb {
    private static final String USAGE =
            "usage: openb NODES.csv PODS.csv [--seeds N]   (N from 1 to 1000, 10 if not said)";

    /** As the published experiment numbers its own. */
    private static final long FIRST_SEED = 42;

    private record Asked(Path nodes, Path pods, int seeds) {}

    private Openb() {}

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** The exit code: 0, 1 for files that are no good, 2 for arguments that are not. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        Asked asked = asked(args);
        if (asked == null) {
            err.println(USAGE);
            return 2;
        }
        try {
            List<Host> hosts = Host.read(asked.nodes);
            List<Ask> trace = Ask.read(asked.pods);
            if (hosts.stream().noneMatch(host -> host.cards() > 0)) {
                throw new Csv.Malformed(asked.nodes + ": no host has a card");
            }
            if (trace.stream().allMatch(ask -> ask.spec().devices() instanceof DeviceNeed.None)) {
                throw new Csv.Malformed(asked.pods + ": no task asks for a card");
            }
            measure(hosts, trace, asked.seeds, out);
            return 0;
        } catch (Csv.Malformed malformed) {
            err.println("openb: " + malformed.getMessage());
            return 1;
        }
    }

    private static @Nullable Asked asked(String[] args) {
        List<Path> files = new ArrayList<>();
        int seeds = 10;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--seeds")) {
                seeds = ++i < args.length ? number(args[i]) : -1;
            } else if (args[i].startsWith("-")) {
                return null;
            } else {
                files.add(Path.of(args[i]));
            }
        }
        return files.size() == 2 && seeds >= 1 && seeds <= 1000
                ? new Asked(files.getFirst(), files.getLast(), seeds)
                : null;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static void measure(List<Host> hosts, List<Ask> trace, int seeds, PrintStream out) {
        int cards = hosts.stream().mapToInt(Host::cards).sum();
        out.printf(
                Locale.ROOT,
                "%d hosts, %d cards, %d tasks to draw from%n",
                hosts.size(),
                cards,
                trace.size());
        List<Replay.Result> results = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
            Replay.Result result = new Replay(hosts).run(trace, seed);
            results.add(result);
            out.printf(
                    Locale.ROOT,
                    "seed %d: %d tasks came; allocated 100%%: %.2f 130%%: %.2f%n",
                    seed,
                    result.nanos().size(),
                    result.percentAtFull(),
                    result.percentAtEnd());
        }
        long[] nanos =
                results.stream()
                        .flatMap(result -> result.nanos().stream())
                        .mapToLong(Long::longValue)
                        .sorted()
                        .toArray();
        out.printf(
                Locale.ROOT,
                "placement time per task: median %.3f ms, 99 %% within %.3f ms, at most %.1f ms%n",
                nanos[nanos.length / 2] / 1e6,
                nanos[(int) (nanos.length * 99L / 100)] / 1e6,
                nanos[nanos.length - 1] / 1e6);
        out.printf(
                Locale.ROOT,
                "allocated 100%%: %.2f 130%%: %.2f%n",
                results.stream().mapToDouble(Replay.Result::percentAtFull).average().orElse(0),
                results.stream().mapToDouble(Replay.Result::percentAtEnd).average().orElse(0));
    }
}
