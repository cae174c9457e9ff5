package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A disk of its own that a test can fill: a tmpfs. Needs root and Linux. */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 1 << 20;

    private final Path mount;

    private SmallDisk(Path mount) {
        this.mount = mount;
    }

    /** Over an empty directory; empty if this machine and user cannot have one. */
    static Optional<SmallDisk> over(Path directory, int mib) {
        try {
            mount("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", directory.toString());
            return Optional.of(new SmallDisk(directory));
        } catch (IOException e) {
            System.out.println("no disk of its own: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Leaves so much. */
    void fill(int leftMib) {
        try (OutputStream filling = Files.newOutputStream(filling())) {
            byte[] block = new byte[MIB / 16];
            while (mount.toFile().getUsableSpace() > (long) leftMib * MIB) {
                filling.write(block);
            }
        } catch (IOException e) {
            if (leftMib > 0 || !String.valueOf(e.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Gives back what was filled. */
    void empty() {
        try {
            Files.deleteIfExists(filling());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filling() {
        return mount.resolve("filling");
    }

    /** Lets go of it; what still has files open there keeps it until it ends. */
    @Override
    public void close() throws IOException {
        mount("umount", "-l", mount.toString());
    }

    private static void mount(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
