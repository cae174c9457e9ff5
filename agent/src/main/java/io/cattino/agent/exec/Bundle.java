package io.cattino.agent.exec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * A folder that travelled with the submission. Its paths are not those of this machine: {@link
 * #placed} tells where they are here. Immutable; any thread.
 */
public final class Bundle {

    /** A name that no task can have. */
    private static final String NAME = "@bundle";

    /** The coordinator has counted before. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int PIECE_BYTES = 64 << 10;

    private final Path root;
    private final Supplier<byte[]> zip;
    private final Path runDir;
    private final Path home;

    /**
     * A bundle.
     *
     * @param root the folder where it was submitted
     * @param zip gives its archive, which many launches at once need not have in memory each
     * @param runDir of the submission, in which it is unpacked
     */
    public Bundle(Path root, Supplier<byte[]> zip, Path runDir) {
        this.root = root;
        this.zip = zip;
        this.runDir = runDir;
        this.home = runDir.resolve(NAME);
    }

    /** Where a path is on this node: in the unpacked folder if it lies in the bundled one. */
    public Path placed(Path path) {
        return path.startsWith(root)
                ? home.resolve(root.relativize(path).toString()).normalize()
                : path;
    }

    /**
     * Unpacks it, unless it is there. It appears whole or not at all, whoever else does the same,
     * on this node or on another that shares the directory.
     *
     * @throws FileAlreadyExistsException if something else is in its place
     * @throws ZipException if the archive cannot be read
     * @throws IOException if it cannot be written
     */
    void unpack() throws IOException {
        if (Files.isDirectory(home)) {
            return;
        }
        if (Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(home.toString());
        }
        Files.createDirectories(runDir);
        Path partial = runDir.resolve(NAME + "." + UUID.randomUUID());
        Path archive = runDir.resolve(partial.getFileName() + ".zip");
        try {
            Files.write(archive, zip.get());
            Files.createDirectory(partial);
            extract(archive, partial);
            publish(partial);
        } finally {
            Files.deleteIfExists(archive);
            delete(partial);
        }
    }

    private void publish(Path partial) throws IOException {
        try {
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(home)) { // else another one was faster
                throw e;
            }
        }
    }

    private static void extract(Path archive, Path target) throws IOException {
        Map<String, ?> asPosix = Map.of("enablePosixFileAttributes", true);
        try (FileSystem files = FileSystems.newFileSystem(archive, asPosix);
                Stream<Path> entries = Files.walk(files.getPath("/"))) {
            long left = MOST_BYTES;
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Path to = target.resolve(entry.toString().substring(1)).normalize();
                if (!to.startsWith(target)) {
                    throw new ZipException("the bundle holds " + entry + ", which lies outside");
                }
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(to);
                } else {
                    left -= copy(entry, to, left);
                }
            }
        } catch (UncheckedIOException e) { // in the midst of the walk
            throw e.getCause();
        } catch (IllegalArgumentException e) { // of a name that is no path
            throw new ZipException(String.valueOf(e.getMessage()));
        }
    }

    /** Piece by piece: a file may be larger than what this process may use. */
    private static long copy(Path entry, Path to, long most) throws IOException {
        long copied = 0;
        try (InputStream in = Files.newInputStream(entry);
                OutputStream out = Files.newOutputStream(to)) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                copied += n;
                if (copied > most) {
                    throw new ZipException("the bundle is larger than " + MOST_BYTES + " bytes");
                }
                out.write(piece, 0, n);
            }
        }
        if (Files.getPosixFilePermissions(entry).contains(PosixFilePermission.OWNER_EXECUTE)) {
            makeExecutable(to);
        }
        return copied;
    }

    private static void makeExecutable(Path file) throws IOException {
        if (!file.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + file + " executable");
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
