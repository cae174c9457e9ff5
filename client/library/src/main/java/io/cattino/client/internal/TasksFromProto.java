package io.cattino.client.internal;

import com.google.protobuf.Timestamp;
import io.cattino.client.AttemptInfo;
import io.cattino.client.AttemptResult;
import io.cattino.client.DeviceNeed;
import io.cattino.client.DeviceShare;
import io.cattino.client.EdgeCondition;
import io.cattino.client.Explanation;
import io.cattino.client.LearnedMemory;
import io.cattino.client.Memory;
import io.cattino.client.OnDisconnect;
import io.cattino.client.ParentInfo;
import io.cattino.client.Prospect;
import io.cattino.client.Reason;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import io.cattino.client.Veto;
import io.cattino.proto.v1.Attempt;
import io.cattino.proto.v1.ExplainTaskResponse;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.SubmittedTask;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What coordinators say of tasks, as values. What a newer coordinator adds is read as the nearest
 * thing that we know.
 */
final class TasksFromProto {

    private TasksFromProto() {}

    static TaskInfo task(Task task) {
        return new TaskInfo(
                task.getId(),
                task.getSpec().getFullname(),
                task.getSubmissionId(),
                status(task.getStatus()),
                reason(task.getReason()),
                task.getStuck(),
                spec(task.getSpec()),
                task.getRunDir(),
                task.getWorkingDirectory(),
                task.getUser(),
                instant(task.getCreateTime()),
                task.hasStartTime() ? instant(task.getStartTime()) : null,
                task.hasEndTime() ? instant(task.getEndTime()) : null,
                task.hasExitCode() ? task.getExitCode() : null,
                task.getAttemptsList().stream().map(TasksFromProto::attempt).toList(),
                task.getParentsList().stream().map(TasksFromProto::parent).toList());
    }

    static List<TaskInfo> tasks(List<Task> tasks) {
        return tasks.stream().map(TasksFromProto::task).toList();
    }

    static Submitted submitted(SubmitResponse response) {
        return new Submitted(
                response.getSubmissionId(),
                response.getRevision(),
                response.getRunDir(),
                response.getTasksList().stream()
                        .map(task -> new Submitted.StoredTask(task.getTaskId(), task.getFullname()))
                        .toList(),
                response.getTasksList().stream()
                        .filter(task -> !task.getNode().isEmpty() || task.hasReason())
                        .map(TasksFromProto::prospect)
                        .toList());
    }

    private static Prospect prospect(SubmittedTask task) {
        return new Prospect(
                task.getFullname(),
                task.getNode(),
                shares(task.getDevicesList()),
                reason(task.getReason()));
    }

    private static List<DeviceShare> shares(List<io.cattino.proto.v1.DeviceShare> shares) {
        return shares.stream()
                .map(share -> new DeviceShare(share.getIndex(), share.getMib()))
                .toList();
    }

    /** An event; null for a kind that we do not know. */
    static @Nullable TaskEvent event(long revision, io.cattino.proto.v1.TaskEvent event) {
        TaskEvent.Kind kind = kind(event.getKind());
        if (kind == null) {
            return null;
        }
        return new TaskEvent(
                revision,
                kind,
                event.getTaskId(),
                event.getFullname(),
                status(event.getStatus()),
                reason(event.getReason()),
                event.getAttempt(),
                event.getNode(),
                event.hasExitCode() ? event.getExitCode() : null,
                event.hasTime() ? instant(event.getTime()) : null,
                false);
    }

    static TaskChange change(io.cattino.proto.v1.TaskChange change) {
        TaskChange.Outcome outcome =
                switch (change.getOutcome()) {
                    case OUTCOME_CHANGED -> TaskChange.Outcome.CHANGED;
                    case OUTCOME_NOT_FOUND -> TaskChange.Outcome.NOT_FOUND;
                    case OUTCOME_WRONG_STATE, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                            TaskChange.Outcome.WRONG_STATE;
                };
        boolean exists = outcome != TaskChange.Outcome.NOT_FOUND;
        return new TaskChange(
                change.getFullname(),
                change.getTaskId(),
                outcome,
                exists ? status(change.getStatus()) : null,
                change.getMessage());
    }

    static Explanation explanation(ExplainTaskResponse response) {
        return new Explanation(
                task(response.getTask()),
                reason(response.getReason()),
                response.getVetoesList().stream()
                        .map(v ->
                                new Veto(
                                        v.getCode(),
                                        v.getNode(),
                                        v.getHave(),
                                        v.getWant(),
                                        v.getText()))
                        .toList(),
                response.getAhead(),
                response.getPassedOver(),
                response.hasSuggestion()
                        ? new Explanation.Suggestion(
                                devices(response.getSuggestion().getDevices()),
                                response.getSuggestion().getNode())
                        : null,
                response.getLearnedMemoryList().stream()
                        .map(ask ->
                                new LearnedMemory(
                                        ask.getModel(),
                                        ask.getWhole(),
                                        ask.getMib(),
                                        ask.getRuns(),
                                        ask.getHighestMib(),
                                        ask.getSimilar()))
                        .toList());
    }

    static Reason reason(io.cattino.proto.v1.Reason reason) {
        return reason.getCode().isEmpty() && reason.getText().isEmpty()
                ? Reason.none()
                : new Reason(reason.getCode(), reason.getText(), reason.getHint());
    }

