package io.cattino.agent.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which fake GPUs a node pretends to have: {@code 4x24576}, {@code 2x24576:A10,1x81920:A100},
 * {@code 4x24576@/path/to/state}; {@code 4x24576~2}, {@code 4x24576~2:A10}: every two of them reach
 * each other fast.
 *
 * @param totalsMib memory of each device, by index
 * @param models name of each device's model, by index
 * @param state a file with lines {@code index used_mib [pid]}: what is used, by the process with
 *     that pid as long as it lives, or {@code index sick why}; may be missing
 * @param islands which island each device is on, by index: those on one reach each other fast
 */
public record FakeGpuSpec(
        List<Long> totalsMib, List<String> models, Optional<Path> state, List<Integer> islands) {

    private static final Pattern PART =
            Pattern.compile(
                    "(\\d{1,4})x(\\d{1,9})(?:~(\\d{1,4}))?(?::([A-Za-z0-9][A-Za-z0-9 ._-]{0,63}))?");
    private static final int MOST = 1024;
    private static final int MOST_TOGETHER = 64;
    private static final long MIB_PER_GIB = 1024;

    public FakeGpuSpec {
        totalsMib = List.copyOf(totalsMib);
        models = List.copyOf(models);
        islands = List.copyOf(islands);
    }

    /** GPUs whose models are named after their memory, each on an island of its own. */
    public FakeGpuSpec(List<Long> totalsMib, Optional<Path> state) {
        this(
                totalsMib,
                totalsMib.stream().map(FakeGpuSpec::model).toList(),
                state,
                IntStream.range(0, totalsMib.size()).boxed().toList());
    }

    /** Which others a device reaches fast. */
    List<Integer> near(int index) {
        return IntStream.range(0, islands.size())
                .filter(other -> other != index && islands.get(other).equals(islands.get(index)))
                .boxed()
                .toList();
    }

    private static String model(long mib) {
        return "Fake " + mib / MIB_PER_GIB + "G";
    }

    /**
     * Parses it.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static FakeGpuSpec parse(String text) {
        int at = text.indexOf('@');
        String devices = at < 0 ? text : text.substring(0, at);
        List<Long> totals = new ArrayList<>();
        List<String> models = new ArrayList<>();
        List<Integer> islands = new ArrayList<>();
        for (String part : devices.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches()) {
                throw bad(text, "'" + part + "' is not COUNTxMIB or COUNTxMIB:MODEL");
            }
            int count = Integer.parseInt(matcher.group(1));
            long mib = Long.parseLong(matcher.group(2));
            int together = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
            if (count == 0 || mib == 0 || together == 0) {
                throw bad(text, "'" + part + "' has a zero in it");
            }
            if (together > MOST_TOGETHER) {
                throw bad(text, "'" + part + "' has more than " + MOST_TOGETHER + " together");
            }
            for (int i = 0; i < count; i++) {
                islands.add(i % together == 0 ? totals.size() : islands.getLast());
                totals.add(mib);
                models.add(matcher.group(4) == null ? model(mib) : matcher.group(4));
            }
        }
        if (totals.size() > MOST) {
            throw bad(text, totals.size() + " devices are more than " + MOST);
        }
        if (at >= 0 && !text.startsWith("/", at + 1)) {
            throw bad(text, "the path of the state file must be absolute");
        }
        return new FakeGpuSpec(
                totals,
                models,
                at < 0 ? Optional.empty() : Optional.of(Path.of(text.substring(at + 1))),
                islands);
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException(
                "bad fake GPUs '%s': %s; write for example 4x24576 or 2x24576,1x81920:A100"
                        .formatted(text, why));
    }
}
