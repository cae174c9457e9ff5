package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that a fence watches, and their end. It needs no agent, no logger and no native
 * code. {@link #list} and {@link #mark} read and write files, {@link #kill} only looks into {@code
 * /proc}; each may be called from a thread of its own.
 */
public final class FencedAttempts {

    /** KILL is repeated at once while new processes turn up, this often. */
    private static final int KILL_ROUNDS = 10;

    private final Path attempts;
    private final String bootId;
    private final ProcessTable table;
    private final Map<AttemptId, Known> known = new ConcurrentHashMap<>();

    /** Those whose directories somebody deleted, while anything of them is alive. */
    private final List<Known> vanished = new CopyOnWriteArrayList<>();

    /**
     * One of them.
     *
     * @param id which
     * @param afterMs milliseconds since the last lease after which it is killed
     * @param launchedMs when it was launched, by the clock since the boot
     */
    public record Fenced(AttemptId id, long afterMs, long launchedMs) {

        /**
         * Whether it is to be killed.
         *
         * @param lease until when the leader is known to have heard the node, by the same clock;
         *     empty before the first lease of this boot
         */
        public boolean isOver(OptionalLong lease, long nowMs) {
            return nowMs - lease.orElse(launchedMs) >= afterMs;
        }
    }

    /**
     * What there is.
     *
     * @param attempts that are to be watched, as far as is known
     * @param unreadable those of which something could not be read, and why
     */
    public record Listing(List<Fenced> attempts, Map<AttemptId, String> unreadable) {}

    private static final class Known {
        final Fenced fenced;
        final AttemptDirectory directory;
        final String marker;
        volatile @Nullable SupervisorIdentity supervisor;
        final @Nullable Cgroup cgroup;

        /** Whether its session is its own: the supervisor was seen alive. */
        volatile boolean sessionKnown;

        Known(
                AttemptId id,
                AttemptDirectory directory,
                FenceRecord record,
                @Nullable Cgroup cgroup) {
            this.cgroup = cgroup;
            this.fenced = new Fenced(id, record.afterMs(), record.launchedMs());
            this.directory = directory;
            this.marker = record.marker();
        }

        /** When its leader's number is another process's, nothing of the session is left. */
        void lookAtLeader(ProcessTable table) {
            SupervisorIdentity leader = supervisor;
            if (sessionKnown
                    && leader != null
                    && table.find(leader.pid())
                            .filter(entry -> entry.startTicks() != leader.startTicks())
                            .isPresent()) {
                sessionKnown = false;
            }
        }

        boolean owns(ProcessTable.Entry entry) {
            SupervisorIdentity leader = supervisor;
            return sessionKnown && leader != null && leader.pid() == entry.session();
        }

        boolean isPopulated() {
            return cgroup != null && cgroup.isPopulated();
        }

        boolean isSupervisor(ProcessTable.Entry entry) {
            SupervisorIdentity leader = supervisor;
            return leader != null
                    && leader.pid() == entry.pid()
                    && leader.startTicks() == entry.startTicks();
        }
    }

    /**
     * @param attempts with a directory for each
     * @param bootId of the machine; what was launched in another boot is dead
     */
    public FencedAttempts(Path attempts, String bootId, ProcessTable table) {
        this.attempts = attempts;
        this.bootId = bootId;
        this.table = table;
    }

    /** Makes one that is over at once and has no processes, for a rehearsal. */
    public static void stage(Path attempts, AttemptId id, String bootId) throws IOException {
        AttemptDirectory directory = new AttemptDirectory(attempts.resolve(id.toString()));
        directory.create(new byte[0]);
        directory.writeCgroup(new Cgroup(attempts.resolve("none")));
        directory.writeFence(new FenceRecord(bootId, 0, 0, "rehearsal/" + attempts));
    }

    /** Whether that one was fired at. */
    public static boolean isMarked(Path attempts, AttemptId id) throws IOException {
        return new AttemptDirectory(attempts.resolve(id.toString())).fencedAfterMs().isPresent();
    }

