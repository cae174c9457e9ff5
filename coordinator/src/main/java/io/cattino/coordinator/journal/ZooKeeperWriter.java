package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;
import static io.cattino.coordinator.journal.ZooKeeperErrors.failed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.Epoch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one leadership's batches to ZooKeeper, on a thread of its own. Small batches that wait
 * together share a record; at most two records are under way. Each is created by a multi that
 * checks the version of the epoch and that the record before it exists, so whatever goes wrong
 * leaves a clean prefix. After a lost connection, what is stored is read back and compared, and the
 * rest is sent again, byte for byte, under the same numbers.
 *
 * <p>It ends for ever when it is closed, fenced, when the session is lost, or when anything happens
 * that is not understood.
 */
final class ZooKeeperWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperWriter.class);
    private static final int IN_FLIGHT = 2;

    private final ZkSession session;
    private final ZkPaths paths;
    private final Epoch epoch;
    private final EpochGuard guard;
    private final Duration closePatience;
    private final JournalListener listener;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("journal-writer").unstarted(this::run);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<JournalException> failure = new CompletableFuture<>();

    @GuardedBy("events")
    private @Nullable JournalException over;

    private volatile @Nullable CheckpointMark checkpoint;
    private volatile long lastDurable;

    // Only the thread touches these.
    private final BatchQueue waiting;
    private final Deque<Outgoing> ready = new ArrayDeque<>();
    private final Deque<Outgoing> inFlight = new ArrayDeque<>();
    private int attempt;
    private boolean closing;
    private final Standing standing = new Standing(System::nanoTime);

    private sealed interface Event {
        record Append(BatchQueue.Batch batch) implements Event {}

        record Result(int attempt, long number, Code code) implements Event {}

        record Looked(long sentNanos, Code code) implements Event {}

        record Lost() implements Event {}

        record Close() implements Event {}
    }

    /**
     * A writer that goes on after a record. {@link #start} it.
     *
     * @param epoch this leadership
     * @param guard of it
     * @param lastRecord that is stored
     */
    ZooKeeperWriter(
            ZkSession session,
            ZkPaths paths,
            Epoch epoch,
            EpochGuard guard,
            long lastRecord,
            Duration closePatience,
            JournalListener listener) {
        this.session = session;
        this.paths = paths;
        this.epoch = epoch;
        this.guard = guard;
        this.closePatience = closePatience;
        this.listener = listener;
        this.lastDurable = lastRecord;
        this.waiting =
                new BatchQueue(
                        new RecordPacker(epoch.getNumber(), epoch.getNonce(), lastRecord + 1));
    }

    void start() {
        thread.start();
        session.whenLost(() -> enqueue(new Event.Lost()));
    }

    long epoch() {
        return epoch.getNumber();
    }

    /** The newest durable one of this leadership. */
    @Nullable CheckpointMark checkpoint() {
        return checkpoint;
    }

    /** Number of the newest durable record. */
    long lastDurable() {
        return lastDurable;
    }

    /** As {@link Journal#confirmedNanos}. */
    long confirmedNanos() {
        return standing.knownNanos();
    }

    CompletableFuture<JournalException> failure() {
        return failure;
    }

    CompletableFuture<Void> append(long firstRevision, List<Fact> facts) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        JournalException refused =
                enqueue(new Event.Append(new BatchQueue.Batch(firstRevision, facts, done)));
        if (refused != null) {
            done.completeExceptionally(refused);
        }
        return done;
    }

    /** Lets what was handed in become durable, then ends. */
    void close() {
        enqueue(new Event.Close());
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            if (!thread.join(closePatience)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable JournalException enqueue(Event event) {
        synchronized (events) {
            if (over == null) {
                events.add(event);
            }
            return over;
        }
    }

    private void run() {
        JournalException why;
        try {
            while (!(closing && isIdle())) {
                Event first = events.poll(Standing.LOOK_MS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    handle(first);
                }
                for (Event more = events.poll(); more != null; more = events.poll()) {
                    handle(more);
                }
                send();
                look();
            }
            why = new JournalException("the journal is closed");
        } catch (JournalException e) {
            why = e;
        } catch (InterruptedException e) {
            why = new JournalException("the journal was closed before ZooKeeper answered", e);
        } catch (RuntimeException | Error e) {
            LOG.error("the journal's writer failed epoch={}", epoch(), e);
            why = new JournalException("the journal's writer failed: " + e, e);
        }
        end(why);
    }

    private boolean isIdle() {
        return waiting.isEmpty()
                && ready.isEmpty()
                && inFlight.isEmpty()
                && standing.waiting().isEmpty();
    }

    private void end(JournalException why) {
        List<Event> left = new ArrayList<>();
        synchronized (events) {
            over = why;
            events.drainTo(left);
        }
        session.close();
        List<BatchQueue.Batch> failed = new ArrayList<>();
        failed.addAll(standing.waiting());
        Stream.concat(inFlight.stream(), ready.stream()).forEach(it -> it.addTo(failed));
        failed.addAll(waiting.batches());
        for (Event event : left) {
            if (event instanceof Event.Append(BatchQueue.Batch batch)) {
                failed.add(batch);
            }
        }
        if (!closing) {
            LOG.warn(
                    "journal ended epoch={} batches_failed={} reason={}",
                    epoch(),
                    failed.size(),
                    why.getMessage());
            failure.complete(why);
        }
        failed.forEach(batch -> batch.done().completeExceptionally(why));
    }

    private void handle(Event event) throws JournalException {
        switch (event) {
            case Event.Append(BatchQueue.Batch batch) -> waiting.add(batch);
            case Event.Result result -> onResult(result);
            case Event.Looked(long sentNanos, Code code) -> onLooked(sentNanos, code);
            case Event.Lost() -> throw new JournalException("the ZooKeeper session is lost");
            case Event.Close() -> closing = true;
        }
    }

    /** Batches without facts, such as those of reads, do not come to ZooKeeper by themselves. */
    private void look() {
        if (inFlight.isEmpty() && standing.isDue(closing)) {
            long sent = standing.ask();
            session.multi(List.of(guard.check()), code -> enqueue(new Event.Looked(sent, code)));
        }
    }

    private void onLooked(long sentNanos, Code code) throws JournalException {
        if (code == Code.BADVERSION || code == Code.NONODE) {
            throw over("ZooKeeper refused a look at the epoch");
        }
        // Otherwise it is as it should be, or the session will tell.
        standing.answered(sentNanos, code == Code.OK);
    }

    private JournalException over(String what) throws JournalException {
        attempt++;
        return guard.over(what);
    }

    private void send() throws JournalException {
        while (inFlight.size() < IN_FLIGHT && (!ready.isEmpty() || pack())) {
            Outgoing next = ready.poll();
            if (next.sentNanos == 0) {
                next.sentNanos = System.nanoTime();
            }
            inFlight.add(next);
            long number = next.record.number();
            int sentAs = attempt;
            session.multi(
                    creation(next.record), code -> enqueue(new Event.Result(sentAs, number, code)));
        }
    }

    private List<Op> creation(RecordPacker.Packed record) {
        List<Op> operations = new ArrayList<>();
        operations.add(guard.check());
        operations.add(Op.check(paths.record(record.number() - 1), 0));
        if (record.number() % ZkPaths.SEGMENT == 0) {
            operations.add(session.create(paths.segmentOf(record.number()), new byte[0]));
        }
        operations.add(session.create(paths.record(record.number()), record.bytes()));
        return operations;
    }

    /** Makes records of the next batches; false if there is nothing to write. */
    private boolean pack() throws JournalException {
        BatchQueue.Unit unit = waiting.next();
        if (unit.records().isEmpty()) {
            completeWithLast(unit.completes());
            return false;
        }
        for (RecordPacker.Packed record : unit.records()) {
            boolean last = record.number() == unit.records().getLast().number();
            ready.add(
                    new Outgoing(
                            record,
                            last ? unit.completes() : List.of(),
                            last ? unit.checkpoint() : null));
        }
        return true;
    }

    /** Batches without facts wait for what is under way. */
    private void completeWithLast(List<BatchQueue.Batch> batches) {
        if (inFlight.isEmpty()) {
            standing.await(batches);
        } else {
            inFlight.getLast().later.addAll(batches);
        }
    }

    private void onResult(Event.Result result) throws JournalException {
        if (result.attempt != attempt) {
            return;
        }
        switch (result.code) {
            case OK -> {
                if (inFlight.element().record.number() != result.number) {
                    throw new IllegalStateException(
                            "record " + result.number + " was stored before the one before it");
                }
                acknowledged(inFlight.remove());
            }
            // The client answers by itself what it cannot send any more, out of turn if its session
            // is ending: what became of those before is looked up like that of this one.
            // NODEEXISTS: a request that was thought lost was carried out after all.
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, NODEEXISTS -> recover();
            case BADVERSION -> throw over("ZooKeeper refused record " + result.number);
            default ->
                    throw failed(
                            "append record " + result.number,
                            KeeperException.create(result.code, paths.record(result.number)));
        }
    }

    private void acknowledged(Outgoing outgoing) {
        lastDurable = outgoing.record.number();
        standing.led(outgoing.sentNanos);
        if (outgoing.checkpoint != null) {
            checkpoint = outgoing.checkpoint;
        }
        standing.complete(outgoing.completes);
        standing.await(outgoing.later);
        listener.recordCommitted(
                Duration.ofNanos(System.nanoTime() - outgoing.sentNanos),
                outgoing.record.bytes().length);
    }

    /**
     * Nobody knows what became of the records under way: look, and send again what is not there.
     */
    private void recover() throws JournalException {
        attempt++;
        LOG.warn(
                "reading records back epoch={} from={} count={}",
                epoch(),
                inFlight.element().record.number(),
                inFlight.size());
        listener.recovered(inFlight.size());
        while (!inFlight.isEmpty()) {
            RecordPacker.Packed record = inFlight.element().record;
            String path = paths.record(record.number());
            Optional<ZkSession.Versioned> stored =
                    call("read back " + path, () -> session.get(path));
            if (stored.isEmpty()) {
                break;
            }
            if (!Arrays.equals(stored.get().data(), record.bytes())) {
                throw over("another wrote record " + record.number());
            }
            acknowledged(inFlight.remove());
        }
        while (!inFlight.isEmpty()) {
            ready.addFirst(inFlight.removeLast());
        }
    }
}
