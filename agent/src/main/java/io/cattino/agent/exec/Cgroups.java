package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this agent's attempts get a cgroup each: {@code cattino/NODE-KEY/ATTEMPT} below its own, in
 * the hierarchy of version 2, if it may make some there. The key tells agents of one machine apart,
 * and stays when the data directory is lost. Thread-safe.
 *
 * @param home of all its attempts
 */
record Cgroups(Path home) {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);

    /** More than a task needs, less than a machine has. */
    private static final String MOST_PROCESSES = "4096";

    /** {@code DelegateSubgroup} of the agent's unit, where there is one. */
    private static final String AGENTS_OWN = "agent";

    private static final int LONGEST_NAME = 100;

    /**
     * Finds and makes it; empty where that is not allowed: then sessions and markers have to do.
     *
     * @param proc {@code /proc}
     * @param node its name
     * @param data the agent's directory, absolute
     */
    static Optional<Cgroups> open(Path proc, String node, Path data) {
        try {
            Optional<Path> own =
                    own(
                            Files.readString(proc.resolve("self/mountinfo")),
                            Files.readString(proc.resolve("self/cgroup")));
            if (own.isEmpty()) {
                return Optional.empty();
            }
            Path home = own.get().resolve("cattino").resolve(key(node, data));
            Files.createDirectories(home);
            limitable(own.get(), home);
            return Optional.of(new Cgroups(home));
        } catch (IOException e) {
            LOG.info("no_cgroups: sessions and markers have to do. {}", e.toString());
            return Optional.empty();
        }
    }

    private static String key(String node, Path data) {
        CRC32C checksum = new CRC32C();
        checksum.update((node + "\n" + data).getBytes(UTF_8));
        return "%s-%08x"
                .formatted(
                        node.substring(0, Math.min(LONGEST_NAME, node.length())),
                        checksum.getValue());
    }

    /**
     * The cgroup that was delegated to this process, by default the one that it is in, in the
     * hierarchy of version 2.
     */
    static Optional<Path> own(String mountinfo, String cgroup) {
        Optional<Path> mount =
                mountinfo
                        .lines()
                        .filter(line -> line.contains(" - cgroup2 "))
                        .map(line -> line.split(" ", -1))
                        .filter(fields -> fields.length > 4 && fields[3].equals("/"))
                        .map(fields -> Path.of(fields[4]))
                        .findFirst();
        Optional<String> inside =
                cgroup.lines()
                        .filter(line -> line.startsWith("0::/"))
                        .map(line -> line.substring("0::/".length()))
                        .findFirst();
        return mount.flatMap(root -> inside.map(root::resolve)).map(Cgroups::delegated);
    }

    /**
     * What was delegated holds no process itself, so that it can be limited: they are in a child.
     */
    private static Path delegated(Path own) {
        return own.endsWith(AGENTS_OWN) ? own.resolveSibling("") : own;
    }

    /** Asks for the limit on processes on the way down; there is none where it is not delegated. */
    private static void limitable(Path own, Path home) {
        Path each = home;
        try {
            for (each = own; home.startsWith(each); each = each.resolve(next(each, home))) {
                Files.writeString(
                        each.resolve("cgroup.subtree_control"), "+pids", StandardOpenOption.WRITE);
                if (each.equals(home)) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.info("no_pids_limit cgroup={}: it is not delegated. {}", each, e.toString());
        }
    }

    private static Path next(Path from, Path to) {
        return to.getName(from.getNameCount());
    }

    /** Removes its home, if no attempt has one in it. */
    void leave() {
        try {
            Files.deleteIfExists(home);
        } catch (FileSystemException e) {
            LOG.debug("cgroups_in_use home={}", home, e);
        } catch (IOException e) {
            LOG.warn("cgroups_not_removed home={}", home, e);
        }
    }

    /**
     * Whose cgroup a process is in, or in one that was made in it.
     *
     * @param cgroup its {@code /proc/PID/cgroup}: where it is as this process sees it
     */
    Optional<AttemptId> owner(String cgroup) {
        int depth = home.getNameCount();
        String inside = "/" + home.subpath(depth - 2, depth) + "/";
        return cgroup.lines()
                .filter(line -> line.startsWith("0::/") && line.contains(inside))
                .map(line -> line.substring(line.indexOf(inside) + inside.length()))
                .map(rest -> rest.split("/", -1)[0])
                .flatMap(name -> AttemptId.parse(name).stream())
                .findFirst();
    }

    /** That of an attempt, whether or not it is there. */
    Cgroup of(AttemptId id) {
        return new Cgroup(home.resolve(id.toString()));
    }

    /** Makes that of an attempt; empty if that cannot be. */
    Optional<Cgroup> create(AttemptId id) {
        Cgroup cgroup = of(id);
        try {
            Files.createDirectories(cgroup.path());
        } catch (IOException e) {
            LOG.warn("no_cgroup attempt={}: session and marker have to do", id, e);
            return Optional.empty();
        }
        try {
            Files.writeString(
                    cgroup.path().resolve("pids.max"), MOST_PROCESSES, StandardOpenOption.WRITE);
        } catch (FileSystemException e) { // not delegated: said once, at the start
            LOG.debug("no_pids_limit attempt={}", id, e);
        } catch (IOException e) {
            LOG.warn("no_pids_limit attempt={}", id, e);
        }
        return Optional.of(cgroup);
    }

    /**
     * Those in which something is alive, by attempt.
     *
     * @throws UncheckedIOException if that cannot be told now
     */
    Map<AttemptId, Cgroup> populated() {
        Map<AttemptId, Cgroup> found = new TreeMap<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(home, child -> Files.isDirectory(child))) {
            for (Path each : all) {
                Cgroup cgroup = new Cgroup(each);
                if (cgroup.isPopulated()) {
                    AttemptId.parse(each.getFileName().toString())
                            .ifPresent(id -> found.put(id, cgroup));
                }
            }
        } catch (NoSuchFileException _) {
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
