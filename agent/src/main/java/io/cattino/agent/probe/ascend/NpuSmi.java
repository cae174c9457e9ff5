package io.cattino.agent.probe.ascend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the driver's program {@code npu-smi}. It is killed if it takes too long; one that cannot be
 * killed, because the driver holds it, is waited for before the next is started. Used by one thread
 * at a time.
 */
final class NpuSmi {

    /** The driver's package installs it where services look for programs. */
    static final String NAME = "npu-smi";

    private static final int MOST_BYTES = 1 << 20;

    private final String program;
    private final Duration limit;
    private @Nullable Process stuck;

    /** It did not say anything in time. */
    static final class SilentException extends IOException {
        private static final long serialVersionUID = 1;

        private SilentException(String message) {
            super(message);
        }
    }

    /**
     * @param program a name to look for on {@code PATH}, or a path
     * @param limit how long it may take
     */
    NpuSmi(String program, Duration limit) {
        this.program = program;
        this.limit = limit;
    }

    /**
     * {@code npu-smi info}. Blocks for the time limit at most.
     *
     * @throws SilentException if it hangs
     * @throws IOException if it is not there, or cannot tell; the message is for people
     */
    NpuTable info() throws IOException {
        if (stuck != null) {
            if (stuck.isAlive()) {
                throw new SilentException(program + " was killed, and the driver still holds it");
            }
            stuck = null;
        }
        ProcessBuilder builder =
                new ProcessBuilder(program, "info")
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        CompletableFuture<String> said = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("agent-npu-smi")
                .start(() -> read(process.getInputStream(), said));
        try {
            long end = System.nanoTime() + limit.toNanos();
            if (process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                String text = said.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                return table(process.exitValue(), text);
            }
            stuck = process;
            throw silent();
        } catch (TimeoutException _) {
            throw silent(); // it is gone, and somebody it started keeps its output open
        } catch (ExecutionException e) {
            throw new IOException(program + " info: what it said cannot be read", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new SilentException(program + " info was not waited for");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private SilentException silent() {
        return new SilentException(
                "%s info did not answer within %d ms".formatted(program, limit.toMillis()));
    }

    private static void read(InputStream output, CompletableFuture<String> said) {
        try (output) {
            said.complete(new String(output.readNBytes(MOST_BYTES), UTF_8));
        } catch (IOException | UncheckedIOException e) {
            said.completeExceptionally(e);
        }
    }

    private NpuTable table(int exitCode, String text) throws IOException {
        NpuTable table = NpuTable.parse(text);
        if (exitCode != 0 || table.chips().isEmpty()) {
            throw new IOException(
                    "%s info shows no card, exit code %d: %s"
                            .formatted(
                                    program,
                                    exitCode,
                                    text.lines().findFirst().orElse("it says nothing")));
        }
        return table;
    }
}
