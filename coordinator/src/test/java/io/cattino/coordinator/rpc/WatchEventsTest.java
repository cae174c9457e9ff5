package io.cattino.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.TaskEvent;
import io.cattino.proto.v1.TaskQuery;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.WatchEventsRequest;
import io.cattino.proto.v1.WatchEventsResponse;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchEventsTest extends ServiceTest {
    @Test
    void watchesFromARevisionOn() {
        SubmitResponse submitted =
                coordinator.tasks().submit(TestCoordinator.submission("g/a", "b").build());
        Context.CancellableContext call = Context.current().withCancellation();
        call.run(() -> {
            Iterator<WatchEventsResponse> events =
                    coordinator
                            .tasks()
                            .watchEvents(
                                    WatchEventsRequest.newBuilder()
                                            .setQuery(TaskQuery.newBuilder().addNames("g"))
                                            .setAfterRevision(submitted.getRevision() - 1)
                                            .build());
            assertThat(events.next().hasEvent()).isFalse();
            WatchEventsResponse created = events.next();
            assertThat(created.getEvent().getKind()).isEqualTo(TaskEvent.Kind.KIND_CREATED);
            assertThat(created.getEvent().getFullname()).isEqualTo("g/a");
            assertThat(created.getRevision()).isEqualTo(submitted.getRevision());
            coordinator
                    .tasks()
                    .cancelTasks(
                            CancelTasksRequest.newBuilder()
                                    .setRequestId(TestCoordinator.newId())
                                    .setSelector(names("b", "g/a"))
                                    .build());
            WatchEventsResponse ended = events.next();
            assertThat(ended.getEvent().getKind()).isEqualTo(TaskEvent.Kind.KIND_FINISHED);
            assertThat(ended.getEvent().getStatus()).isEqualTo(TaskStatus.TASK_STATUS_CANCELLED);
            assertThat(ended.getRevision()).isGreaterThan(created.getRevision());
        });
        call.cancel(null);
    }

    @Test
    void tellsAWatcherOfAnotherHistoryToListAfresh() {
        refused(
                () ->
                        coordinator
                                .tasks()
                                .watchEvents(
                                        WatchEventsRequest.newBuilder()
                                                .setAfterRevision(1_000_000)
                                                .build())
                                .next(),
                Code.OUT_OF_RANGE,
                "COMPACTED",
                _ -> {});
    }

    /** One fact makes as many events as a submission has tasks: more than a message could hold. */
    @Test
    void tellsOfAHugeSubmissionOneByOneUntilItFallsOutOfTheRing() {
        int size = SubmissionCheck.MAX_TASKS;
        String[] names = IntStream.range(0, size).mapToObj(i -> "t" + i).toArray(String[]::new);
        long revision =
                coordinator.tasks().submit(TestCoordinator.submission(names).build()).getRevision();
        WatchEventsRequest before =
                WatchEventsRequest.newBuilder().setAfterRevision(revision - 1).build();
        Context.CancellableContext call = Context.current().withCancellation();
        call.run(() -> {
            Iterator<WatchEventsResponse> events = coordinator.tasks().watchEvents(before);
            WatchEventsResponse last = events.next();
            for (int i = 0; i < size; i++) {
                last = events.next();
                assertThat(last.getEvent().getFullname()).isEqualTo(names[i]);
                assertThat(last.getSerializedSize()).isLessThan(1_024);
                if (i == size / 2) {
                    // Whoever watches does not hold up the others.
                    assertThat(
                                    coordinator
                                            .cluster()
                                            .withDeadlineAfter(60, TimeUnit.SECONDS)
                                            .getStatus(GetStatusRequest.getDefaultInstance())
                                            .getRevision())
                            .isGreaterThanOrEqualTo(revision);
                }
            }
            // Only now is the revision complete: who breaks off before begins it again.
            assertThat(last.getRevision()).isEqualTo(revision);
        });
        call.cancel(null);
        coordinator.tasks().submit(TestCoordinator.submission("one-more").build());
        refused(
                () -> coordinator.tasks().watchEvents(before).forEachRemaining(_ -> {}),
                Code.OUT_OF_RANGE,
                "COMPACTED",
                info -> assertThat(info.getMetadataMap()).containsKey("hint"));
    }

    @Test
    void saysOfAnEventWhatAListSays() {
        SubmitRequest.Builder request = TestCoordinator.submission("a", "b");
        request.addEdges(Edge.newBuilder().setFrom("a").setTo("b"));
        SubmitResponse submitted = coordinator.tasks().submit(request.build());
        Context.CancellableContext call = Context.current().withCancellation();
        call.run(() -> {
            Iterator<WatchEventsResponse> events =
                    coordinator
                            .tasks()
                            .watchEvents(
                                    WatchEventsRequest.newBuilder()
                                            .setQuery(TaskQuery.newBuilder().addNames("b"))
                                            .setAfterRevision(submitted.getRevision() - 1)
                                            .build());
            assertThat(events.next().hasEvent()).isFalse();
            assertThat(events.next().getEvent().getReason().getText()).isEqualTo("after a");
            assertThat(task("b").getReason().getText()).isEqualTo("after a (waiting)");
        });
        call.cancel(null);
    }

    @Test
    void waitsForASlowWatcherAndServesTheOthers() throws Exception {
        CompletableFuture<ClientCallStreamObserver<WatchEventsRequest>> slow =
                new CompletableFuture<>();
        CompletableFuture<Integer> allCame = new CompletableFuture<>();
        int submissions = 200;
        coordinator
                .tasksAsync()
                .watchEvents(
                        WatchEventsRequest.newBuilder().setAfterRevision(1).build(),
                        new ClientResponseObserver<WatchEventsRequest, WatchEventsResponse>() {
                            private int events;

                            @Override
                            public void beforeStart(
                                    ClientCallStreamObserver<WatchEventsRequest> stream) {
                                stream.disableAutoRequestWithInitial(1);
                                slow.complete(stream);
                            }

                            @Override
                            public void onNext(WatchEventsResponse value) {
                                events += value.hasEvent() ? 1 : 0;
                                if (events == submissions * 10) {
                                    allCame.complete(events);
                                }
                            }

                            @Override
                            public void onError(Throwable t) {
                                allCame.completeExceptionally(t);
                            }

                            @Override
                            public void onCompleted() {}
                        });
        for (int i = 0; i < submissions; i++) {
            String[] names = new String[10];
            for (int j = 0; j < names.length; j++) {
                names[j] = "x".repeat(200) + "-" + i + "-" + j;
            }
            coordinator.tasks().submit(TestCoordinator.submission(names).build());
        }
        assertThat(allCame).isNotDone();
        slow.get().request(submissions * 10 + 1_000);
        assertThat(allCame.get(60, TimeUnit.SECONDS)).isEqualTo(submissions * 10);
    }
}
