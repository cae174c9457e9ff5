package io.cattino.coordinator.rpc;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;
import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.Device;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.DrainNodeRequest;
import io.cattino.proto.v1.ForgetNodeRequest;
import io.cattino.proto.v1.ForgetNodeResponse;
import io.cattino.proto.v1.GetSettingsRequest;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.HoldFencesRequest;
import io.cattino.proto.v1.ListNodesRequest;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.SetSettingRequest;
import io.cattino.proto.v1.StatusCount;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.UndrainNodeRequest;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterServiceTest extends ServiceTest {
    @Test
    void showsAndChangesSettings() {
        SetSettingRequest.Builder set =
                SetSettingRequest.newBuilder().setKey("retry-limit").setValue("3");
        assertThat(
                        coordinator
                                .cluster()
                                .setSetting(set.setRequestId(TestCoordinator.newId()).build())
                                .getSetting()
                                .getValue())
                .isEqualTo("3");
        assertThat(
                        coordinator
                                .cluster()
                                .getSettings(GetSettingsRequest.getDefaultInstance())
                                .getSettingsList())
                .hasSize(8)
                .anySatisfy(setting -> {
                    assertThat(setting.getKey()).isEqualTo("retry-limit");
                    assertThat(setting.getValue()).isEqualTo("3");
                    assertThat(setting.getDefaultValue()).isEqualTo("16");
                });
        refused(
                () ->
                        coordinator
                                .cluster()
                                .setSetting(
                                        set.setRequestId(TestCoordinator.newId())
                                                .setKey("retry-limits")
                                                .build()),
                Code.NOT_FOUND,
                "NOT_FOUND",
                info -> assertThat(info.getMetadataMap()).containsEntry("similar", "retry-limit"));
        refused(
                () ->
                        coordinator
                                .cluster()
                                .setSetting(
                                        set.setRequestId(TestCoordinator.newId())
                                                .setKey("retry-limit")
                                                .setValue("many")
                                                .build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                _ -> {});
    }

    @Test
    void drainsAndUndrains() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).hasHeartbeatAck()).isTrue();
        var drained =
                coordinator
                        .cluster()
                        .drainNode(
                                DrainNodeRequest.newBuilder()
                                        .setRequestId(TestCoordinator.newId())
                                        .setNode("n")
                                        .setReason("fan swap")
                                        .build())
                        .getNode();
        assertThat(drained.getDraining()).isTrue();
        assertThat(drained.getDrainReason()).isEqualTo("fan swap");
        var undrained =
                coordinator
                        .cluster()
                        .undrainNode(
                                UndrainNodeRequest.newBuilder()
                                        .setRequestId(TestCoordinator.newId())
                                        .setNode("n")
                                        .build())
                        .getNode();
        assertThat(undrained.getDraining()).isFalse();
        refused(
                () ->
                        coordinator
                                .cluster()
                                .undrainNode(
                                        UndrainNodeRequest.newBuilder()
                                                .setRequestId(TestCoordinator.newId())
                                                .setNode("nowhere")
                                                .build()),
                Code.NOT_FOUND,
                "NOT_FOUND",
                _ -> {});
    }

    @Test
    void tellsTheAgentThatADeviceIsWell() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).hasHeartbeatAck()).isTrue();
        refused(() -> use("n", 0), Code.FAILED_PRECONDITION, "WRONG_STATE", _ -> {});
        agent.heartbeat(2, DeviceSample.newBuilder().setHealth("Xid 79: off the bus"));
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).hasHeartbeatAck()).isTrue();
        Device sick =
                coordinator
                        .cluster()
                        .listNodes(ListNodesRequest.getDefaultInstance())
                        .getNodes(0)
                        .getDevices(0);
        assertThat(sick.getHealth()).isEqualTo("Xid 79: off the bus");
        assertThat(sick.getState()).isEqualTo(Device.State.STATE_SICK);
        use("n", 0);
        assertThat(agent.next(MessageCase.USE_DEVICE).getUseDevice().getUuid()).isEqualTo("FAKE-0");
        refused(() -> use("n", 7), Code.NOT_FOUND, "NOT_FOUND", _ -> {});
        refused(() -> use("nowhere", 0), Code.NOT_FOUND, "NOT_FOUND", _ -> {});
        agent.hangUp();
        await().untilAsserted(() ->
                refused(() -> use("n", 0), Code.FAILED_PRECONDITION, "WRONG_STATE", _ -> {}));
    }

    private Node use(String node, int device) {
        return coordinator
                .cluster()
                .undrainNode(
                        UndrainNodeRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setNode(node)
                                .setDevice(device)
                                .build())
                .getNode();
    }

    @Test
    void tellsHowMuchOfADrainAndOfAFenceHoldIsLeft() throws Exception {
        ScriptedAgent.connect(coordinator, "n");
        Node drained =
                coordinator
                        .cluster()
                        .drainNode(
                                DrainNodeRequest.newBuilder()
                                        .setRequestId(TestCoordinator.newId())
                                        .setNode("n")
                                        .setDeadline(Duration.newBuilder().setSeconds(600))
                                        .build())
                        .getNode();
        assertThat(drained.getDrainRemaining().getSeconds()).isBetween(540L, 600L);
        var held =
                coordinator
                        .cluster()
                        .holdFences(
                                HoldFencesRequest.newBuilder()
                                        .setRequestId(TestCoordinator.newId())
                                        .setDuration(Duration.newBuilder().setSeconds(3_600))
                                        .build());
        assertThat(held.getRemaining().getSeconds()).isEqualTo(3_600);
        var status = coordinator.cluster().getStatus(GetStatusRequest.getDefaultInstance());
        assertThat(status.getFenceHold().getSeconds()).isBetween(3_540L, 3_600L);
        refused(
                () ->
                        coordinator
                                .cluster()
                                .holdFences(
                                        HoldFencesRequest.newBuilder()
                                                .setRequestId(TestCoordinator.newId())
                                                .build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "duration"));
    }

    @Test
    void refusesADrainWithADeadlineThatCannotBe() throws Exception {
        ScriptedAgent.connect(coordinator, "n");
        refused(
                () ->
                        coordinator
                                .cluster()
                                .drainNode(
                                        DrainNodeRequest.newBuilder()
                                                .setRequestId(TestCoordinator.newId())
                                                .setNode("n")
                                                .setDeadline(Duration.newBuilder().setSeconds(-1))
                                                .build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info ->
                        assertThat(info.getMetadataMap())
                                .containsEntry("field", "deadline")
                                .containsKey("hint"));
        assertThat(nodes()).singleElement().returns(false, Node::getDraining);
    }

    @Test
    void forgetsANodeThatIsGoneAndNoOther() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        refused(() -> forget("n"), Code.FAILED_PRECONDITION, "WRONG_STATE", _ -> {});
        refused(() -> forget("m"), Code.NOT_FOUND, "NOT_FOUND", _ -> {});
        refused(
                () -> forget(""),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "node"));
        agent.hangUp();
        await().untilAsserted(() -> {
            assertThat(forget("n").getNode().getName()).isEqualTo("n");
        });
        assertThat(nodes()).isEmpty();
        refused(() -> forget("n"), Code.NOT_FOUND, "NOT_FOUND", _ -> {});
    }

    private ForgetNodeResponse forget(String node) {
        return coordinator
                .cluster()
                .forgetNode(
                        ForgetNodeRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setNode(node)
                                .build());
    }

    private List<Node> nodes() {
        return coordinator
                .cluster()
                .listNodes(ListNodesRequest.getDefaultInstance())
                .getNodesList();
    }

    @Test
    void countsTasksByStatus() {
        coordinator.tasks().submit(TestCoordinator.submission("a", "b", "c").build());
        coordinator
                .tasks()
                .cancelTasks(
                        CancelTasksRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setSelector(names("b"))
                                .build());
        assertThat(
                        coordinator
                                .cluster()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getTasksList())
                .extracting(StatusCount::getStatus, StatusCount::getCount)
                .containsExactly(
                        tuple(TaskStatus.TASK_STATUS_WAITING, 2L),
                        tuple(TaskStatus.TASK_STATUS_RUNNING, 0L),
                        tuple(TaskStatus.TASK_STATUS_DONE, 0L),
                        tuple(TaskStatus.TASK_STATUS_FAILED, 0L),
                        tuple(TaskStatus.TASK_STATUS_CANCELLED, 1L));
    }
}
