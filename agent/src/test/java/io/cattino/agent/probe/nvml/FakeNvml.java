package io.cattino.agent.probe.nvml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullUnmarked;

/**
 * A driver that does what a test says: {@code src/test/c/fakenvml.c}, compiled once per JVM and
 * copied for each test, so that it is loaded anew.
 */
@NullUnmarked
public final class FakeNvml {

    public static final long MIB = 1 << 20;

    private static final Path SOURCE = Path.of("src/test/c/fakenvml.c");
    private static final Map<List<String>, Optional<byte[]>> COMPILED = new ConcurrentHashMap<>();

    private final Path directory;
    private final Map<String, String> state = new LinkedHashMap<>();
    private final List<String> processes = new ArrayList<>();
    private final List<String> events = new ArrayList<>();

    private FakeNvml(Path directory) {
        this.directory = directory;
    }

    /** In this directory; the test is skipped where there is no C compiler. */
    public static FakeNvml in(Path directory, String... options) throws IOException {
        Optional<byte[]> library = COMPILED.computeIfAbsent(List.of(options), FakeNvml::compile);
        assumeTrue(library.isPresent(), "no C compiler: cc");
        FakeNvml fake = new FakeNvml(directory);
        Files.write(Path.of(fake.library()), library.get());
        return fake.set("driver", "570.86.15");
    }

    private static Optional<byte[]> compile(List<String> options) {
        try {
            Path out = Files.createTempFile("fakenvml", ".so");
            List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC"));
            command.addAll(options);
            command.addAll(List.of("-o", out.toString(), SOURCE.toAbsolutePath().toString()));
            Process compiler;
            try {
                compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
            } catch (IOException _) {
                return Optional.empty();
            }
            String said = new String(compiler.getInputStream().readAllBytes(), UTF_8);
            assertThat(compiler.waitFor()).as(said).isZero();
            byte[] library = Files.readAllBytes(out);
            Files.delete(out);
            return Optional.of(library);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String library() {
        return directory.resolve("libnvidia-ml.so.1").toString();
    }

    /** So many cards of 80 GiB, on the bus one behind the other. */
    public FakeNvml cards(int count) {
        for (int i = 0; i < count; i++) {
            set("card " + i + " uuid", "GPU-" + i + "0000000-aaaa-bbbb-cccc-00000000000" + i);
            set("card " + i + " name", "Fake H100 80GB");
            set("card " + i + " pci", "0:%x:0".formatted(0x10 + i));
            memory(i, 81_920, 512, 0);
        }
        return set("count", Integer.toString(count));
    }

    /** In MiB. */
    public FakeNvml memory(int card, long total, long reserved, long used) {
        return set(
                "card " + card + " memory",
                "%d %d %d %d"
                        .formatted(
                                total * MIB,
                                reserved * MIB,
                                (total - reserved - used) * MIB,
                                used * MIB));
    }

    public FakeNvml process(int card, String kind, long pid, String bytes) {
        processes.add("card %d %s %d %s".formatted(card, kind, pid, bytes));
        return write();
    }

    /** So many, from number 1, each with as many bytes as its number says. */
    FakeNvml processes(int card, String kind, int count) {
        for (int pid = 1; pid <= count; pid++) {
            processes.add("card %d %s %d %d".formatted(card, kind, pid, pid));
        }
        return write();
    }

    public FakeNvml noProcesses() {
        processes.clear();
        return write();
    }

    /** The driver reports an Xid; the card has to tell of events: {@link #tellsOfXids}. */
    public FakeNvml xid(int card, int code) {
        return event(card, 8, code);
    }

    FakeNvml event(int card, long type, long data) {
        events.add("event %d %d %d".formatted(card, type, data));
        return write();
    }

    /** Each card can tell of its Xids, and of some other things. */
    public FakeNvml tellsOfXids(int cards) {
        for (int i = 0; i < cards; i++) {
            set("card " + i + " events", "0x1b");
        }
        return this;
    }

    /** A line of the state: it replaces the one with the same key. */
    public FakeNvml set(String key, String value) {
        state.put(key, value);
        return write();
    }

    public FakeNvml unset(String key) {
        state.remove(key);
        return write();
    }

    private FakeNvml write() {
        List<String> lines = new ArrayList<>();
        state.forEach((key, value) -> lines.add(value.isEmpty() ? key : key + " " + value));
        lines.addAll(processes);
        lines.addAll(events);
        try {
            Path next = Files.write(directory.resolve("state.next"), lines);
            Files.move(next, directory.resolve("state"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /**
     * How often it was called: {@code init}, {@code shutdown}, {@code temperature}, {@code
     * register}, {@code free}.
     */
    public long calls(String what) {
        if (!Files.exists(directory.resolve("calls"))) {
            return 0;
        }
        try {
            return Files.readAllLines(directory.resolve("calls")).stream()
                    .filter(what::equals)
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
