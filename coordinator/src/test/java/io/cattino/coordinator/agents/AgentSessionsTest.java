package io.cattino.coordinator.agents;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.Goodbye;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.ListNodesRequest;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.PutContext;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.RunningAttempt;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.TaskSelector;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentSessionsTest {
    private TestCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private TaskStatus status(String name) {
        return coordinator
                .tasks()
                .getTask(GetTaskRequest.newBuilder().setFullname(name).build())
                .getTask()
                .getStatus();
    }

    private Node.State nodeState() {
        return coordinator
                .cluster()
                .listNodes(ListNodesRequest.getDefaultInstance())
                .getNodes(0)
                .getState();
    }

    @Test
    void welcomesWithTheClusterAndItsIntervals() throws Exception {
        ScriptedAgent agent = new ScriptedAgent(coordinator.agents());
        agent.say(SessionRequest.newBuilder().setHello(ScriptedAgent.hello("n")));
        SessionResponse first = agent.next();
        assertThat(first.getWelcome().getClusterId()).isEqualTo("in-memory");
        assertThat(first.getWelcome().getHeartbeatInterval().getSeconds()).isEqualTo(2);
        assertThat(first.getWelcome().hasLease()).isTrue();
        assertThat(first.getEpoch()).isEqualTo(1);
        assertThat(first.getGeneration()).isPositive();
        assertThat(nodeState()).isEqualTo(Node.State.STATE_READY);
    }

    @Test
    void refusesWhoDoesNotSayHelloFirst() throws Exception {
        ScriptedAgent agent = new ScriptedAgent(coordinator.agents());
        agent.say(SessionRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
        assertThat(agent.next().getRefusal().getCode()).isEqualTo(Refusal.Code.CODE_INVALID);
        assertThat(agent.ended.get(60, TimeUnit.SECONDS)).isEqualTo(Status.OK);
        ScriptedAgent twice = ScriptedAgent.connect(coordinator, "n");
        twice.say(SessionRequest.newBuilder().setHello(ScriptedAgent.hello("n")));
        assertThat(twice.next(MessageCase.REFUSAL).getRefusal().getText()).contains("one hello");
    }

    @Test
    void refusesASecondMachineOfTheSameName() throws Exception {
        ScriptedAgent first = ScriptedAgent.connect(coordinator, "n");
        ScriptedAgent second = new ScriptedAgent(coordinator.agents());
        var hello = ScriptedAgent.hello("n");
        hello.getIdentityBuilder().setNodeId(ScriptedAgent.nodeId("another"));
        second.say(SessionRequest.newBuilder().setHello(hello));
        Refusal refusal = second.next().getRefusal();
        assertThat(refusal.getCode()).isEqualTo(Refusal.Code.CODE_DUPLICATE_NODE);
        assertThat(refusal.getText()).contains("meow node forget n");
        assertThat(first.ended).isNotDone();
        first.heartbeat(99, 0);
        await().until(() ->
                first.next(MessageCase.HEARTBEAT_ACK).getHeartbeatAck().getMonoMs() == 99);
    }

    @Test
    void sendsAContextOnceBeforeItsFirstLaunch() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        // The heartbeat's answer first: it would come anywhere among the orders.
        assertThat(agent.next().hasHeartbeatAck()).isTrue();
        coordinator.tasks().submit(TestCoordinator.submission("a", "b").build());
        PutContext context = agent.next().getPutContext();
        Launch one = agent.next().getLaunch();
        Launch two = agent.next().getLaunch();
        assertThat(one.getSpec().getFullname()).isEqualTo("a");
        assertThat(two.getSpec().getFullname()).isEqualTo("b");
        assertThat(one.getContextId())
                .isEqualTo(context.getContextId())
                .isEqualTo(two.getContextId());
        assertThat(context.getContext().getWorkingDirectory()).isEqualTo("/home/ann");
        assertThat(one.getCoordinator()).isEqualTo(coordinator.server().address());
        assertThat(one.getGrace().getSeconds()).isEqualTo(30);
        assertThat(one.getRunDir()).startsWith("/srv/home/");
    }

    @Test
    void acknowledgesAReportOnlyOnceItIsDurable() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        AttemptRef ref = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        coordinator.store.holdCommits(true);
        long sequence = agent.started(ref);
        await().until(() -> coordinator.store.held() > 0);
        assertThat(agent.told).noneMatch(SessionResponse::hasReportAck);
        coordinator.store.holdCommits(false);
        assertThat(agent.next(MessageCase.REPORT_ACK).getReportAck().getSequencesList())
                .containsExactly(sequence);
        assertThat(status("a")).isEqualTo(TaskStatus.TASK_STATUS_RUNNING);
        long again = agent.started(ref);
        assertThat(agent.next(MessageCase.REPORT_ACK).getReportAck().getSequencesList())
                .containsExactly(again);
        agent.exited(ref, 0);
        agent.released(ref);
        assertThat(agent.next(MessageCase.FORGET).getForget().getRef()).isEqualTo(ref);
        assertThat(status("a")).isEqualTo(TaskStatus.TASK_STATUS_DONE);
    }

    @Test
    void acknowledgesWhatNobodyCanEverUnderstand() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        long sequence =
                agent.report(
                        AttemptReport.newBuilder().setRef(AttemptRef.newBuilder().setTaskId(-1)));
        assertThat(agent.next(MessageCase.REPORT_ACK).getReportAck().getSequencesList())
                .containsExactly(sequence);
        assertThat(nodeState()).isEqualTo(Node.State.STATE_READY);
    }

    @Test
    void replacesASessionByANewerOneOfTheSameNode() throws Exception {
        ScriptedAgent old = ScriptedAgent.connect(coordinator, "n");
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        AttemptRef ref = old.next(MessageCase.LAUNCH).getLaunch().getRef();
        ScriptedAgent young = new ScriptedAgent(coordinator.agents());
        young.say(
                SessionRequest.newBuilder()
                        .setHello(
                                ScriptedAgent.hello("n")
                                        .addRunning(
                                                RunningAttempt.newBuilder()
                                                        .setRef(ref)
                                                        .setPid(5)
                                                        .setStarted(true))));
        assertThat(young.next().hasWelcome()).isTrue();
        assertThat(old.ended.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(status("a")).isEqualTo(TaskStatus.TASK_STATUS_RUNNING);
        assertThat(nodeState()).isEqualTo(Node.State.STATE_READY);
        coordinator
                .tasks()
                .cancelTasks(
                        CancelTasksRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setSelector(TaskSelector.newBuilder().addNames("a"))
                                .build());
        SessionResponse signal = young.next(MessageCase.SIGNAL);
        assertThat(signal.getSignal().getRef()).isEqualTo(ref);
        assertThat(signal.getSignal().getReason()).isEqualTo("Cancelled");
    }

    @Test
    void launchesAgainWhatAnAgentThatReconnectsHasNotGot() throws Exception {
        ScriptedAgent old = ScriptedAgent.connect(coordinator, "n");
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        AttemptRef ref = old.next(MessageCase.LAUNCH).getLaunch().getRef();
        ScriptedAgent young = ScriptedAgent.connect(coordinator, "n");
        assertThat(young.next(MessageCase.PUT_CONTEXT).hasPutContext()).isTrue();
        assertThat(young.next(MessageCase.LAUNCH).getLaunch().getRef()).isEqualTo(ref);
    }

    @Test
    void tellsTheLeaderThatAnAgentHasGoneOrSaidGoodbye() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        agent.say(
                SessionRequest.newBuilder().setGoodbye(Goodbye.newBuilder().setReason("upgrade")));
        await().untilAsserted(() -> assertThat(nodeState()).isEqualTo(Node.State.STATE_AWAY));
        ScriptedAgent back = ScriptedAgent.connect(coordinator, "n");
        await().untilAsserted(() -> assertThat(nodeState()).isEqualTo(Node.State.STATE_READY));
        back.hangUp();
        await().untilAsserted(() -> assertThat(nodeState()).isEqualTo(Node.State.STATE_SUSPECT));
    }

    @Test
    void sendsAgentsToTheNextLeaderWhenTheLoopIsGone() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).hasHeartbeatAck()).isTrue();
        coordinator.loop().close();
        agent.heartbeat(5, 0);
        assertThat(agent.next(MessageCase.REFUSAL).getRefusal().getCode())
                .isEqualTo(Refusal.Code.CODE_NOT_LEADER);
    }
}
