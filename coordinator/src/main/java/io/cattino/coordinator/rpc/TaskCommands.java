package io.cattino.coordinator.rpc;

import com.google.protobuf.MessageLite;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.rpc.TaskChanges.Made;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.coordinator.wire.WhereCodec;
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
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.SetTaskResponse;
import io.cattino.proto.v1.TaskSelector;
import java.util.List;
import java.util.TreeMap;

/** Commands on stored tasks. Any thread; calls block until what they did is durable. */
final class TaskCommands {
    private final Answers answers;
    private final TaskChanges changes;

    TaskCommands(Answers answers) {
        this.answers = answers;
        this.changes = new TaskChanges(answers);
    }

    CancelTasksResponse cancel(CancelTasksRequest request) {
        Made made =
                made(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        request.getReason(),
                        new Input.Verb.Cancel(request.getReason()));
        return CancelTasksResponse.newBuilder()
                .addAllChanges(made.changes())
                .setRevision(made.revision())
                .build();
    }

    ResumeTasksResponse resume(ResumeTasksRequest request) {
        Made made =
                made(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        "",
                        new Input.Verb.Resume());
        return ResumeTasksResponse.newBuilder()
                .addAllChanges(made.changes())
                .setRevision(made.revision())
                .build();
    }

    RerunTasksResponse rerun(RerunTasksRequest request) {
        Made made =
                made(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        "",
                        new Input.Verb.Rerun());
        return RerunTasksResponse.newBuilder()
                .addAllChanges(made.changes())
                .setRevision(made.revision())
                .build();
    }

    HoldTasksResponse hold(HoldTasksRequest request) {
        Made made =
                made(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        request.getReason(),
                        new Input.Verb.Hold(request.getReason()));
        return HoldTasksResponse.newBuilder()
                .addAllChanges(made.changes())
                .setRevision(made.revision())
                .build();
    }

    KillTasksResponse kill(KillTasksRequest request) {
        Made made =
                made(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        request.getReason(),
                        new Input.Verb.Kill(request.getForce(), request.getReason()));
        return KillTasksResponse.newBuilder()
                .addAllChanges(made.changes())
                .setRevision(made.revision())
                .build();
    }

    RemoveTasksResponse remove(RemoveTasksRequest request) {
        Made made =
                made(
                        request,
                        request.getRequestId(),
                        request.getSelector(),
                        "",
                        new Input.Verb.Remove());
        return RemoveTasksResponse.newBuilder()
                .addAllChanges(made.changes())
                .setRevision(made.revision())
                .build();
    }

    /** The one way of every command on tasks. */
    private Made made(
            MessageLite request,
            String requestId,
            TaskSelector selector,
            String reason,
            Input.Verb verb) {
        Calls.check(findings -> RequestCheck.control(findings, requestId, selector, reason));
        Input.Selection selection = new Input.Selection(selector.getNamesList(), selector.getAll());
        Reply reply =
                answers.once(requestId, request, at -> new Input.Control(at, verb, selection));
        return switch (reply) {
            case Reply.Changes(List<Reply.Change> made) -> changes.made(made);
            case Reply other -> throw Calls.unexpected(other);
        };
    }

    SetTaskResponse set(SetTaskRequest request) {
        String name = request.getFullname();
        Calls.check(findings ->
                RequestCheck.requestId(findings, request.getRequestId())
                        && RequestCheck.taskName(findings, "fullname", name)
                        && RequestCheck.change(findings, request));
        Input.Attribute attribute = attribute(request);
        return switch (answers.once(
                request.getRequestId(), request, at -> new Input.SetTask(at, name, attribute))) {
            case Reply.TaskChanged(Task task) -> changed(task);
            case Reply other -> throw Calls.unexpected(other);
        };
    }

    private static Input.Attribute attribute(SetTaskRequest request) {
        return switch (request.getChangeCase()) {
            case PRIORITY -> new Input.Attribute.Priority(request.getPriority());
            case DEVICES -> new Input.Attribute.Devices(SpecCodec.decode(request.getDevices()));
            case NAME -> new Input.Attribute.Name(request.getName());
            case PARENTS ->
                    new Input.Attribute.Parents(
                            request.getParents().getNamesList(),
                            SpecCodec.decode(request.getParents().getCondition()));
            case LABELS ->
                    new Input.Attribute.Labels(new TreeMap<>(request.getLabels().getLabelsMap()));
            case WHERE -> new Input.Attribute.Place(WhereCodec.decode(request.getWhere()));
            case CHANGE_NOT_SET ->
                    throw StatusMapper.of(
                            new Rejection.Invalid(
                                    "change",
                                    "is missing",
                                    "give a priority, devices, a name, parents, labels or where"));
        };
    }

    private SetTaskResponse changed(Task task) {
        TaskRow row =
                answers.read(view -> TaskRow.of(view, view.state().task(task.id()).orElse(task)));
        return SetTaskResponse.newBuilder()
                .setTask(ViewMapper.task(row))
                .setRevision(answers.revision())
                .build();
    }
}
