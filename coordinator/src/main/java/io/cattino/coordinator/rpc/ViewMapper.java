package io.cattino.coordinator.rpc;

import com.google.protobuf.Timestamp;
import io.cattino.coordinator.core.Reason;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.Veto;
import io.cattino.coordinator.core.memory.MemoryBook;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.LearnedMemory;
import io.cattino.proto.v1.Parent;
import io.cattino.proto.v1.TaskChange;
import io.cattino.proto.v1.TaskStatus;
import java.util.OptionalInt;

/** The core's values as the messages that people read. Stateless; any thread. */
public final class ViewMapper {
    private ViewMapper() {}

    /** The one word of five. */
    public static TaskStatus status(Task task) {
        return switch (task.status()) {
            case WAITING -> TaskStatus.TASK_STATUS_WAITING;
            case RUNNING -> TaskStatus.TASK_STATUS_RUNNING;
            case DONE -> TaskStatus.TASK_STATUS_DONE;
            case FAILED -> TaskStatus.TASK_STATUS_FAILED;
            case CANCELLED -> TaskStatus.TASK_STATUS_CANCELLED;
        };
    }

    static io.cattino.proto.v1.Task task(TaskRow row) {
        Task task = row.task();
        io.cattino.proto.v1.Task.Builder out =
                io.cattino.proto.v1.Task.newBuilder()
                        .setId(task.id().value())
                        .setSpec(SpecCodec.encode(task.spec()))
                        .setSubmissionId(task.submission().value())
                        .setStatus(status(task))
                        .setReason(reason(row.reason()))
                        .setRunDir(row.runDir())
                        .setCreateTime(timestamp(task.createdWallMs()))
                        .setWorkingDirectory(row.workingDirectory())
                        .setUser(row.user())
                        .setStuck(row.stuck());
        task.lastAttempt()
                .filter(attempt -> attempt.startedWallMs() > 0)
                .ifPresent(attempt -> out.setStartTime(timestamp(attempt.startedWallMs())));
        if (task.state() instanceof TaskState.Finished(_, long wallMs)) {
            out.setEndTime(timestamp(wallMs));
        }
        exitCode(task).ifPresent(out::setExitCode);
        task.attempts().forEach(attempt -> out.addAttempts(attempt(attempt)));
        row.parents().forEach(parent -> out.addParents(parent(parent)));
        return out.build();
    }

    private static Parent parent(TaskRow.ParentRow parent) {
        return Parent.newBuilder()
                .setTaskId(parent.id())
                .setFullname(parent.fullname())
                .setCondition(SpecCodec.encode(parent.condition()))
                .setSatisfied(parent.satisfied())
                .build();
    }

    private static io.cattino.proto.v1.Attempt attempt(Attempt attempt) {
        io.cattino.proto.v1.Attempt.Builder out =
                io.cattino.proto.v1.Attempt.newBuilder()
                        .setRef(SpecCodec.encode(attempt.id()))
                        .setNode(attempt.nodeName())
                        .setPid(attempt.pid())
                        .setPlaceTime(timestamp(attempt.placedWallMs()));
        attempt.devices().forEach(share -> out.addDevices(share(share)));
        attempt.overUse().ifPresent(used -> out.setOverUse(share(used)));
        if (attempt.startedWallMs() > 0) {
            out.setStartTime(timestamp(attempt.startedWallMs()));
        }
        attempt.end()
                .ifPresent(end -> {
                    out.setEndTime(timestamp(end.wallMs()));
                    end.peaks().forEach(peak -> out.addPeaks(share(peak)));
                    result(end.result(), out);
                });
        return out.build();
    }

    static io.cattino.proto.v1.DeviceShare share(DeviceShare share) {
        return io.cattino.proto.v1.DeviceShare.newBuilder()
                .setIndex(share.index())
                .setMib(share.mib())
                .build();
    }

