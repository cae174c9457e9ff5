package io.cattino.coordinator.rpc;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.SubmitChunksRequest;
import io.cattino.proto.v1.SubmitChunksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskQuery;
import io.cattino.proto.v1.TaskSelector;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SubmitTest extends ServiceTest {
    /** Collects what comes back. */
    private static final class Sink<T> implements StreamObserver<T> {
        final CompletableFuture<List<T>> done = new CompletableFuture<>();
        private final List<T> got = new ArrayList<>();

        @Override
        public void onNext(T value) {
            got.add(value);
        }

        @Override
        public void onError(Throwable t) {
            done.completeExceptionally(t);
        }

        @Override
        public void onCompleted() {
            done.complete(got);
        }
    }

    @Test
    void storesASubmissionOnceHoweverOftenItIsSent() {
        SubmitRequest request = TestCoordinator.submission("g/a", "g/b").build();
        SubmitResponse first = coordinator.tasks().submit(request);
        SubmitResponse second = coordinator.tasks().submit(request);
        assertThat(second.getTasksList()).isEqualTo(first.getTasksList());
        assertThat(first.getSubmissionId()).isEqualTo(request.getRequestId());
        assertThat(first.getRunDir())
                .matches("/srv/home/\\d{4}-\\d\\d-\\d\\d/\\d\\d-\\d\\d-\\d\\d");
        assertThat(list(TaskQuery.newBuilder()).getTasksCount()).isEqualTo(2);
        Task task = task("g/a");
        assertThat(task.getStatus()).isEqualTo(TaskStatus.TASK_STATUS_WAITING);
        assertThat(task.getReason().getCode()).isEqualTo("NoNodes");
        assertThat(task.getUser()).isEqualTo("ann");
        assertThat(task.getWorkingDirectory()).isEqualTo("/home/ann");
        assertThat(task.getRunDir()).isEqualTo(first.getRunDir());
        refused(
                () -> coordinator.tasks().submit(request.toBuilder().setAllowUnfit(true).build()),
                Code.ALREADY_EXISTS,
                "REQUEST_ID_REUSED",
                info -> assertThat(info.getMetadataMap()).containsKey("request_id"));
    }

    @Test
    void namesTheFieldOfABadSubmissionAndStoresNothing() {
        SubmitRequest.Builder request = TestCoordinator.submission("a", "b");
        request.getTasksBuilder(1).getDevicesBuilder().setCount(1).setMib(-5);
        refused(
                () -> coordinator.tasks().submit(request.build()),
                Code.INVALID_ARGUMENT,
                "INVALID_TASK",
                info ->
                        assertThat(info.getMetadataMap())
                                .containsEntry("field", "tasks[1].devices.mib")
                                .containsKey("hint"));
        SubmitRequest.Builder cycle = TestCoordinator.submission("a", "b");
        cycle.addEdges(Edge.newBuilder().setFrom("a").setTo("b"))
                .addEdges(Edge.newBuilder().setFrom("b").setTo("a"));
        refused(
                () -> coordinator.tasks().submit(cycle.build()),
                Code.INVALID_ARGUMENT,
                "CYCLE",
                _ -> {});
        assertThat(list(TaskQuery.newBuilder()).getTasksCount()).isZero();
    }

    @Test
    void answersASubmissionOnlyOnceItIsDurable() {
        coordinator.store.holdCommits(true);
        CompletableFuture<SubmitResponse> answer =
                CompletableFuture.supplyAsync(
                        () -> coordinator.tasks().submit(TestCoordinator.submission("a").build()));
        await().until(() -> coordinator.store.held() > 0);
        CompletableFuture<ListTasksResponse> read =
                CompletableFuture.supplyAsync(() -> list(TaskQuery.newBuilder()));
        assertThat(answer).isNotDone();
        assertThat(read).isNotDone();
        coordinator.store.holdCommits(false);
        assertThat(answer.join().getTasksCount()).isEqualTo(1);
        assertThat(read.join().getTasksCount()).isEqualTo(1);
    }

    @Test
    void mergesThePartsOfALargeSubmission() throws Exception {
        Sink<SubmitChunksResponse> sink = new Sink<>();
        StreamObserver<SubmitChunksRequest> parts = coordinator.tasksAsync().submitChunks(sink);
        SubmitRequest whole = TestCoordinator.submission("a", "b", "c").build();
        SubmitRequest.Builder head = whole.toBuilder().clearTasks().addTasks(whole.getTasks(0));
        parts.onNext(SubmitChunksRequest.newBuilder().setPart(head).build());
        for (int i = 1; i < 3; i++) {
            parts.onNext(
                    SubmitChunksRequest.newBuilder()
                            .setPart(SubmitRequest.newBuilder().addTasks(whole.getTasks(i)))
                            .build());
        }
        parts.onCompleted();
        assertThat(sink.done.get(60, TimeUnit.SECONDS).getFirst().getResult().getTasksCount())
                .isEqualTo(3);
        assertThat(coordinator.tasks().submit(whole).getTasksCount()).isEqualTo(3);
        assertThat(list(TaskQuery.newBuilder()).getTasksCount()).isEqualTo(3);
    }

    @Test
    void takesALargeSubmission() throws Exception {
        takes(20_000);
    }

    @Test
    @Tag("soak")
    void takesTheLargestSubmission() throws Exception {
        takes(SubmissionCheck.MAX_TASKS);
    }

    @Test
    void refusesOneTaskMoreThanTheLargestSubmission() {
        Sink<SubmitChunksResponse> sink = new Sink<>();
        StreamObserver<SubmitChunksRequest> parts = coordinator.tasksAsync().submitChunks(sink);
        SubmitRequest.Builder part = TestCoordinator.submission();
        for (int i = 0; i <= SubmissionCheck.MAX_TASKS; i++) {
            part.addTasks(TestCoordinator.task("t" + i));
        }
        parts.onNext(SubmitChunksRequest.newBuilder().setPart(part).build());
        assertThat(sink.done)
                .failsWithin(java.time.Duration.ofSeconds(20))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withMessageContaining("at most 100000");
    }

    @Test
    void dropsThePartsOfAClientThatDies() {
        Sink<SubmitChunksResponse> sink = new Sink<>();
        StreamObserver<SubmitChunksRequest> parts = coordinator.tasksAsync().submitChunks(sink);
        parts.onNext(
                SubmitChunksRequest.newBuilder().setPart(TestCoordinator.submission("a")).build());
        parts.onError(new IllegalStateException("the client dies"));
        assertThat(sink.done).failsWithin(java.time.Duration.ofSeconds(60));
        assertThat(list(TaskQuery.newBuilder()).getTasksCount()).isZero();
    }

    private void takes(int tasks) throws Exception {
        Sink<SubmitChunksResponse> sink = new Sink<>();
        StreamObserver<SubmitChunksRequest> parts = coordinator.tasksAsync().submitChunks(sink);
        SubmitRequest.Builder head = TestCoordinator.submission();
        for (int from = 0; from < tasks; from += 10_000) {
            for (int i = from; i < from + 10_000; i++) {
                head.addTasks(TestCoordinator.task("big/t" + i));
                if (i > 0) {
                    head.addEdges(Edge.newBuilder().setFrom("big/t" + (i - 1)).setTo("big/t" + i));
                }
            }
            parts.onNext(SubmitChunksRequest.newBuilder().setPart(head).build());
            head = SubmitRequest.newBuilder();
        }
        parts.onCompleted();
        assertThat(sink.done.get(60, TimeUnit.SECONDS).getFirst().getResult().getTasksCount())
                .isEqualTo(tasks);
        CancelTasksRequest all =
                CancelTasksRequest.newBuilder()
                        .setRequestId(TestCoordinator.newId())
                        .setSelector(TaskSelector.newBuilder().addNames("big"))
                        .build();
        assertThat(
                        coordinator
                                .tasks()
                                .withMaxInboundMessageSize(16 * 1024 * 1024)
                                .cancelTasks(all)
                                .getChangesCount())
                .isEqualTo(tasks);
    }
}
