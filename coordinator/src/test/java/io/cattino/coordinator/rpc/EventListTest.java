package io.cattino.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ListEventsResponse;
import io.cattino.proto.v1.RemoveTasksRequest;
import io.cattino.proto.v1.TaskEvent.Kind;
import io.cattino.proto.v1.TaskQuery;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventListTest extends ServiceTest {
    private ListEventsResponse events(ListEventsRequest.Builder request) {
        return coordinator.tasks().listEvents(request.build());
    }

    private static List<String> lines(ListEventsResponse events) {
        return events.getEventsList().stream()
                .map(e -> e.getEvent().getKind() + " " + e.getEvent().getFullname())
                .toList();
    }

    @Test
    void tellsWhatIsRememberedOldestFirstAndWhereToWatchFrom() {
        long before = events(ListEventsRequest.newBuilder()).getRevision();
        coordinator.tasks().submit(TestCoordinator.submission("a", "g/b").build());
        long between = events(ListEventsRequest.newBuilder()).getRevision();
        coordinator
                .tasks()
                .removeTasks(
                        RemoveTasksRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setSelector(names("a"))
                                .build());
        ListEventsResponse all = events(ListEventsRequest.newBuilder());
        assertThat(lines(all))
                .containsExactly(
                        Kind.KIND_CREATED + " a",
                        Kind.KIND_CREATED + " g/b",
                        Kind.KIND_REMOVED + " a");
        assertThat(all.getRevision()).isEqualTo(between + 2); // and the answer
        assertThat(all.getForgottenRevision()).isLessThanOrEqualTo(before);
        assertThat(all.getTruncated()).isFalse();
        ListEventsRequest.Builder later = ListEventsRequest.newBuilder().setAfterRevision(between);
        assertThat(lines(events(later))).containsExactly(Kind.KIND_REMOVED + " a");
    }

    @Test
    void filtersByNameUserNodeAndTimeAndKeepsTheNewest() {
        coordinator.tasks().submit(TestCoordinator.submissionOf("ada", "a", "g/b").build());
        coordinator.tasks().submit(TestCoordinator.submissionOf("bob", "c").build());
        assertThat(lines(events(of(TaskQuery.newBuilder().addNames("g")))))
                .containsExactly(Kind.KIND_CREATED + " g/b");
        assertThat(lines(events(of(TaskQuery.newBuilder().setUser("bob")))))
                .containsExactly(Kind.KIND_CREATED + " c");
        ListEventsResponse newest = events(ListEventsRequest.newBuilder().setLimit(2));
        assertThat(lines(newest))
                .containsExactly(Kind.KIND_CREATED + " g/b", Kind.KIND_CREATED + " c");
        assertThat(newest.getTruncated()).isTrue();
        assertThat(lines(events(ListEventsRequest.newBuilder().setNode("n1")))).isEmpty();
        ListEventsRequest.Builder future = ListEventsRequest.newBuilder();
        future.getSinceBuilder()
                .setSeconds(newest.getEvents(1).getEvent().getTime().getSeconds() + 3_600);
        assertThat(lines(events(future))).isEmpty();
    }

    @Test
    void refusesWhatMakesNoSense() {
        refused(
                () -> events(ListEventsRequest.newBuilder().setLimit(10_001)),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "limit"));
        refused(
                () -> events(of(TaskQuery.newBuilder().setLatestSubmission(true))),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info ->
                        assertThat(info.getMetadataMap())
                                .containsEntry("field", "query.latest_submission"));
        refused(
                () -> events(ListEventsRequest.newBuilder().setAfterRevision(1_000_000)),
                Code.OUT_OF_RANGE,
                "COMPACTED",
                _ -> {});
    }

    private static ListEventsRequest.Builder of(TaskQuery.Builder query) {
        return ListEventsRequest.newBuilder().setQuery(query);
    }
}
