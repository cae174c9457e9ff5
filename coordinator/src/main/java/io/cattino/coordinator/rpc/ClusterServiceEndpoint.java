package io.cattino.coordinator.rpc;

import com.google.protobuf.MessageLite;
import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.NodeHealth;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.wire.Durations;
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
import io.cattino.proto.v1.SetSettingRequest;
import io.cattino.proto.v1.SetSettingResponse;
import io.cattino.proto.v1.ShutdownRequest;
import io.cattino.proto.v1.ShutdownResponse;
import io.cattino.proto.v1.StatusCount;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.UndrainNodeRequest;
import io.cattino.proto.v1.UndrainNodeResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What people ask of the farm as a whole. Checks the form of each request, asks the leader, and
 * answers once that has made durable what it did. Every call runs on a thread of its own that may
 * wait; any number at once.
 */
public final class ClusterServiceEndpoint extends ClusterServiceGrpc.ClusterServiceImplBase {
    private final Answers answers;
    private final ServerFacts server;
    private final Supplier<String> address;
    private final ServerExit exit;

    /**
     * @param address {@code host:port} of the port that serves this
     */
    ClusterServiceEndpoint(
            Answers answers, ServerFacts server, Supplier<String> address, ServerExit exit) {
        this.answers = answers;
        this.server = server;
        this.address = address;
        this.exit = exit;
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> out) {
        Calls.answer(out, () -> status(answers.read(ClusterServiceEndpoint::numbers)));
    }

    private record Numbers(
            List<StatusCount> tasks,
            int ready,
            int nodes,
            long revision,
            long epoch,
            long fenceHoldMs) {}

    /**
     * On the loop's thread: one look at every task's state, which allocates nothing and so is short
     * even for a million.
     */
    private static Numbers numbers(View view) {
        ClusterState state = view.state();
        // By the number of the status.
        long[] tasks = new long[TaskStatus.values().length];
        for (Task task : state.tasks()) {
            tasks[ViewMapper.status(task).getNumber()]++;
        }
        int ready = 0;
        for (Node node : state.nodes()) {
            ready += view.health(node.id()) == NodeHealth.READY ? 1 : 0;
        }
        return new Numbers(
                counts(tasks),
                ready,
                state.nodes().size(),
                state.revision(),
                state.epoch(),
                view.fenceHoldMs());
    }

    private static List<StatusCount> counts(long[] tasks) {
        return Stream.of(TaskStatus.values())
                .filter(status -> status != TaskStatus.UNRECOGNIZED)
                .filter(status -> status != TaskStatus.TASK_STATUS_UNSPECIFIED)
                .map(status ->
                        StatusCount.newBuilder()
                                .setStatus(status)
                                .setCount(tasks[status.getNumber()])
                                .build())
                .toList();
    }

