package io.cattino.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** Files and directories for the owner's eyes only. */
final class Secrets {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<PosixFilePermission> OWNER_DIRECTORY =
            PosixFilePermissions.fromString("rwx------");

    private Secrets() {}

    /** Makes a directory that only the owner may enter, and its parents. */
    static Path directory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, OWNER_DIRECTORY);
        return directory;
    }

    /** The secret in a file; made (256 bits, hex) if there is none. */
    static String readOrCreate(Path file, String prefix) throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        Path fresh =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(), "secret", ".tmp", OWNER_FILE);
        write(fresh, prefix + HexFormat.of().formatHex(random));
        try {
            // A link, not a rename: whoever comes first wins, and nobody ever reads half a secret.
            Files.createLink(file, fresh);
            sync(file.resolveSibling(""));
        } catch (FileAlreadyExistsException _) {
            // Somebody has made it before us: theirs counts.
        } finally {
            Files.deleteIfExists(fresh);
        }
        return read(file);
    }

    /**
     * The secret in a file.
     *
     * @throws IOException also if others may read it
     */
    static String read(Path file) throws IOException {
        Set<PosixFilePermission> modes = new HashSet<>(Files.getPosixFilePermissions(file));
        modes.removeAll(OWNER_DIRECTORY);
        if (!modes.isEmpty()) {
            throw new IOException(
                    "others than its owner may open the secret " + file + ": chmod 600 " + file);
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }

    /**
     * Puts a file that only the owner may read in the place of another; a reader sees one or the
     * other, whole.
     */
    static void replace(Path file, String text) throws IOException {
        Path fresh =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(), "fresh", ".tmp", OWNER_FILE);
        write(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A secret that is lost in a power cut would lock its owner out of what it protects. */
    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