    static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    static TaskStatus status(io.cattino.proto.v1.TaskStatus status) {
        return switch (status) {
            case TASK_STATUS_RUNNING -> TaskStatus.RUNNING;
            case TASK_STATUS_DONE -> TaskStatus.DONE;
            case TASK_STATUS_FAILED -> TaskStatus.FAILED;
            case TASK_STATUS_CANCELLED -> TaskStatus.CANCELLED;
            case TASK_STATUS_WAITING, TASK_STATUS_UNSPECIFIED, UNRECOGNIZED -> TaskStatus.WAITING;
        };
    }

    private static TaskInfo.Spec spec(TaskSpec spec) {
        return new TaskInfo.Spec(
                spec.getCommand().getArgvList(),
                spec.getCommand().getShell(),
                devices(spec.getDevices()),
                spec.getCpus(),
                spec.hasPriority() ? spec.getPriority() : 1,
                spec.getEnvMap(),
                spec.getLabelsMap(),
                onDisconnect(spec.getOnDisconnect()),
                spec.hasLostAfter() ? Durations.fromProto(spec.getLostAfter()) : null,
                spec.getOomRetryPermille() / 1_000d,
                Wheres.fromProto(spec.getWhere()));
    }

    private static DeviceNeed devices(io.cattino.proto.v1.DeviceNeed need) {
        if (need.getCount() == 0) {
            return DeviceNeed.none();
        }
        Memory memory =
                switch (need.getMemoryCase()) {
                    case MIB -> new Memory.Amount(need.getMib());
                    case SHARE_PPM -> new Memory.Share(need.getSharePpm());
                    case AUTO -> new Memory.Auto();
                    case MEMORY_NOT_SET -> null;
                };
        return new DeviceNeed(need.getCount(), memory);
    }

    private static AttemptInfo attempt(Attempt attempt) {
        return new AttemptInfo(
                attempt.getRef().getNumber(),
                attempt.getRef().getEpoch(),
                attempt.getNode(),
                attempt.getPid(),
                shares(attempt.getDevicesList()),
                shares(attempt.getPeaksList()),
                attempt.hasPlaceTime() ? instant(attempt.getPlaceTime()) : null,
                attempt.hasStartTime() ? instant(attempt.getStartTime()) : null,
                attempt.hasEndTime() ? instant(attempt.getEndTime()) : null,
                result(attempt.getResult()),
                attempt.hasExitCode() ? attempt.getExitCode() : null,
                reason(attempt.getReason()));
    }

    private static @Nullable AttemptResult result(io.cattino.proto.v1.AttemptResult result) {
        return switch (result) {
            case ATTEMPT_RESULT_UNSPECIFIED -> null;
            case ATTEMPT_RESULT_EXITED -> AttemptResult.EXITED;
            case ATTEMPT_RESULT_LAUNCH_FAILED -> AttemptResult.LAUNCH_FAILED;
            case ATTEMPT_RESULT_NOT_STARTED -> AttemptResult.NOT_STARTED;
            case ATTEMPT_RESULT_VANISHED -> AttemptResult.VANISHED;
            case ATTEMPT_RESULT_LOST -> AttemptResult.LOST;
            case UNRECOGNIZED -> AttemptResult.UNKNOWN;
        };
    }

    private static ParentInfo parent(io.cattino.proto.v1.Parent parent) {
        EdgeCondition condition =
                parent.getCondition() == io.cattino.proto.v1.EdgeCondition.EDGE_CONDITION_ANY
                        ? EdgeCondition.ANY
                        : EdgeCondition.SUCCESS;
        return new ParentInfo(
                parent.getTaskId(), parent.getFullname(), condition, parent.getSatisfied());
    }

    private static OnDisconnect onDisconnect(io.cattino.proto.v1.OnDisconnect value) {
        return switch (value) {
            case ON_DISCONNECT_REQUEUE -> OnDisconnect.REQUEUE;
            case ON_DISCONNECT_WAIT -> OnDisconnect.WAIT;
            case ON_DISCONNECT_FAIL -> OnDisconnect.FAIL;
            case ON_DISCONNECT_UNSPECIFIED, UNRECOGNIZED -> OnDisconnect.DEFAULT;
        };
    }

    private static TaskEvent.@Nullable Kind kind(io.cattino.proto.v1.TaskEvent.Kind kind) {
        return switch (kind) {
            case KIND_CREATED -> TaskEvent.Kind.CREATED;
            case KIND_PLACED -> TaskEvent.Kind.PLACED;
            case KIND_STARTED -> TaskEvent.Kind.STARTED;
            case KIND_OVER_USED -> TaskEvent.Kind.OVER_USED;
            case KIND_STOPPING -> TaskEvent.Kind.STOPPING;
            case KIND_RETRY -> TaskEvent.Kind.RETRY;
            case KIND_FINISHED -> TaskEvent.Kind.FINISHED;
            case KIND_RESUMED -> TaskEvent.Kind.RESUMED;
            case KIND_CHANGED -> TaskEvent.Kind.CHANGED;
            case KIND_REMOVED -> TaskEvent.Kind.REMOVED;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }
}
