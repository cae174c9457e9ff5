package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The newest durable events, in a ring: writers never wait for readers, a reader that falls out of
 * the ring is told so. One writer (the loop's completion thread), any number of readers.
 */
public final class EventFeed {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();

    /** Its newest {@link #size} events end before {@link #end}; indexes go round. */
    private final @Nullable TaskEvent[] ring;

    private long end;
    private int size;

    /** Every event after this revision is still in the ring. */
    private long compacted;

    private long revision;
    private boolean closed;

    /**
     * Starts empty.
     *
     * @param revision of the state that the feed goes on from
     */
    public EventFeed(int capacity, long revision) {
        this.ring = new TaskEvent[capacity];
        this.compacted = revision;
        this.revision = revision;
    }

    /** Ordinal of the newest durable fact. */
    public long revision() {
        lock.lock();
        try {
            return revision;
        } finally {
            lock.unlock();
        }
    }

    void publish(long newRevision, List<TaskEvent> events) {
        lock.lock();
        try {
            events.forEach(this::add);
            revision = newRevision;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The events after a revision; waits (at most {@code maxWaitNanos}) until the feed is beyond
     * it.
     *
     * @return empty if some of them fell out of the ring (COMPACTED: list afresh); a page without
     *     events is a sign of life
     * @throws LeaderException if the leadership ended
     */
    public Optional<Page> after(long afterRevision, int maxEvents, long maxWaitNanos)
            throws InterruptedException {
        lock.lock();
        try {
            long left = maxWaitNanos;
            while (revision <= afterRevision && left > 0 && !closed) {
                left = more.awaitNanos(left);
            }
            if (closed) {
                throw new LeaderException(LeaderException.Kind.NOT_LEADING, "the leadership ended");
            }
            return afterRevision < compacted
                    ? Optional.empty()
                    : Optional.of(page(afterRevision, maxEvents));
        } finally {
            lock.unlock();
        }
    }

    /** Every event after a revision that is still in the ring. */
    public Recent since(long afterRevision) {
        lock.lock();
        try {
            List<TaskEvent> events = new ArrayList<>();
            for (long i = firstAfter(afterRevision); i < end; i++) {
                events.add(get(i));
            }
            return new Recent(revision, compacted, events);
        } finally {
            lock.unlock();
        }
    }

    private void add(TaskEvent event) {
        int slot = slot(end++);
        TaskEvent oldest = ring[slot];
        if (oldest != null) {
            compacted = oldest.revision();
        } else {
            size++;
        }
        ring[slot] = event;
    }

    private int slot(long index) {
        return (int) (index % ring.length);
    }

    private TaskEvent get(long index) {
        return Objects.requireNonNull(ring[slot(index)]);
    }

    /** Index of the first event after a revision: readers are many, so none walks the ring. */
    private long firstAfter(long afterRevision) {
        long low = end - size;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (get(middle).revision() <= afterRevision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Page page(long afterRevision, int maxEvents) {
        List<TaskEvent> events = new ArrayList<>();
        for (long i = firstAfter(afterRevision); i < end; i++) {
            TaskEvent event = get(i);
            // One fact may make several events: a page ends between facts.
            if (!events.isEmpty()
                    && events.size() >= maxEvents
                    && events.getLast().revision() != event.revision()) {
                return new Page(events.getLast().revision(), events);
            }
            events.add(event);
        }
        return new Page(Math.max(revision, afterRevision), events);
    }

    /**
     * What is remembered, in order.
     *
     * @param revision to watch from
     * @param forgotten nothing at or before this revision is remembered
     */
    public record Recent(long revision, long forgotten, List<TaskEvent> events) {
        public Recent {
            events = List.copyOf(events);
        }
    }

    /**
     * Events in order.
     *
     * @param revision to go on after
     */
    public record Page(long revision, List<TaskEvent> events) {
        public Page {
            events = List.copyOf(events);
        }
    }
}
