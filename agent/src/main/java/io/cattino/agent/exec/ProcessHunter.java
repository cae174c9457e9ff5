package io.cattino.agent.exec;

import io.cattino.agent.core.SignalKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the processes of attempts, by session, by the marker in their environment and by what a
 * driver has shown on a device, and signals them. One thread; requests that wait share one look at
 * the process table.
 */
final class ProcessHunter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessHunter.class);

    /** KILL is repeated at once while new processes turn up, this often. */
    private static final int KILL_ROUNDS = 10;

    private static final long RETRY_MS = 200;

    private final ProcessTable table;
    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Thread thread;

    private sealed interface Request {

        Supervised attempt();

        record Count(Supervised attempt, IntConsumer answer) implements Request {}

        record Signal(Supervised attempt, SignalKind kind) implements Request {}
    }

    ProcessHunter(ProcessTable table) {
        this.table = table;
        this.thread = Thread.ofPlatform().daemon().name("agent-hunter").start(this::run);
    }

    /** Answers, on the hunter's thread, how many processes but the supervisor are alive. */
    void count(Supervised attempt, IntConsumer answer) {
        requests.add(new Request.Count(attempt, answer));
    }

    /** Signals all processes but the supervisor, which is to record the command's end. */
    void signal(Supervised attempt, SignalKind kind) {
        requests.add(new Request.Signal(attempt, kind));
    }

    private void run() {
        List<Request> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(requests.take());
                requests.drainTo(batch);
                serve(batch);
                batch.clear();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that fails holds up no other. */
    private void serve(List<Request> batch) throws InterruptedException {
        List<Request> failed = new ArrayList<>();
        Optional<List<ProcessTable.Entry>> living = Optional.empty();
        for (Request request : batch) {
            try {
                living = serve(request, living.isPresent() ? living.get() : table.living());
            } catch (RuntimeException | Error e) {
                // No answer would be a wrong one: nobody may believe that the processes are gone.
                if (failed.isEmpty()) {
                    LOG.error("not_served attempt={}: trying again", request.attempt().id, e);
                }
                failed.add(request);
                living = Optional.empty();
            }
        }
        if (!failed.isEmpty()) {
            requests.addAll(failed);
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        }
    }

    /** Returns the table for the next request: a signal makes the one that it used worthless. */
    private Optional<List<ProcessTable.Entry>> serve(
            Request request, List<ProcessTable.Entry> living) {
        return switch (request) {
            case Request.Count(Supervised attempt, IntConsumer answer) -> {
                answer.accept(count(attempt, living));
                yield Optional.of(living);
            }
            case Request.Signal(Supervised attempt, SignalKind kind) -> {
                signalAll(attempt, kind, living);
                yield Optional.empty();
            }
        };
    }

    /** Nothing is left only if the kernel says so too, where it is asked. */
    private int count(Supervised attempt, List<ProcessTable.Entry> living) {
        int found = members(attempt, living).size();
        Cgroup cgroup = attempt.cgroup;
        if (found > 0 || cgroup == null) {
            return found;
        }
        if (cgroup.isPopulated()) {
            return 1; // born since, or hidden from us
        }
        cgroup.remove();
        return 0;
    }

    private List<ProcessTable.Entry> members(Supervised attempt, List<ProcessTable.Entry> living) {
        Cgroup cgroup = attempt.cgroup;
        Set<Long> inside = cgroup == null ? Set.of() : cgroup.processes();
        if (attempt.orphan) {
            return membersOfOrphan(attempt, inside, living);
        }
        return living.stream()
                .filter(entry -> !attempt.isSupervisor(entry))
                .filter(entry ->
                        inside.contains(entry.pid())
                                || attempt.ownsSession(entry)
                                || attempt.wasOnDevice(entry)
                                || table.marker(entry.pid())
                                        .filter(attempt.marker::equals)
                                        .isPresent())
                .toList();
    }

    /** What carries the marker, its supervisor too, and whatever shares a session with that. */
    private List<ProcessTable.Entry> membersOfOrphan(
            Supervised attempt, Set<Long> inside, List<ProcessTable.Entry> living) {
        Set<Long> sessions =
                living.stream()
                        .filter(entry ->
                                table.marker(entry.pid())
                                        .filter(attempt.marker::equals)
                                        .isPresent())
                        .map(ProcessTable.Entry::session)
                        .collect(Collectors.toSet());
        return living.stream()
                .filter(entry -> inside.contains(entry.pid()) || sessions.contains(entry.session()))
                .toList();
    }

    private void signalAll(Supervised attempt, SignalKind kind, List<ProcessTable.Entry> living) {
        List<ProcessTable.Entry> members = members(attempt, living);
        LOG.debug("signal attempt={} kind={} processes={}", attempt.id, kind, members.size());
        Cgroup cgroup = attempt.cgroup;
        if (kind == SignalKind.KILL && cgroup != null) {
            cgroup.kill();
        }
        int rounds = kind == SignalKind.KILL ? KILL_ROUNDS : 1;
        for (int round = 0; round < rounds && !members.isEmpty(); round++) {
            members.forEach(entry -> send(entry, kind));
            if (kind == SignalKind.KILL) {
                members = members(attempt, table.living());
            }
        }
    }

    private void send(ProcessTable.Entry entry, SignalKind kind) {
        // A handle compares the start time before it signals; we do as well, for the same process.
        ProcessHandle.of(entry.pid())
                .filter(_ -> table.isAlive(entry.pid(), entry.startTicks()))
                .ifPresent(handle -> {
                    boolean sent =
                            kind == SignalKind.KILL ? handle.destroyForcibly() : handle.destroy();
                    if (!sent) {
                        LOG.debug("signal_not_sent pid={} kind={}", entry.pid(), kind);
                    }
                });
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
