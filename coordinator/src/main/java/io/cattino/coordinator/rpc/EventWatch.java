package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.proto.v1.WatchEventsResponse;
import java.time.Duration;
import java.util.List;

/**
 * One reader's way through the feed of events: those its query means, at its own pace, and a sign
 * of life when there are none. A reader too slow for the ring is told so (COMPACTED). One virtual
 * thread.
 */
final class EventWatch implements Outflow.Source<WatchEventsResponse> {
    private static final int PAGE = 256;

    private final EventFeed feed;
    private final TaskReader query;
    private final long signNanos;
    private long after;
    private long lastSent;

    EventWatch(EventFeed feed, TaskReader query, long after, Duration sign) {
        this.feed = feed;
        this.query = query;
        this.after = after;
        this.signNanos = sign.toNanos();
    }

    @Override
    public void run(Outflow<WatchEventsResponse> out) throws InterruptedException {
        // At once, so that the reader knows that it watches, and from where on.
        send(out, WatchEventsResponse.newBuilder().setRevision(after).build());
        while (true) {
            EventFeed.Page page =
                    feed.after(after, PAGE, Math.max(0, signNanos - (System.nanoTime() - lastSent)))
                            .orElseThrow(() -> StatusMapper.compacted(after));
            List<TaskEvent> events = page.events().stream().filter(query::matches).toList();
            for (int i = 0; i < events.size(); i++) {
                send(out, message(events, i));
            }
            after = page.revision();
            if (System.nanoTime() - lastSent >= signNanos) {
                send(out, WatchEventsResponse.newBuilder().setRevision(after).build());
            }
        }
    }

    /** One fact may make several events: only the last of them completes its revision. */
    private static WatchEventsResponse message(List<TaskEvent> events, int i) {
        long revision = events.get(i).revision();
        boolean last = i + 1 == events.size() || events.get(i + 1).revision() != revision;
        return WatchEventsResponse.newBuilder()
                .setRevision(last ? revision : revision - 1)
                .setEvent(ViewMapper.event(events.get(i)))
                .build();
    }

    private void send(Outflow<WatchEventsResponse> out, WatchEventsResponse message)
            throws InterruptedException {
        out.send(message);
        lastSent = System.nanoTime();
    }
}