    /**
     * Reads which there are; empty if their directory itself is not there. One that cannot be read
     * hides no other, and is read again the next time. One whose directory is gone stays while
     * something of it is alive.
     *
     * @throws IOException if that cannot be told now
     */
    public Optional<Listing> list() throws IOException {
        Set<AttemptId> present = new HashSet<>();
        Map<AttemptId, String> unreadable = new TreeMap<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(attempts)) {
            for (Path directory : directories) {
                Optional<AttemptId> id = AttemptId.parse(directory.getFileName().toString());
                if (id.isPresent() && present.add(id.get())) {
                    try {
                        learn(id.get(), new AttemptDirectory(directory));
                    } catch (IOException | RuntimeException e) { // whatever is in its files
                        unreadable.put(id.get(), e.toString());
                    }
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        known.values().stream()
                .filter(each -> !present.contains(each.fenced.id()))
                .forEach(each -> {
                    vanished.add(each);
                    known.remove(each.fenced.id());
                });
        if (!vanished.isEmpty()) {
            vanished.retainAll(livingOn(vanished));
        }
        List<Fenced> watched = all().map(each -> each.fenced).toList();
        return Optional.of(new Listing(watched, unreadable));
    }

    private Stream<Known> all() {
        return Stream.concat(known.values().stream(), vanished.stream());
    }

    /**
     * Most have ended, and their agent removed them. Environments are read once for all, and only
     * for those whom the kernel does not keep together: on a busy host that takes long.
     */
    private List<Known> livingOn(List<Known> gone) {
        List<ProcessTable.Entry> living = table.living();
        Set<String> markers =
                gone.stream().allMatch(each -> each.cgroup != null)
                        ? Set.of()
                        : living.stream()
                                .flatMap(entry -> table.marker(entry.pid()).stream())
                                .collect(Collectors.toSet());
        return gone.stream()
                .filter(each ->
                        each.isPopulated()
                                || markers.contains(each.marker)
                                || living.stream()
                                        .anyMatch(entry ->
                                                each.isSupervisor(entry) || each.owns(entry)))
                .toList();
    }

    private void learn(AttemptId id, AttemptDirectory directory) throws IOException {
        Known each = known.get(id);
        if (each == null) {
            boolean told = directory.isFenced(); // before: it may be told just now
            Optional<FenceRecord> record = directory.fence();
            if (told && record.isEmpty() && directory.isFenced()) {
                throw new IOException("its fence's record makes no sense");
            }
            if (record.isEmpty() || !record.get().bootId().equals(bootId)) {
                return;
            }
            each = new Known(id, directory, record.get(), directory.cgroup().orElse(null));
            known.put(id, each);
        }
        if (each.supervisor == null) {
            Optional<SupervisorIdentity> identity = directory.supervisor();
            if (identity.isPresent()) {
                each.sessionKnown =
                        identity.get().bootId().equals(bootId)
                                && table.isAlive(identity.get().pid(), identity.get().startTicks());
                each.supervisor = identity.get();
            }
        }
    }

    /**
     * Notes that it is about to be killed, so that this is not mistaken for a command that
     * vanished, and sees to it that it cannot start any more if it has not. What ended by itself
     * stays as it is.
     */
    public void mark(Fenced fenced) throws IOException {
        Known each = known.get(fenced.id());
        if (each == null
                || !each.fenced.equals(fenced)
                || !Files.isDirectory(each.directory.path())) {
            return;
        }
        if (each.directory.exit().isEmpty()) {
            each.directory.markFenced(fenced.afterMs());
        }
        each.directory.claimStart();
    }

    /**
     * Kills all processes of these attempts, the supervisors first, which could start others.
     *
     * @return those of which anything was alive
     */
    public Set<AttemptId> kill(Collection<Fenced> over) {
        Set<Fenced> ends = Set.copyOf(over);
        List<Known> targets = all().filter(each -> ends.contains(each.fenced)).toList();
        Map<String, Known> markers = new HashMap<>();
        targets.forEach(each -> markers.put(each.marker, each));
        long self = ProcessHandle.current().pid();
        Set<AttemptId> alive = new HashSet<>();
        for (int round = 0; round < KILL_ROUNDS; round++) {
            targets.forEach(each -> each.lookAtLeader(table));
            List<Known> populated = targets.stream().filter(Known::isPopulated).toList();
            populated.forEach(each -> alive.add(each.fenced.id()));
            Map<Long, Known> contained = contained(populated);
            Map<ProcessTable.Entry, Known> victims = new LinkedHashMap<>();
            List<ProcessTable.Entry> living = table.living();
            for (ProcessTable.Entry entry : living) {
                find(entry, targets, Known::isSupervisor)
                        .ifPresent(each -> victims.put(entry, each));
            }
            for (ProcessTable.Entry entry : living) {
                if (entry.pid() != self) {
                    find(entry, targets, Known::owns)
                            .or(() -> Optional.ofNullable(contained.get(entry.pid())))
                            .or(() -> table.marker(entry.pid()).map(markers::get))
                            .ifPresent(each -> victims.putIfAbsent(entry, each));
                }
            }
            if (victims.isEmpty() && populated.isEmpty()) {
                break;
            }
            victims.forEach((entry, each) -> {
                alive.add(each.fenced.id());
                kill(entry);
            });
            for (Known each : targets) {
                if (each.cgroup != null) {
                    each.cgroup.kill();
                }
            }
        }
        return alive;
    }

    /** What the kernel keeps together of them, as far as it tells. */
    private static Map<Long, Known> contained(List<Known> populated) {
        Map<Long, Known> contained = new HashMap<>();
        for (Known each : populated) {
            if (each.cgroup != null) {
                each.cgroup.processes().forEach(pid -> contained.put(pid, each));
            }
        }
        return contained;
    }

    private static Optional<Known> find(
            ProcessTable.Entry entry,
            List<Known> targets,
            BiPredicate<Known, ProcessTable.Entry> test) {
        return targets.stream().filter(each -> test.test(each, entry)).findFirst();
    }

    private void kill(ProcessTable.Entry entry) {
        ProcessHandle.of(entry.pid())
                .filter(_ -> table.isAlive(entry.pid(), entry.startTicks()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }
}
