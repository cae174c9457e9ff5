package io.cattino.coordinator.rpc;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.ScriptedTransfer;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.GroupSpec;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.OpenLog;
import io.cattino.proto.v1.PythonObject;
import io.cattino.proto.v1.PythonScript;
import io.cattino.proto.v1.ReadLogPageRequest;
import io.cattino.proto.v1.ReadLogPageResponse;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogPagesTest extends ServiceTest {

    private static ReadLogPageRequest.Builder page(String name) {
        return ReadLogPageRequest.newBuilder().setFullname(name).setKind(LogKind.LOG_KIND_STDOUT);
    }

    private static ReadLogPageRequest.Builder hooks(String name) {
        return page(name).setKind(LogKind.LOG_KIND_HOOKS);
    }

    private ListenableFuture<ReadLogPageResponse> ask(ReadLogPageRequest.Builder request) {
        return TaskServiceGrpc.newFutureStub(coordinator.channel()).readLogPage(request.build());
    }

    private static ReadLogPageResponse answer(ListenableFuture<ReadLogPageResponse> asked)
            throws Exception {
        return asked.get(60, TimeUnit.SECONDS);
    }

    private ScriptedAgent agent() throws InterruptedException {
        return ScriptedAgent.connect(coordinator, "n");
    }

    private AttemptRef running(ScriptedAgent agent, String name) throws InterruptedException {
        coordinator.tasks().submit(TestCoordinator.submission(name).build());
        return started(agent);
    }

    private AttemptRef started(ScriptedAgent agent) throws InterruptedException {
        Launch launch = agent.next(MessageCase.LAUNCH).getLaunch();
        agent.started(launch.getRef());
        await().until(() ->
                task(launch.getSpec().getFullname()).getStatus() == TaskStatus.TASK_STATUS_RUNNING);
        return launch.getRef();
    }

    private static OpenLog order(ScriptedAgent agent) throws InterruptedException {
        return agent.next(MessageCase.OPEN_LOG).getOpenLog();
    }

    private ScriptedTransfer dial(OpenLog order) {
        ScriptedTransfer transfer = new ScriptedTransfer(coordinator, order);
        await().until(() -> transfer.credit.get() > 0);
        return transfer;
    }

    @Test
    void aPageHoldsWhatThereIs() throws Exception {
        ScriptedAgent agent = agent();
        running(agent, "a");
        ListenableFuture<ReadLogPageResponse> first = ask(page("a").setOffset(3));
        OpenLog order = order(agent);
        assertThat(order.getOffset()).isEqualTo(3);
        assertThat(order.getFollow()).isFalse();
        ScriptedTransfer transfer = dial(order);
        transfer.send(ByteString.copyFromUtf8("hel"), false);
        transfer.send(ByteString.copyFromUtf8("lo"), false);
        transfer.out.onCompleted();
        ReadLogPageResponse now =
                ReadLogPageResponse.newBuilder()
                        .setData(ByteString.copyFromUtf8("hello"))
                        .setOffset(3)
                        .setNextOffset(8)
                        .setAttempt(1)
                        .build();
        assertThat(answer(first)).isEqualTo(now);

        ListenableFuture<ReadLogPageResponse> second = ask(page("a").setOffset(8).setAttempt(1));
        dial(order(agent)).send(ByteString.EMPTY, true);
        assertThat(answer(second))
                .isEqualTo(now.toBuilder().clearData().setOffset(8).setEnd(true).build());
    }

    @Test
    void aPageEndsAtItsLimitAndTheNextGoesOnThere() throws Exception {
        ScriptedAgent agent = agent();
        running(agent, "a");
        ListenableFuture<ReadLogPageResponse> asked = ask(page("a").setLimit(7));
        ScriptedTransfer transfer = dial(order(agent));
        transfer.send(5, false);
        transfer.send(5, true);
        ReadLogPageResponse cut = answer(asked);
        assertThat(cut.getData().size()).isEqualTo(7);
        assertThat(cut.getNextOffset()).isEqualTo(7);
        assertThat(cut.getMore()).isTrue();
        assertThat(cut.getEnd()).isFalse();
        assertThat(transfer.closed.get(60, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aPageEndsAtAGapAndTheNextTellsOfIt() throws Exception {
        ScriptedAgent agent = agent();
        running(agent, "a");
        ListenableFuture<ReadLogPageResponse> first = ask(page("a"));
        ScriptedTransfer transfer = dial(order(agent));
        transfer.send(ByteString.copyFromUtf8("head"), false);
        transfer.drop(1_000);
        transfer.send(ByteString.copyFromUtf8("tail"), true);
        ReadLogPageResponse head =
                ReadLogPageResponse.newBuilder()
                        .setData(ByteString.copyFromUtf8("head"))
                        .setNextOffset(4)
                        .setAttempt(1)
                        .setMore(true)
                        .build();
        assertThat(answer(first)).isEqualTo(head);

        ListenableFuture<ReadLogPageResponse> second = ask(page("a").setOffset(4).setAttempt(1));
        ScriptedTransfer rest = dial(order(agent));
        rest.drop(1_000);
        rest.send(ByteString.copyFromUtf8("tail"), true);
        assertThat(answer(second))
                .isEqualTo(
                        ReadLogPageResponse.newBuilder()
                                .setData(ByteString.copyFromUtf8("tail"))
                                .setOffset(1_004)
                                .setNextOffset(1_008)
                                .setAttempt(1)
                                .setDropped(1_000)
                                .setEnd(true)
                                .build());
    }

    @Test
    void whatHasNotStartedHasWrittenNothing() {
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        assertThat(coordinator.tasks().readLogPage(page("a").build()))
                .isEqualTo(ReadLogPageResponse.getDefaultInstance());
        refused(
                () -> coordinator.tasks().readLogPage(page("a").setAttempt(1).build()),
                Code.FAILED_PRECONDITION,
                "LOG_UNAVAILABLE",
                info -> assertThat(info.getMetadataMap()).containsKey("hint"));
    }

    @Test
    void refusesWhatMakesNoSense() {
        coordinator.tasks().submit(TestCoordinator.submission("g/a").build());
        for (int limit : new int[] {-1, LogPages.MAX_BYTES + 1}) {
            refused(
                    () -> coordinator.tasks().readLogPage(page("g/a").setLimit(limit).build()),
                    Code.INVALID_ARGUMENT,
                    "INVALID_REQUEST",
                    info -> {
                        assertThat(info.getMetadataMap()).containsEntry("field", "limit");
                        assertThat(info.getMetadataMap()).containsKey("hint");
                    });
        }
        refused( // of a later version, say
                () -> coordinator.tasks().readLogPage(page("g/a").setKindValue(77).build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "kind"));
        refused(
                () -> coordinator.tasks().readLogPage(page("nope").build()),
                Code.NOT_FOUND,
                "NOT_FOUND",
                _ -> {});
        refused(
                () -> coordinator.tasks().readLogPage(hooks("g").build()),
                Code.FAILED_PRECONDITION,
                "WRONG_STATE",
                info -> assertThat(info.getMetadataMap()).containsKey("hint"));
    }

    @Test
    void saysThatANodeIsAway() throws Exception {
        ScriptedAgent agent = agent();
        running(agent, "a");
        agent.hangUp();
        await().untilAsserted(() ->
                refused(
                        () -> coordinator.tasks().readLogPage(page("a").build()),
                        Code.UNAVAILABLE,
                        "NODE_AWAY",
                        info -> assertThat(info.getMetadataMap()).containsEntry("node", "n")));
    }

    @Test
    void servesSoManyAtOnceAndForgetsThoseThatAreGone() throws Exception {
        ScriptedAgent agent = agent();
        running(agent, "a");
        List<ListenableFuture<ReadLogPageResponse>> asked = new ArrayList<>();
        for (int i = 0; i < LogPages.MAX_AT_ONCE; i++) {
            asked.add(ask(page("a")));
            order(agent);
        }
        refused(
                () -> coordinator.tasks().readLogPage(page("a").build()),
                Code.RESOURCE_EXHAUSTED,
                "OVERLOADED",
                _ -> {});
        asked.forEach(call -> call.cancel(true));
        await().until(() -> {
            ListenableFuture<ReadLogPageResponse> again = ask(page("a"));
            await().until(() ->
                    again.isDone() || agent.told.stream().anyMatch(SessionResponse::hasOpenLog));
            return !again.isDone();
        });
    }

    @Test
    void hooksOfAGroupAreReadWhereTheyRan() throws Exception {
        ScriptedAgent agent = agent();
        coordinator.tasks().submit(hooked("on_start", "on_end"));
        AttemptRef first = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        assertThat(ofGroup(agent, "g").getRef()).isEqualTo(first);
        agent.started(first);
        agent.exited(first, 0);
        agent.released(first);
        AttemptRef end = started(agent);
        assertThat(ofGroup(agent, "g").getRef()).isEqualTo(first);
        assertThat(ofGroup(agent, "g/@on_end").getRef()).isEqualTo(end);
    }

    @Test
    void withoutAnOnStartItsLogIsThatOfOnEnd() throws Exception {
        ScriptedAgent agent = agent();
        coordinator.tasks().submit(hooked("on_end"));
        AttemptRef task = started(agent);
        assertThat(coordinator.tasks().readLogPage(hooks("g").build()))
                .isEqualTo(ReadLogPageResponse.getDefaultInstance());
        agent.exited(task, 0);
        agent.released(task);
        AttemptRef end = started(agent);
        assertThat(ofGroup(agent, "g").getRef()).isEqualTo(end);
    }

    /** What the agent is told where the log of hooks of that name is asked for. */
    private OpenLog ofGroup(ScriptedAgent agent, String name) throws Exception {
        ListenableFuture<ReadLogPageResponse> asked = ask(hooks(name));
        OpenLog order = order(agent);
        assertThat(order.getOfGroup()).isTrue();
        assertThat(order.getDirectory()).startsWith("/srv/home/").endsWith("/g");
        dial(order).send(3, true);
        assertThat(answer(asked).getAttempt()).isZero();
        assertThat(answer(asked).getData().size()).isEqualTo(3);
        return order;
    }

    private static SubmitRequest hooked(String... hooks) {
        SubmitRequest.Builder request = TestCoordinator.submission("g/a");
        request.getContextBuilder()
                .setPythonScript(
                        PythonScript.newBuilder().setPath("/x/task.py").setPython("python3"));
        request.addGroups(
                GroupSpec.newBuilder()
                        .setFullname("g")
                        .setPython(
                                PythonObject.newBuilder()
                                        .setExportPath("0")
                                        .setExportedName("g")
                                        .addAllHooks(List.of(hooks))));
        return request.build();
    }
}