    private static void result(AttemptResult result, io.cattino.proto.v1.Attempt.Builder out) {
        switch (result) {
            case AttemptResult.Exited(int code) -> {
                out.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_EXITED)
                        .setExitCode(code);
                if (code != 0) {
                    out.setReason(reason(new Reason(ReasonCode.EXIT_CODE, "exit " + code)));
                }
            }
            case AttemptResult.OutOfMemory(int code, _, String text) ->
                    out.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_EXITED)
                            .setExitCode(code)
                            .setReason(reason(new Reason(ReasonCode.OUT_OF_MEMORY, text)));
            case AttemptResult.LaunchFailed(var code, String text, String hint, int exitCode) ->
                    out.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_LAUNCH_FAILED)
                            .setExitCode(exitCode)
                            .setReason(reason(new Reason(code, text, hint)));
            case AttemptResult.NotStarted(String text) ->
                    out.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_NOT_STARTED)
                            .setReason(bare(text));
            case AttemptResult.Vanished(String text) ->
                    out.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_VANISHED)
                            .setReason(bare(text));
            case AttemptResult.Lost(String text) ->
                    out.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_LOST)
                            .setReason(bare(text));
        }
    }

    /** Of the task if it has ended, else of its newest attempt that has. */
    static OptionalInt exitCode(Task task) {
        if (task.state() instanceof TaskState.Finished(Outcome outcome, _)) {
            return outcome.exitCode();
        }
        return task.lastAttempt()
                .flatMap(Attempt::end)
                .map(end ->
                        switch (end.result()) {
                            case AttemptResult.Exited(int code) -> OptionalInt.of(code);
                            case AttemptResult.OutOfMemory(int code, _, _) -> OptionalInt.of(code);
                            case AttemptResult.LaunchFailed(_, _, _, int code) ->
                                    OptionalInt.of(code);
                            case AttemptResult.NotStarted _,
                                    AttemptResult.Vanished _,
                                    AttemptResult.Lost _ ->
                                    OptionalInt.empty();
                        })
                .orElse(OptionalInt.empty());
    }

    static io.cattino.proto.v1.Reason reason(Reason reason) {
        return io.cattino.proto.v1.Reason.newBuilder()
                .setCode(reason.code().word())
                .setText(Texts.cut(reason.text(), Limits.MAX_TEXT_BYTES))
                .setHint(Texts.cut(reason.hint(), Limits.MAX_TEXT_BYTES))
                .build();
    }

    private static io.cattino.proto.v1.Reason bare(String text) {
        return reason(new Reason(ReasonCode.NONE, text));
    }

    static io.cattino.proto.v1.Veto veto(Veto veto) {
        return io.cattino.proto.v1.Veto.newBuilder()
                .setCode(veto.code().word())
                .setNode(veto.node())
                .setHave(veto.have())
                .setWant(veto.want())
                .setText(Texts.cut(veto.text(), Limits.MAX_TEXT_BYTES))
                .build();
    }

    static LearnedMemory learned(MemoryBook.Estimate ask) {
        return LearnedMemory.newBuilder()
                .setModel(ask.model())
                .setWhole(ask.whole())
                .setMib(ask.mib())
                .setRuns(ask.runs())
                .setHighestMib(ask.highestMib())
                .setSimilar(ask.family())
                .build();
    }

    static TaskChange.Outcome outcome(Reply.Change.Outcome outcome) {
        return switch (outcome) {
            case CHANGED -> TaskChange.Outcome.OUTCOME_CHANGED;
            case WRONG_STATE -> TaskChange.Outcome.OUTCOME_WRONG_STATE;
            case NOT_FOUND -> TaskChange.Outcome.OUTCOME_NOT_FOUND;
        };
    }

    /** An event, from the record that came with it: the state has moved on since. */
    static io.cattino.proto.v1.TaskEvent event(TaskEvent event) {
        Task task = event.task();
        io.cattino.proto.v1.TaskEvent.Builder out =
                io.cattino.proto.v1.TaskEvent.newBuilder()
                        .setKind(kind(event.kind()))
                        .setTaskId(task.id().value())
                        .setFullname(task.fullname())
                        .setStatus(status(task))
                        .setReason(reason(event.reason()))
                        .setAttempt(task.tally().attempts())
                        .setTime(timestamp(event.wallMs()));
        task.lastAttempt().ifPresent(attempt -> out.setNode(attempt.nodeName()));
        exitCode(task).ifPresent(out::setExitCode);
        return out.build();
    }

    private static io.cattino.proto.v1.TaskEvent.Kind kind(TaskEvent.Kind kind) {
        return switch (kind) {
            case CREATED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_CREATED;
            case PLACED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_PLACED;
            case STARTED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_STARTED;
            case STOPPING -> io.cattino.proto.v1.TaskEvent.Kind.KIND_STOPPING;
            case OVER_USED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_OVER_USED;
            case RETRY -> io.cattino.proto.v1.TaskEvent.Kind.KIND_RETRY;
            case FINISHED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_FINISHED;
            case RESUMED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_RESUMED;
            case CHANGED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_CHANGED;
            case REMOVED -> io.cattino.proto.v1.TaskEvent.Kind.KIND_REMOVED;
        };
    }

    static Timestamp timestamp(long wallMs) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(wallMs, 1000L))
                .setNanos(Math.toIntExact(Math.floorMod(wallMs, 1000L)) * 1_000_000)
                .build();
    }
}
