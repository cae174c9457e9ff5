package io.cattino.coordinator.rpc;

import com.google.protobuf.MessageLite;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.CancelTasksResponse;
import io.cattino.proto.v1.HoldTasksRequest;
import io.cattino.proto.v1.HoldTasksResponse;
import io.cattino.proto.v1.KillTasksRequest;
import io.cattino.proto.v1.KillTasksResponse;
import io.cattino.proto.v1.RemoveTasksRequest;
import io.cattino.proto.v1.RemoveTasksResponse;
import io.cattino.proto.v1.RerunTasksRequest;
import io.cattino.proto.v1.RerunTasksResponse;
import io.cattino.proto.v1.ResumeTasksRequest;
import io.cattino.proto.v1.ResumeTasksResponse;
import io.cattino.proto.v1.TaskSelector;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/** Commands on tasks: one way for all of them. */
abstract class TaskControls extends TaskServiceGrpc.TaskServiceImplBase {
    private final Answers answers;
    private final TaskChanges changes;

    TaskControls(Answers answers) {
        this.answers = answers;
        this.changes = new TaskChanges(answers);
    }

    @Override
    public void cancelTasks(CancelTasksRequest request, StreamObserver<CancelTasksResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        request.getReason(),
                        new Input.Verb.Cancel(request.getReason()));
        control(
                out,
                order,
                made ->
                        CancelTasksResponse.newBuilder()
                                .addAllChanges(made.changes())
                                .setRevision(made.revision())
                                .build());
    }

    @Override
    public void resumeTasks(ResumeTasksRequest request, StreamObserver<ResumeTasksResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        "",
                        new Input.Verb.Resume());
        control(
                out,
                order,
                made ->
                        ResumeTasksResponse.newBuilder()
                                .addAllChanges(made.changes())
                                .setRevision(made.revision())
                                .build());
    }

    @Override
    public void rerunTasks(RerunTasksRequest request, StreamObserver<RerunTasksResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        "",
                        new Input.Verb.Rerun());
        control(
                out,
                order,
                made ->
                        RerunTasksResponse.newBuilder()
                                .addAllChanges(made.changes())
                                .setRevision(made.revision())
                                .build());
    }

    @Override
    public void holdTasks(HoldTasksRequest request, StreamObserver<HoldTasksResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        request.getReason(),
                        new Input.Verb.Hold(request.getReason()));
        control(
                out,
                order,
                made ->
                        HoldTasksResponse.newBuilder()
                                .addAllChanges(made.changes())
                                .setRevision(made.revision())
                                .build());
    }

    @Override
    public void killTasks(KillTasksRequest request, StreamObserver<KillTasksResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        request.getReason(),
                        new Input.Verb.Kill(request.getForce(), request.getReason()));
        control(
                out,
                order,
                made ->
                        KillTasksResponse.newBuilder()
                                .addAllChanges(made.changes())
                                .setRevision(made.revision())
                                .build());
    }

    @Override
    public void removeTasks(RemoveTasksRequest request, StreamObserver<RemoveTasksResponse> out) {
        Order order =
                new Order(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        "",
                        new Input.Verb.Remove());
        control(
                out,
                order,
                made ->
                        RemoveTasksResponse.newBuilder()
                                .addAllChanges(made.changes())
                                .setRevision(made.revision())
                                .build());
    }

    /** A command on tasks, whatever message it came in. */
    private record Order(
            MessageLite request,
            String requestId,
            TaskSelector selector,
            String reason,
            Input.Verb verb) {}

    /** The one way of every command on tasks. */
    private <T> void control(
            StreamObserver<T> out, Order order, Function<TaskChanges.Made, T> answer) {
        Calls.answer(
                out,
                () -> {
                    TaskSelector selector = order.selector();
                    Calls.check(findings ->
                            RequestCheck.control(
                                    findings, order.requestId(), selector, order.reason()));
                    Input.Selection selection =
                            new Input.Selection(selector.getNamesList(), selector.getAll());
                    Reply reply =
                            answers.once(
                                    order.requestId(),
                                    order.request(),
                                    at -> new Input.Control(at, order.verb(), selection));
                    return switch (reply) {
                        case Reply.Changes(List<Reply.Change> made) ->
                                answer.apply(changes.made(made));
                        case Reply other -> throw Calls.unexpected(other);
                    };
                });
    }
}
