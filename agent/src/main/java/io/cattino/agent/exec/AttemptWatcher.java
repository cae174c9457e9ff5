package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.LaunchFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees commands start and end by what their supervisors write, whoever started them: file events,
 * and once a second a look at everything, which also finds supervisors that are gone.
 */
final class AttemptWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptWatcher.class);

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A supervisor that claimed the start has written who it is long before. */
    private static final long ANONYMOUS_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a shell calls a process that was ended by KILL. */
    private static final int KILLED = 128 + 9;

    private final ProcessTable table;
    private final Launcher launcher;
    private final String bootId;
    private final ProcessListener listener;
    private final WatchService events;
    private final Map<AttemptId, Watched> watched = new ConcurrentHashMap<>();
    private final Map<WatchKey, Watched> byKey = new ConcurrentHashMap<>();
    private final Set<Long> unreaped = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    private static final class Watched {
        final Supervised attempt;
        final long sinceNanos = System.nanoTime();
        @Nullable WatchKey key;
        boolean commandSeen;
        boolean unstartedTold;
        boolean done;

        Watched(Supervised attempt) {
            this.attempt = attempt;
        }
    }

    AttemptWatcher(ProcessTable table, Launcher launcher, String bootId, ProcessListener listener)
            throws IOException {
        this.table = table;
        this.launcher = launcher;
        this.bootId = bootId;
        this.listener = listener;
        this.events = FileSystems.getDefault().newWatchService();
        this.thread = Thread.ofPlatform().daemon().name("agent-watcher").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Watches an attempt until its end was told; what happened before is told too. */
    void watch(Supervised attempt) {
        Watched added = new Watched(attempt);
        if (watched.putIfAbsent(attempt.id, added) != null) {
            return;
        }
        try {
            WatchKey key =
                    attempt.directory.path().register(events, StandardWatchEventKinds.ENTRY_MODIFY);
            synchronized (added) {
                added.key = key;
            }
            byKey.put(key, added);
        } catch (IOException | ClosedWatchServiceException e) {
            LOG.warn("no_file_events attempt={}: looking once a second instead", attempt.id, e);
        }
        inspect(added, false);
    }

    /** Tells nothing more about it. */
    void unwatch(AttemptId id) {
        Watched removed = watched.remove(id);
        if (removed != null) {
            synchronized (removed) {
                removed.done = true;
                if (removed.key != null) {
                    byKey.remove(removed.key);
                    removed.key.cancel();
                }
            }
        }
    }

    private void run() {
        long nextSweep = System.nanoTime() + SWEEP_NANOS;
        try {
            while (true) {
                long wait = nextSweep - System.nanoTime();
                WatchKey key = wait > 0 ? events.poll(wait, TimeUnit.NANOSECONDS) : null;
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                    Watched changed = byKey.get(key);
                    if (changed != null) {
                        inspect(changed, false);
                    }
                }
                if (System.nanoTime() - nextSweep >= 0) {
                    sweep();
                    nextSweep = System.nanoTime() + SWEEP_NANOS;
                }
            }
        } catch (ClosedWatchServiceException _) {
            // closed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Forgets that child of ours once it is dead. */
    void reap(long pid) {
        unreaped.add(pid);
    }

    private void sweep() {
        unreaped.removeIf(this::isReaped);
        watched.values().forEach(each -> inspect(each, true));
    }

    private boolean isReaped(long pid) {
        launcher.reap(pid);
        try {
            return table.find(pid).isEmpty();
        } catch (UncheckedIOException _) {
            return false; // cannot be told now; asked again at the next sweep
        }
    }

    private void inspect(Watched each, boolean audit) {
        boolean done;
        synchronized (each) {
            if (!each.done) {
                try {
                    look(each, audit);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("cannot_read attempt={}", each.attempt.id, e);
                }
            }
            done = each.done;
        }
        if (done) {
            unwatch(each.attempt.id);
        }
    }

    private void look(Watched each, boolean audit) throws IOException {
        Supervised attempt = each.attempt;
        boolean dead = audit && isSupervisorDead(each); // before its records are read
        Optional<AttemptDirectory.Exit> exit = attempt.directory.exit();
        if (!each.commandSeen) {
            Optional<AttemptDirectory.Command> command =
                    attempt.directory.isPreparing()
                            ? Optional.empty()
                            : attempt.directory.command();
            if (command.isPresent()) {
                each.commandSeen = true;
                learnSupervisor(attempt);
                listener.onStarted(attempt.id, command.get().pid(), command.get().wallMs());
            }
        }
        Optional<AttemptResult> fenced = fenced(attempt.directory, exit);
        if (fenced.isPresent() && (exit.isPresent() || dead)) {
            each.done = true;
            listener.onEnded(
                    attempt.id, fenced.get(), System.currentTimeMillis(), attempt.course());
        } else if (exit.isPresent()) {
            each.done = true;
            listener.onEnded(
                    attempt.id, result(attempt, exit.get()), exit.get().wallMs(), attempt.course());
        } else if (dead) {
            boolean started = attempt.orphan || attempt.directory.isStarted();
            each.done = started;
            if (started || !each.unstartedTold) {
                each.unstartedTold = true;
                listener.onSupervisorGone(
                        attempt.id, started, attempt.directory.isStopMarked(), attempt.course());
            }
        }
    }

    /** Its end, if the fence killed it; a command that had another one came before that. */
    private static Optional<AttemptResult> fenced(
            AttemptDirectory directory, Optional<AttemptDirectory.Exit> exit) throws IOException {
        return directory
                .fencedAfterMs()
                .filter(_ -> exit.map(end -> end.code() == KILLED).orElse(true))
                .map(afterMs ->
                        new AttemptResult.Fenced(
                                "Its node was out of contact for longer than %s; its fence killed it."
                                        .formatted(FenceTerms.seconds(afterMs))));
    }

    private static AttemptResult result(Supervised attempt, AttemptDirectory.Exit exit)
            throws IOException {
        return attempt.directory
                .hookFailure()
                .<AttemptResult>map(text ->
                        new AttemptResult.LaunchFailed(
                                text.lines().skip(2).findFirst().isPresent()
                                        ? LaunchFailure.GROUP_HOOK_FAILED
                                        : LaunchFailure.HOOK_FAILED,
                                text.lines().findFirst().orElse(""),
                                text.lines().skip(1).findFirst().orElse("")))
                .orElseGet(() -> new AttemptResult.Exited(exit.code()));
    }

    private boolean isSupervisorDead(Watched each) throws IOException {
        Supervised attempt = each.attempt;
        learnSupervisor(attempt);
        SupervisorIdentity supervisor = attempt.supervisor;
        if (supervisor != null) {
            return !supervisor.bootId().equals(bootId)
                    || !table.isAlive(supervisor.pid(), supervisor.startTicks());
        }
        return attempt.directory.isStarted()
                && System.nanoTime() - each.sinceNanos > ANONYMOUS_NANOS;
    }

    /** Of an attempt whose agent died between spawning and looking. */
    private void learnSupervisor(Supervised attempt) throws IOException {
        if (attempt.supervisor == null) {
            Optional<SupervisorIdentity> identity = attempt.directory.supervisor();
            if (identity.isPresent()) {
                // First: if it cannot be told now, it is asked again.
                attempt.sessionKnown =
                        identity.get().bootId().equals(bootId)
                                && table.isAlive(identity.get().pid(), identity.get().startTicks());
                attempt.supervisor = identity.get();
            }
        }
    }

    @Override
    public void close() throws IOException {
        events.close();
        thread.interrupt();
    }
}
