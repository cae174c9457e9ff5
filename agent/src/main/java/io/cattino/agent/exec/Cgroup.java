package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of one attempt as the kernel keeps them together, whatever they do to their session
 * and their environment; those that were made in it too. The supervisor is not in it. Any thread.
 *
 * @param path in a hierarchy of version 2
 */
record Cgroup(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);

    private static final String POPULATED = "populated 1";

    /**
     * Who is in it, or in one that was made in it, as far as that can be told; zombies are not.
     * That there are none is told by {@link #isPopulated} alone.
     */
    Set<Long> processes() {
        Set<Long> pids = new HashSet<>();
        for (Path each : tree(path)) {
            if (!read(each.resolve("cgroup.procs"), pids)) {
                // One whose threads may be spread over others has a list of those only.
                read(each.resolve("cgroup.threads"), pids);
            }
        }
        return pids;
    }

    private static boolean read(Path file, Set<Long> pids) {
        try {
            Files.readAllLines(file, US_ASCII).forEach(pid -> pids.add(Long.parseLong(pid)));
            return true;
        } catch (NoSuchFileException _) {
            return true; // removed meanwhile: empty
        } catch (IOException e) {
            LOG.debug("cgroup_unreadable file={}", file, e);
            return false;
        }
    }

    /** Whether anything in it is alive, as the kernel says; also if that cannot be told now. */
    boolean isPopulated() {
        try {
            return Files.readAllLines(path.resolve("cgroup.events"), US_ASCII).contains(POPULATED);
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            LOG.debug("cgroup_unreadable path={}: it counts as populated", path, e);
            return true;
        }
    }

    /** Kills all of them in one stroke, where the kernel has that (5.14): none can fork away. */
    void kill() {
        try {
            Files.writeString(path.resolve("cgroup.kill"), "1", US_ASCII, StandardOpenOption.WRITE);
        } catch (NoSuchFileException _) {
            // empty and removed, or an older kernel: they are killed one by one as well
        } catch (IOException e) {
            LOG.warn("cgroup_not_killed path={}", path, e);
        }
    }

    /** Removes it, if nothing is in it. */
    void remove() {
        for (Path each : tree(path).reversed()) {
            try {
                Files.deleteIfExists(each);
            } catch (DirectoryNotEmptyException e) {
                LOG.debug("cgroup_busy path={}", each, e);
            } catch (FileSystemException e) {
                LOG.debug(
                        "cgroup_busy path={}", each, e); // EBUSY: tried again with the next chance
            } catch (IOException e) {
                LOG.warn("cgroup_not_removed path={}", each, e);
            }
        }
    }

    /** Outer before inner; without those that cannot be read. */
    private static List<Path> tree(Path root) {
        List<Path> all = new ArrayList<>(List.of(root));
        for (int i = 0; i < all.size(); i++) {
            try (DirectoryStream<Path> children =
                    Files.newDirectoryStream(all.get(i), child -> Files.isDirectory(child))) {
                children.forEach(all::add);
            } catch (NoSuchFileException | NotDirectoryException _) {
                // removed meanwhile
            } catch (IOException | DirectoryIteratorException e) {
                LOG.debug("cgroup_unreadable path={}", all.get(i), e);
            }
        }
        return all;
    }
}
