package io.cattino.client;

import io.cattino.client.internal.Packer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A folder that travels with a submission, for nodes that do not see it: packed now, and unpacked
 * once on each node. The tasks run in its copy; its files are as they were. Immutable.
 *
 * <p>What git ignores stays out where the folder lies in a work tree of git; else {@code .venv},
 * {@code __pycache__} and the like. Links are followed.
 */
public final class Bundle {

    /** What an archive may take, in bytes. */
    public static final int MAX_BYTES = 2 << 20;

    private final Path root;
    private final byte[] zip;
    private final Set<Path> files;

    private Bundle(Path root, byte[] zip, Set<Path> files) {
        this.root = root;
        this.zip = zip;
        this.files = files;
    }

    /** The folder has more than a bundle may: the message names the largest files. */
    public static final class TooLarge extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        /** With what it has, and what there may be. */
        public TooLarge(String message) {
            super(message);
        }
    }

    /**
     * Packs a folder.
     *
     * @throws TooLarge if it is
     * @throws IllegalArgumentException if it is no folder, has no file, has one whose name cannot
     *     travel, or git fails to say what it ignores
     * @throws UncheckedIOException if it cannot be read
     */
    public static Bundle of(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("there is no folder " + directory);
        }
        try {
            Path root = directory.toRealPath();
            Packer.Packed packed = Packer.pack(root, MAX_BYTES);
            return new Bundle(root, packed.zip(), packed.files());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + directory + ": " + e, e);
        }
    }

    /** The folder, without links in its path. */
    public Path root() {
        return root;
    }

    /** How many files it has. */
    public int files() {
        return files.size();
    }

    /** Its archive, a zip. */
    public byte[] zip() {
        return zip.clone();
    }

    /** Whether a path leads into the folder. */
    public boolean holds(Path path) {
        return canonical(path).startsWith(root);
    }

    /**
     * Whether there is such a folder in the copy: only those travel that have a file that does.
     *
     * @param directory in the bundle
     */
    public boolean copies(Path directory) {
        Path real = canonical(directory);
        return real.equals(root)
                || (real.startsWith(root)
                        && files.stream().anyMatch(file -> file.startsWith(root.relativize(real))));
    }

    /**
     * The path as the bundle knows it, if it leads into the folder by way of links; else the path
     * itself.
     */
    public Path canonical(Path path) {
        try {
            Path real = path.toRealPath();
            return real.startsWith(root) ? real : path;
        } catch (IOException _) {
            return path; // not there, or not to be seen: then by its name
        }
    }
}