    private GetStatusResponse status(Numbers numbers) {
        GetStatusResponse.Builder out = GetStatusResponse.newBuilder();
        if (numbers.fenceHoldMs() > 0) {
            out.setFenceHold(Durations.ofMillis(numbers.fenceHoldMs()));
        }
        return out.setClusterId(server.clusterId())
                .setEpoch(numbers.epoch())
                .setLeader(answers.isStale() ? "" : address.get())
                .setPid(server.pid())
                .setVersion(server.version())
                .setGitRevision(server.revision())
                .setStartTime(ViewMapper.timestamp(server.started().toEpochMilli()))
                .setAllInOne(server.allInOne())
                .setHome(server.home())
                .setHost(server.host())
                .setNodesReady(numbers.ready())
                .setNodes(numbers.nodes())
                .setRevision(numbers.revision())
                .addAllTasks(numbers.tasks())
                .build();
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> out) {
        Calls.answer(
                out,
                () -> {
                    record Rows(List<NodeMapper.NodeRow> nodes, long revision) {}
                    Rows rows =
                            answers.read(view ->
                                    new Rows(
                                            view.state().nodes().stream()
                                                    .map(node -> NodeMapper.NodeRow.of(view, node))
                                                    .toList(),
                                            view.state().revision()));
                    return ListNodesResponse.newBuilder()
                            .addAllNodes(rows.nodes().stream().map(NodeMapper::node).toList())
                            .setRevision(rows.revision())
                            .build();
                });
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        findings ->
                                RequestCheck.drain(
                                        findings,
                                        request.getNode(),
                                        request.getReason(),
                                        deadlineMs(request)),
                        at ->
                                new Input.DrainNode(
                                        at,
                                        request.getNode(),
                                        request.getReason(),
                                        request.hasDeadline()
                                                ? OptionalLong.of(deadlineMs(request))
                                                : OptionalLong.empty()));
        change(
                out,
                order,
                (node, revision) ->
                        DrainNodeResponse.newBuilder().setNode(node).setRevision(revision).build());
    }

    private static long deadlineMs(DrainNodeRequest request) {
        return request.hasDeadline() ? Durations.millis(request.getDeadline()) : 0;
    }

    @Override
    public void holdFences(HoldFencesRequest request, StreamObserver<HoldFencesResponse> out) {
        Calls.answer(
                out,
                () -> {
                    long ms = Durations.millis(request.getDuration());
                    Calls.check(findings ->
                            RequestCheck.requestId(findings, request.getRequestId())
                                    && RequestCheck.fenceHold(findings, ms));
                    return switch (answers.once(
                            request.getRequestId(), request, at -> new Input.HoldFences(at, ms))) {
                        case Reply.FencesHeld(long left) ->
                                HoldFencesResponse.newBuilder()
                                        .setRemaining(Durations.ofMillis(left))
                                        .setRevision(answers.revision())
                                        .build();
                        case Reply other -> throw Calls.unexpected(other);
                    };
                });
    }

    @Override
    public void undrainNode(UndrainNodeRequest request, StreamObserver<UndrainNodeResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        findings -> RequestCheck.nodeName(findings, "node", request.getNode()),
                        at ->
                                request.hasDevice()
                                        ? new Input.UseDevice(
                                                at, request.getNode(), request.getDevice())
                                        : new Input.UndrainNode(at, request.getNode()));
        change(
                out,
                order,
                (node, revision) ->
                        UndrainNodeResponse.newBuilder()
                                .setNode(node)
                                .setRevision(revision)
                                .build());
    }

    @Override
    public void forgetNode(ForgetNodeRequest request, StreamObserver<ForgetNodeResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        findings -> RequestCheck.nodeName(findings, "node", request.getNode()),
                        at -> new Input.ForgetNode(at, request.getNode()));
        change(
                out,
                order,
                (node, revision) ->
                        ForgetNodeResponse.newBuilder()
                                .setNode(node)
                                .setRevision(revision)
                                .build());
    }

    /** A command on a node, whatever message it came in. */
    private record Order(
            MessageLite request,
            String requestId,
            Predicate<Findings> form,
            Function<Time, Input.ClientCommand> input) {}

    /** The one way of every command on a node. */
    private <T> void change(
            StreamObserver<T> out,
            Order order,
            BiFunction<io.cattino.proto.v1.Node, Long, T> answer) {
        Calls.answer(
                out,
                () -> {
                    Calls.check(findings ->
                            RequestCheck.requestId(findings, order.requestId())
                                    && order.form().test(findings));
                    Reply reply = answers.once(order.requestId(), order.request(), order.input());
                    return answer.apply(changed(reply), answers.revision());
                });
    }

    private io.cattino.proto.v1.Node changed(Reply reply) {
        return switch (reply) {
            case Reply.NodeChanged(Node node) ->
                    NodeMapper.node(
                            answers.read(view ->
                                    NodeMapper.NodeRow.of(
                                            view, view.state().node(node.id()).orElse(node))));
            case Reply other -> throw Calls.unexpected(other);
        };
    }

    @Override
    public void getSettings(GetSettingsRequest request, StreamObserver<GetSettingsResponse> out) {
        Calls.answer(
                out,
                () -> {
                    record Read(Settings settings, long revision) {}
                    Read read =
                            answers.read(view ->
                                    new Read(view.state().settings(), view.state().revision()));
                    return GetSettingsResponse.newBuilder()
                            .addAllSettings(SettingCatalog.all(read.settings()))
                            .setRevision(read.revision())
                            .build();
                });
    }

    @Override
    public void setSetting(SetSettingRequest request, StreamObserver<SetSettingResponse> out) {
        Calls.answer(
                out,
                () -> {
                    Calls.check(findings ->
                            RequestCheck.requestId(findings, request.getRequestId())
                                    && RequestCheck.settingKey(
                                            findings, request.getKey(), request.getValue()));
                    return switch (answers.once(
                            request.getRequestId(),
                            request,
                            at -> new Input.SetSetting(at, request.getKey(), request.getValue()))) {
                        case Reply.SettingsAre(Settings settings) ->
                                SetSettingResponse.newBuilder()
                                        .setSetting(SettingCatalog.one(request.getKey(), settings))
                                        .setRevision(answers.revision())
                                        .build();
                        case Reply other -> throw Calls.unexpected(other);
                    };
                });
    }

    @Override
    public void shutdown(ShutdownRequest request, StreamObserver<ShutdownResponse> out) {
        if (!server.allInOne()) {
            out.onError(
                    StatusMapper.of(
                            new Rejection.WrongState(
                                    "server",
                                    "this server is one of a farm; only an all-in-one server is ended this way",
                                    "on its host, send TERM to its process: kill "
                                            + server.pid())));
            return;
        }
        Calls.answer(
                out,
                () -> {
                    Calls.check(
                            findings -> RequestCheck.requestId(findings, request.getRequestId()));
                    return ShutdownResponse.newBuilder().addAllCancelled(exit.end(request)).build();
                });
        exit.finish();
    }
}
