package io.cattino.client;

import static io.cattino.client.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.proto.v1.TaskEvent.Kind;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowingTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeCoordinator server = new FakeCoordinator();
    private final MeowClient meow = CallsTest.client(server.address());
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        meow.close();
        server.close();
    }

    /** Writes down what it hears. */
    private final class Notes implements TaskListener {
        @Override
        public void onPending(TaskEvent event, Reason why) {
            heard.add("pending " + event.fullname());
        }

        @Override
        public void onPlaced(TaskEvent event) {
            heard.add("placed " + event.fullname());
        }

        @Override
        public void onStart(TaskEvent event) {
            heard.add("start " + event.fullname());
        }

        @Override
        public void onRetry(TaskEvent event, int attempt) {
            heard.add("retry " + attempt + " " + event.fullname());
        }

        @Override
        public void onEnd(TaskEvent event) {
            heard.add("end " + event.status() + " " + event.fullname());
        }

        @Override
        public void onRemoved(TaskEvent event) {
            heard.add("removed " + event.fullname());
        }

        @Override
        public void onLost(MeowException why) {
            heard.add("lost " + why.code());
        }
    }

    private void awaitHeard(String... expected) {
        await().untilAsserted(() -> assertThat(heard).containsExactly(expected));
    }

    private void awaitWatching() {
        await().until(() -> server.watching() > 0);
    }

    @Test
    void listenersHearThePresentStateAndThenEveryChangeInOrder() {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        try (Watch<TaskEvent> watch = meow.task("a").addListener(new Notes())) {
            awaitHeard("pending a");
            awaitWatching();
            server.happen(id, Kind.KIND_PLACED, TaskStatus.TASK_STATUS_WAITING);
            server.happen(id, Kind.KIND_STARTED, TaskStatus.TASK_STATUS_RUNNING);
            server.happen(id, Kind.KIND_RETRY, TaskStatus.TASK_STATUS_WAITING);
            server.happen(id, Kind.KIND_STARTED, TaskStatus.TASK_STATUS_RUNNING);
            server.happen(id, Kind.KIND_FINISHED, TaskStatus.TASK_STATUS_DONE);
            awaitHeard("pending a", "placed a", "start a", "retry 1 a", "start a", "end Done a");
            assertThat(watch.last())
                    .hasValueSatisfying(
                            last -> assertThat(last.revision()).isEqualTo(server.revision()));
        }
        await().until(() -> server.watching() == 0);
    }

    @Test
    void listenersGoOnByRevisionWhereTheStreamBroke() {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        meow.task("a").addListener(new Notes());
        awaitWatching();
        server.happen(id, Kind.KIND_STARTED, TaskStatus.TASK_STATUS_RUNNING);
        awaitHeard("pending a", "start a");
        long reached = server.revision();

        server.stop();
        server.happen(id, Kind.KIND_FINISHED, TaskStatus.TASK_STATUS_FAILED);
        server.start();

        awaitHeard("pending a", "start a", "end Failed a");
        assertThat(server.watches.getLast().getAfterRevision()).isEqualTo(reached);
    }

    @Test
    void listenersHearTheEndAlthoughItsEventWasForgotten() {
        long ended = server.add("g/a", TaskStatus.TASK_STATUS_RUNNING);
        long removed = server.add("g/b", TaskStatus.TASK_STATUS_WAITING);
        server.add("g/c", TaskStatus.TASK_STATUS_WAITING);
        meow.group("g").addListener(new Notes());
        awaitWatching();
        awaitHeard("start g/a", "pending g/b", "pending g/c");

        server.change(ended, TaskStatus.TASK_STATUS_DONE);
        server.forget(removed);
        server.compact();
        server.breakWatches(Status.UNAVAILABLE.asRuntimeException());

        awaitHeard("start g/a", "pending g/b", "pending g/c", "end Done g/a", "removed g/b");
        awaitWatching();
        assertThat(server.watches.getLast().getAfterRevision()).isEqualTo(server.revision());
    }

    @Test
    void listenersFollowAChangeOfLeader() {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        try (FakeCoordinator next = new FakeCoordinator()) {
            next.add("a", TaskStatus.TASK_STATUS_WAITING);
            meow.task("a").addListener(new Notes());
            awaitHeard("pending a");
            awaitWatching();
            server.breakWatches(
                    FakeCoordinator.error(
                            Status.Code.FAILED_PRECONDITION,
                            "",
                            "NOT_LEADER",
                            Map.of("leader", next.address())));
            await().until(() -> next.watching() > 0);
            next.happen(id, Kind.KIND_STARTED, TaskStatus.TASK_STATUS_RUNNING);
            awaitHeard("pending a", "start a");
        }
    }

    @Test
    void listenersHearThatItIsOverForGood() {
        server.add("a", TaskStatus.TASK_STATUS_WAITING);
        Watch<TaskEvent> watch = meow.task("a").addListener(new Notes());
        awaitWatching();
        server.breakWatches(Status.PERMISSION_DENIED.asRuntimeException());
        awaitHeard("pending a", "lost PERMISSION_DENIED");
        assertThatThrownBy(() -> watch.done().get())
                .hasCauseInstanceOf(MeowException.PermissionDenied.class);
    }

    @Test
    void aListenerThatThrowsGoesOnHearing() {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        meow.task("a")
                .addListener(
                        new TaskListener() {
                            @Override
                            public void onPending(TaskEvent event, Reason why) {
                                throw new IllegalStateException("listener's own fault, on purpose");
                            }

                            @Override
                            public void onStart(TaskEvent event) {
                                heard.add("start");
                            }
                        });
        awaitWatching();
        server.happen(id, Kind.KIND_STARTED, TaskStatus.TASK_STATUS_RUNNING);
        awaitHeard("start");
    }

    @Test
    void awaitReturnsTheResult() throws Exception {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        TaskHandle task = meow.task("a");
        CompletableFuture<TaskResult> result = task.result();
        awaitWatching();
        server.happen(id, Kind.KIND_FINISHED, TaskStatus.TASK_STATUS_FAILED);
        assertThat(result.get().status()).isEqualTo(io.cattino.client.TaskStatus.FAILED);
        assertThat(task.await(LONG).isDone()).isFalse();
        await().until(() -> server.watching() == 0);
    }

    @Test
    void awaitThatTimesOutLeavesTheTaskAlone() {
        server.add("a", TaskStatus.TASK_STATUS_RUNNING);
        assertThatThrownBy(() -> meow.task("a").await(Duration.ofMillis(50)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("'a' has not ended");
        assertThat(server.calls).doesNotContain("KillTasks", "CancelTasks");
        await().until(() -> server.watching() == 0);
    }

    @Test
    void cancellingAResultDoesNotStopTheTask() {
        server.add("a", TaskStatus.TASK_STATUS_RUNNING);
        CompletableFuture<TaskResult> result = meow.task("a").result();
        awaitWatching();
        result.cancel(true);
        await().until(() -> server.watching() == 0);
        assertThat(server.calls).doesNotContain("KillTasks", "CancelTasks");
    }

    @Test
    void aResultFailsWhenTheTaskIsRemoved() {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        CompletableFuture<TaskResult> result = meow.task("a").result();
        awaitWatching();
        server.happen(id, Kind.KIND_REMOVED, TaskStatus.TASK_STATUS_WAITING);
        assertThatThrownBy(result::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(MeowException.NotFound.class);
    }

    @Test
    void closingTheClientEndsWhatWaits() {
        server.add("a", TaskStatus.TASK_STATUS_WAITING);
        CompletableFuture<TaskResult> result = meow.task("a").result();
        Watch<TaskEvent> watch = meow.watchTasks(TaskQuery.all(), _ -> {});
        awaitWatching();
        meow.close();
        assertThat(result).isCompletedExceptionally();
        assertThat(watch.done()).isCompletedExceptionally();
    }

    @Test
    void manyHandlesOfASubmissionShareOneStream() {
        SubmissionHandle submission =
                meow.submit(
                        Submission.of(
                                ProcTask.builder("a").command("true").build(),
                                ProcTask.builder("b").command("true").build()));
        List<CompletableFuture<TaskResult>> results =
                submission.tasks().stream().map(TaskHandle::result).toList();
        awaitWatching();
        submission
                .tasks()
                .forEach(task ->
                        server.happen(task.id(), Kind.KIND_FINISHED, TaskStatus.TASK_STATUS_DONE));
        assertThat(results).allSatisfy(result -> assertThat(result.join().isDone()).isTrue());
        assertThat(server.watches).hasSize(1);
    }

    @Test
    void watchesGoOnByRevision() {
        long id = server.add("a", TaskStatus.TASK_STATUS_WAITING);
        try (Watch<TaskEvent> watch =
                meow.watchTasks(
                        TaskQuery.task("a"),
                        event -> heard.add(event.kind() + " " + event.synthesised()))) {
            awaitWatching();
            server.happen(id, Kind.KIND_STARTED, TaskStatus.TASK_STATUS_RUNNING);
            awaitHeard("STARTED false");
            server.breakWatches(Status.UNAVAILABLE.asRuntimeException());
            server.happen(id, Kind.KIND_RETRY, TaskStatus.TASK_STATUS_WAITING);
            awaitHeard("STARTED false", "RETRY false");
            awaitWatching();
            server.change(id, TaskStatus.TASK_STATUS_DONE);
            server.compact();
            server.breakWatches(Status.UNAVAILABLE.asRuntimeException());
            awaitHeard("STARTED false", "RETRY false", "FINISHED true");
            assertThat(watch.done()).isNotDone();
        }
        await().until(() -> server.watching() == 0);
    }

    @Test
    void awaitAllEndsWhenEachHasEndedOrIsStuck() throws Exception {
        long first = server.add("g/a", TaskStatus.TASK_STATUS_RUNNING);
        long child = server.add("g/b", TaskStatus.TASK_STATUS_WAITING);
        server.add("g/c", TaskStatus.TASK_STATUS_DONE);
        CompletableFuture<WaitResult> waiting =
                CompletableFuture.supplyAsync(
                        () -> awaitAll(TaskQuery.group("g"), task -> heard.add(task.fullname())),
                        Thread::startVirtualThread);
        awaitWatching();
        awaitHeard("g/c");

        server.stick(child);
        server.happen(first, Kind.KIND_FINISHED, TaskStatus.TASK_STATUS_FAILED);

        WaitResult result = waiting.get();
        assertThat(heard).containsExactly("g/c", "g/a", "g/b");
        assertThat(result.allDone()).isFalse();
        assertThat(result.stuck()).extracting(TaskInfo::fullname).containsExactly("g/b");
        assertThat(result.unsuccessful()).extracting(TaskInfo::fullname).containsExactly("g/a");
    }

    @Test
    void awaitAllSurvivesARestart() throws Exception {
        long id = server.add("a", TaskStatus.TASK_STATUS_RUNNING);
        CompletableFuture<WaitResult> waiting =
                CompletableFuture.supplyAsync(
                        () -> awaitAll(TaskQuery.task("a"), _ -> {}), Thread::startVirtualThread);
        awaitWatching();
        server.stop();
        server.change(id, TaskStatus.TASK_STATUS_DONE);
        server.compact();
        server.start();
        assertThat(waiting.get().allDone()).isTrue();
    }

    @Test
    void awaitAllTimesOutAndRefusesUnknownNames() {
        server.add("a", TaskStatus.TASK_STATUS_RUNNING);
        assertThatThrownBy(() -> meow.awaitAll(TaskQuery.task("a"), Duration.ofMillis(50), _ -> {}))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("1 of 1 tasks have not ended");
        assertThatThrownBy(() -> meow.awaitAll(TaskQuery.task("nobody"), LONG, _ -> {}))
                .isInstanceOf(MeowException.NotFound.class)
                .hasMessageContaining("'nobody'");
    }

    private WaitResult awaitAll(TaskQuery query, java.util.function.Consumer<TaskInfo> listener) {
        try {
            return meow.awaitAll(query, LONG, listener);
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
