package io.cattino.coordinator.rpc;

import com.google.protobuf.Timestamp;
import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ListEventsResponse;
import io.cattino.proto.v1.RecordedEvent;
import java.util.List;

/** The newest events that are remembered, of those that a query means. Stateless; any thread. */
final class EventList {
    private EventList() {}

    static ListEventsResponse of(Answers answers, ListEventsRequest request) {
        Calls.check(findings -> RequestCheck.events(findings, request));
        EventFeed feed = answers.events();
        if (request.getAfterRevision() > feed.revision()) {
            throw StatusMapper.compacted(request.getAfterRevision());
        }
        EventFeed.Recent recent = feed.since(request.getAfterRevision());
        TaskReader query = new TaskReader(request.getQuery());
        long since = request.hasSince() ? wallMs(request.getSince()) : Long.MIN_VALUE;
        List<TaskEvent> events =
                recent.events().stream()
                        .filter(event -> event.wallMs() >= since)
                        .filter(event -> isOf(event, request.getNode()))
                        .filter(query::matches)
                        .toList();
        int limit = request.getLimit() == 0 ? RequestCheck.EVENTS : request.getLimit();
        int from = Math.max(0, events.size() - limit);
        ListEventsResponse.Builder out =
                ListEventsResponse.newBuilder()
                        .setRevision(recent.revision())
                        .setTruncated(from > 0)
                        .setForgottenRevision(recent.forgotten());
        events.subList(from, events.size())
                .forEach(event ->
                        out.addEvents(
                                RecordedEvent.newBuilder()
                                        .setRevision(event.revision())
                                        .setEvent(ViewMapper.event(event))));
        return out.build();
    }

    /** Rounded up: what lies before the moment is not wanted. */
    private static long wallMs(Timestamp time) {
        return time.getSeconds() * 1_000 + Math.ceilDiv(time.getNanos(), 1_000_000);
    }

    private static boolean isOf(TaskEvent event, String node) {
        return node.isEmpty()
                || event.task()
                        .lastAttempt()
                        .map(attempt -> attempt.nodeName().equals(node))
                        .orElse(false);
    }
}
