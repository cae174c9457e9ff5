package io.cattino.server;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Says what may be behind a failure that nothing else explains: a disk without room. */
final class DiskRoom {
    /** Bytes; with less, whatever failed is likely to have failed for it. */
    private static final long LITTLE = 1 << 20;

    private DiskRoom() {}

    /** What to say and do about a full disk; empty: there is room, or nobody knows. */
    static Optional<String> missing(Path directory) {
        Path there = directory;
        while (there != null && Files.notExists(there)) {
            there = there.getParent();
        }
        try {
            FileStore disk = Files.getFileStore(there == null ? directory : there);
            return disk.getUsableSpace() < LITTLE
                    ? Optional.of(
                            "  no room is left on the disk of "
                                    + directory
                                    + "; free some, then start it again")
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
