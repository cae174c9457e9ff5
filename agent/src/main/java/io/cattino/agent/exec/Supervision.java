package io.cattino.agent.exec;

import io.cattino.agent.core.AgentInput.Found;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.SignalKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of this node's attempts: started, watched, signalled, counted. They outlive it.
 *
 * <p>Thread-safe; the methods that touch files block.
 */
public final class Supervision implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

    private static final Path PROC = Path.of("/proc");
    private static final BinaryOperator<ProcessTable.Entry> OLDER =
            BinaryOperator.minBy(
                    Comparator.comparingLong(ProcessTable.Entry::startTicks)
                            .thenComparingLong(ProcessTable.Entry::pid));

    private final Path attempts;
    private final NodeFacts node;
    private final String bootId;
    private final ProcessTable table;
    private final Optional<Cgroups> cgroups;
    private final AttemptLauncher attemptLauncher;
    private final ProcessHunter hunter;
    private final AttemptWatcher watcher;
    private final Map<AttemptId, Supervised> supervised = new ConcurrentHashMap<>();

    /**
     * Where it works.
     *
     * @param attempts one directory per attempt is made in it
     * @param programs the supervisor's script is written to it
     * @param bootId of the machine, as in {@code /proc/sys/kernel/random/boot_id}
     */
    public record Places(Path attempts, Path programs, String bootId) {}

    /** Ready to recover and launch; tells nothing before {@link #start}. */
    public Supervision(Places places, NodeFacts node, Launcher launcher, ProcessListener listener)
            throws IOException {
        this.attempts = places.attempts();
        this.node = node;
        this.bootId = places.bootId();
        this.table = new ProcessTable(PROC);
        this.cgroups = Cgroups.open(PROC, node.name(), node.data());
        this.attemptLauncher =
                new AttemptLauncher(
                        launcher,
                        SupervisorProgram.install(places.programs()),
                        node,
                        bootId,
                        cgroups);
        this.watcher = new AttemptWatcher(table, launcher, bootId, listener);
        this.hunter = new ProcessHunter(table);
    }

    /** The best launcher that this system has. */
    public static Launcher bestLauncher() {
        return PosixSpawnLauncher.tryCreate().orElseGet(ProcessBuilderLauncher::new);
    }

    /** Begins to watch. */
    public void start() {
        watcher.start();
    }

    /**
     * An attempt of an earlier agent.
     *
     * @param launch its order, as it was given to {@link #launch}
     * @param end its end, if one was kept by {@link #keepEnd}
     * @param found what is there
     * @param fenced whether the fence is to watch it
     */
    public record Recovered(
            AttemptId id,
            Optional<byte[]> launch,
            Optional<byte[]> end,
            Found found,
            boolean fenced) {}

    /** Reads every attempt's directory. Does not watch them yet: see {@link #watch}. */
    public List<Recovered> recover() throws IOException {
        List<Recovered> recovered = new ArrayList<>();
        try (Stream<Path> directories = Files.list(attempts)) {
            for (Path directory : directories.sorted().toList()) {
                Optional<AttemptId> id = AttemptId.parse(directory.getFileName().toString());
                if (id.isPresent()) {
                    recovered.add(recoverOrSetAside(id.get()));
                } else {
                    LOG.warn("not_an_attempt directory={}", directory);
                }
            }
        }
        return recovered;
    }

    private Recovered recoverOrSetAside(AttemptId id) throws IOException {
        try {
            return recover(id);
        } catch (IOException | RuntimeException e) {
            // A shortage of the node says nothing about the directory: then this fails as well.
            Files.readAllBytes(PROC.resolve("self/stat"));
            return setAside(id, e);
        }
    }

    /**
     * Puts an attempt's directory, which cannot be read, where a person can look at it. The attempt
     * counts as gone: its processes are ended by their marker, and it never starts again.
     */
    public Recovered setAside(AttemptId id, Exception why) {
        Path directory = attempts.resolve(id.toString());
        Path aside = attempts.resolveSibling("unreadable").resolve(id + "-" + System.nanoTime());
        LOG.error("attempt_unreadable attempt={}: moved to {}", id, aside, why);
        try {
            Files.createDirectories(attempts.resolveSibling("unreadable"));
            Files.move(directory, aside);
        } catch (IOException e) {
            LOG.error("not_moved directory={}", directory, e);
        }
        supervised.remove(id);
        return new Recovered(
                id, Optional.empty(), Optional.empty(), new Found.Gone(false, Course.NONE), false);
    }

    /**
     * Finds processes of this cluster's and this node's attempts that have no directory: the data
     * directory was lost, and they live on. To be asked once, when the cluster is known.
     *
     * @throws UncheckedIOException if the process table cannot be read now
     */
    public List<Recovered> findOrphans() {
        Map<AttemptId, ProcessTable.Entry> oldest = new TreeMap<>();
        long self = ProcessHandle.current().pid();
        for (ProcessTable.Entry entry : table.living()) {
            Optional<AttemptId> id =
                    entry.pid() == self
                            ? Optional.empty()
                            : table.marker(entry.pid())
                                    .flatMap(marker ->
                                            node.attempt(marker, table.epoch(entry.pid())));
            if (id.isPresent() && !supervised.containsKey(id.get())) {
                oldest.merge(id.get(), entry, OLDER);
            }
        }
        Map<AttemptId, Cgroup> contained = cgroups.map(Cgroups::populated).orElse(Map.of());
        contained.forEach((id, cgroup) -> {
            if (!supervised.containsKey(id)) {
                cgroup.processes()
                        .forEach(pid ->
                                table.find(pid).ifPresent(entry -> oldest.merge(id, entry, OLDER)));
            }
        });
        List<Recovered> orphans = new ArrayList<>();
        oldest.forEach((id, entry) -> orphans.add(adopt(id, entry)));
        return orphans;
    }

    private Recovered adopt(AttemptId id, ProcessTable.Entry entry) {
        LOG.error("orphan attempt={} pid={}: it has no directory", id, entry.pid());
        Supervised attempt = supervised(id);
        attempt.orphan = true;
        attempt.cgroup = cgroups.map(all -> all.of(id)).orElse(null);
        attempt.supervisor = new SupervisorIdentity(bootId, entry.pid(), entry.startTicks());
        long startWallMs =
                ProcessHandle.of(entry.pid())
                        .flatMap(handle -> handle.info().startInstant())
                        .map(Instant::toEpochMilli)
                        .orElse(0L);
        return new Recovered(
                id,
                Optional.empty(),
                Optional.empty(),
                new Found.Orphan(entry.pid(), startWallMs),
                false);
    }

    /**
     * Ends what an agent with this very data directory left, of which a new one knows nothing. To
     * be asked before anybody hears of this node.
     *
     * @throws IOException if something is still alive after that time
     */
    public void endStrays(Duration most) throws IOException {
        new Strays(table, cgroups, node.name(), node.data()).end(most);
    }

    private Recovered recover(AttemptId id) throws IOException {
        Supervised attempt = supervised(id);
        AttemptDirectory directory = attempt.directory;
        attempt.cgroup = directory.cgroup().orElse(null);
        Optional<SupervisorIdentity> supervisor = directory.supervisor();
        boolean alive; // before the exit is read
        try {
            alive = supervisor.isPresent() && isAlive(supervisor.get());
            attempt.sessionKnown = alive;
            attempt.supervisor = supervisor.orElse(null);
        } catch (UncheckedIOException e) {
            LOG.warn("process_table_unreadable attempt={}: the watcher asks again", id, e);
            alive = true;
        }
        Optional<AttemptDirectory.Exit> exit = directory.exit();
        Found found;
        boolean killed = supervisor.isPresent() && directory.fencedAfterMs().isPresent();
        if (exit.isPresent() || alive || killed) {
            found = new Found.Alive(); // the watcher tells the rest
        } else if (supervisor.isPresent()) {
            found = new Found.Gone(directory.isStopMarked(), attempt.course());
        } else {
            found = new Found.Ordered();
        }
        return new Recovered(
                id,
                directory.launch(),
                directory.end(),
                found,
                directory
                        .fence()
                        .map(fence -> fence.bootId().equals(bootId))
                        .orElse(directory.isFenced()));
    }

    private boolean isAlive(SupervisorIdentity identity) {
        return identity.bootId().equals(bootId)
                && table.isAlive(identity.pid(), identity.startTicks());
    }

    /** Tells what becomes of a recovered attempt's command. */
    public void watch(AttemptId id) {
        watcher.watch(supervised(id));
    }

    /**
     * Starts an attempt; empty if its supervisor was spawned.
     *
     * @param fence by what the node's fence kills it; empty: it never does
     * @param lastLook asked right before that: why it is not started after all
     */
    public Optional<AttemptResult> launch(
            LaunchOrder order,
            byte[] launch,
            Optional<FenceTerms> fence,
            Supplier<Optional<AttemptResult>> lastLook) {
        Supervised attempt = supervised(order.id());
        return switch (attemptLauncher.launch(order, attempt.directory, launch, fence, lastLook)) {
            case AttemptLauncher.Result.Failed(AttemptResult result) -> Optional.of(result);
            case AttemptLauncher.Result.Spawned(long pid, Optional<Cgroup> cgroup) -> {
                attempt.cgroup = cgroup.orElse(null);
                watcher.reap(pid);
                learnSupervisor(attempt, pid);
                watcher.watch(attempt);
                yield Optional.empty();
            }
        };
    }

    private void learnSupervisor(Supervised attempt, long pid) {
        try {
            table.find(pid)
                    .ifPresent(entry -> {
                        attempt.supervisor =
                                new SupervisorIdentity(bootId, pid, entry.startTicks());
                        attempt.sessionKnown = true;
                    });
        } catch (UncheckedIOException e) {
            LOG.warn("process_table_unreadable attempt={}: asked again", attempt.id, e);
        }
    }

    /** Takes the right to start the command; when it has it, nothing of the attempt ever starts. */
    public boolean claimStart(AttemptId id) throws IOException {
        boolean won;
        try {
            won = supervised(id).directory.claimStart();
        } catch (IOException | RuntimeException e) {
            watcher.watch(supervised(id)); // it may have started
            throw e;
        }
        if (won) {
            watcher.unwatch(id);
        } else {
            watcher.watch(supervised(id));
        }
        return won;
    }

    /** Makes durable that it is about to be killed. */
    public void markStop(AttemptId id) throws IOException {
        supervised(id).directory.markStop();
    }

    /** Leaves a note for a Python runner: why it is about to be stopped. */
    public void noteStop(AttemptId id, String reason) throws IOException {
        supervised(id).directory.noteStop(reason);
    }

    /** Notes what it uses of a device now, if that is more than ever; quick. */
    public void noteUse(AttemptId id, int device, long mib) {
        Optional.ofNullable(supervised.get(id)).ifPresent(it -> it.peaks.note(device, mib));
    }

    /** Whether a driver has shown a process of it on a device to this agent. */
    public boolean wasOnDevice(AttemptId id) {
        return Optional.ofNullable(supervised.get(id)).map(Supervised::wasOnDevice).orElse(false);
    }

    /** Signals every process of it but the supervisor; soon, on another thread. */
    public void signal(AttemptId id, SignalKind kind) {
        hunter.signal(supervised(id), kind);
    }

    /** Counts its processes but the supervisor; soon, on another thread. */
    public void countProcesses(AttemptId id, IntConsumer answer) {
        hunter.count(supervised(id), answer);
    }

    /** Makes its end durable. */
    public void keepEnd(AttemptId id, byte[] end) throws IOException {
        watcher.unwatch(id);
        supervised(id).directory.writeEnd(end);
    }

    /** Forgets it, and removes its directory. */
    public void remove(AttemptId id) throws IOException {
        watcher.unwatch(id);
        Supervised removed = supervised.remove(id);
        if (removed != null) {
            removed.peaks.close();
        }
        AttemptDirectory directory = new AttemptDirectory(attempts.resolve(id.toString()));
        if (Files.exists(directory.path())) {
            directory.cgroup().ifPresent(Cgroup::remove);
            directory.delete();
        }
    }

    /**
     * Whose a process is, by its number; empty if it is no attempt's, as far as can be told.
     *
     * @throws UncheckedIOException if the process table cannot be read now
     */
    public Optional<AttemptId> owner(long pid) {
        return new ProcessOwners(table, cgroups, node, supervised.values()).of(pid);
    }

    /** The session that its processes are in, if it was seen alive. */
    public OptionalLong session(AttemptId id) {
        Supervised attempt = supervised.get(id);
        if (attempt == null || !attempt.sessionKnown) {
            return OptionalLong.empty();
        }
        SupervisorIdentity supervisor = attempt.supervisor;
        return supervisor == null ? OptionalLong.empty() : OptionalLong.of(supervisor.pid());
    }

    private Supervised supervised(AttemptId id) {
        return supervised.computeIfAbsent(
                id,
                key ->
                        new Supervised(
                                key,
                                new AttemptDirectory(attempts.resolve(key.toString())),
                                node.marker(key)));
    }

    @Override
    public void close() throws IOException {
        watcher.close();
        hunter.close();
        cgroups.ifPresent(Cgroups::leave);
    }
}
