package io.cattino.cli;

import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.DrainNodeRequest;
import io.cattino.proto.v1.DrainNodeResponse;
import io.cattino.proto.v1.ForgetNodeRequest;
import io.cattino.proto.v1.ForgetNodeResponse;
import io.cattino.proto.v1.GetSettingsRequest;
import io.cattino.proto.v1.GetSettingsResponse;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.GetStatusResponse;
import io.cattino.proto.v1.HoldFencesRequest;
import io.cattino.proto.v1.HoldFencesResponse;
import io.cattino.proto.v1.ListNodesRequest;
import io.cattino.proto.v1.ListNodesResponse;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.SetSettingRequest;
import io.cattino.proto.v1.SetSettingResponse;
import io.cattino.proto.v1.Setting;
import io.cattino.proto.v1.ShutdownRequest;
import io.cattino.proto.v1.ShutdownResponse;
import io.cattino.proto.v1.StatusCount;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/** The cluster of a fake farm. */
final class FakeCluster extends ClusterServiceGrpc.ClusterServiceImplBase {

    private final FakeFarm farm;

    FakeCluster(FakeFarm farm) {
        this.farm = farm;
    }

    private <R> void answer(Object request, StreamObserver<R> observer, Supplier<R> response) {
        farm.requests.add(request);
        StatusRuntimeException failure = farm.clusterFailures.poll();
        try {
            if (failure != null) {
                throw failure;
            }
            observer.onNext(response.get());
            observer.onCompleted();
        } catch (RuntimeException e) {
            observer.onError(e);
        }
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
        List<Task> tasks = farm.matching(List.of());
        GetStatusResponse.Builder status =
                GetStatusResponse.newBuilder()
                        .setLeader("localhost:19192")
                        .setPid(4242)
                        .setVersion("0.1.0")
                        .setEpoch(7)
                        .setAllInOne(true)
                        .setHome("/home/ann/.cache/cattino")
                        .setStartTime(FakeFarm.at("2026-11-22T07:14:10Z"))
                        .setNodes(farm.nodes.size())
                        .setNodesReady(
                                (int)
                                        farm.nodes.stream()
                                                .filter(node ->
                                                        node.getState() == Node.State.STATE_READY)
                                                .count());
        if (farm.fenceHold != null) {
            status.setFenceHold(farm.fenceHold);
        }
        for (TaskStatus word : TaskStatus.values()) {
            long count = tasks.stream().filter(task -> task.getStatus() == word).count();
            if (count > 0) {
                status.addTasks(StatusCount.newBuilder().setStatus(word).setCount(count));
            }
        }
        answer(request, observer, status::build);
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> observer) {
        answer(
                request,
                observer,
                () -> ListNodesResponse.newBuilder().addAllNodes(farm.nodes).build());
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        farm.nodes.stream()
                                .filter(node -> node.getName().equals(request.getNode()))
                                .findFirst()
                                .map(node ->
                                        DrainNodeResponse.newBuilder()
                                                .setNode(draining(node, request))
                                                .build())
                                .orElseThrow(() ->
                                        FakeFarm.refusal(
                                                Status.Code.NOT_FOUND,
                                                "NOT_FOUND",
                                                "there is no node '%s'"
                                                        .formatted(request.getNode()),
                                                "see meow nodes")));
    }

    private static Node.Builder draining(Node node, DrainNodeRequest request) {
        Node.Builder draining = node.toBuilder().setDraining(true);
        if (request.hasDeadline()) {
            draining.setDrainRemaining(request.getDeadline());
        }
        return draining;
    }

    @Override
    public void holdFences(HoldFencesRequest request, StreamObserver<HoldFencesResponse> observer) {
        farm.fenceHold = request.getDuration();
        answer(
                request,
                observer,
                () -> HoldFencesResponse.newBuilder().setRemaining(farm.fenceHold).build());
    }

    @Override
    public void forgetNode(ForgetNodeRequest request, StreamObserver<ForgetNodeResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        ForgetNodeResponse.newBuilder()
                                .setNode(Node.newBuilder().setName(request.getNode()))
                                .build());
    }

    @Override
    public void getSettings(
            GetSettingsRequest request, StreamObserver<GetSettingsResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        GetSettingsResponse.newBuilder()
                                .addAllSettings(farm.settings.values())
                                .build());
    }

    @Override
    public void setSetting(SetSettingRequest request, StreamObserver<SetSettingResponse> observer) {
        Setting now =
                Setting.newBuilder()
                        .setKey(request.getKey())
                        .setValue(request.getValue())
                        .setDefaultValue("forbid")
                        .build();
        farm.settings.put(request.getKey(), now);
        answer(request, observer, () -> SetSettingResponse.newBuilder().setSetting(now).build());
    }

    @Override
    public void shutdown(ShutdownRequest request, StreamObserver<ShutdownResponse> observer) {
        answer(
                request,
                observer,
                () -> ShutdownResponse.newBuilder().addCancelled("train").build());
    }
}
