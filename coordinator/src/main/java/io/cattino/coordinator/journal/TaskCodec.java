package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Tally;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.wire.SpecCodec;
import java.util.Optional;

/**
 * Records of tasks and submissions as messages of the journal, both ways; as {@link ValueCodec}.
 */
final class TaskCodec {
    private TaskCodec() {}

    static io.cattino.proto.journal.v1.Submission encode(Submission submission) {
        var out =
                io.cattino.proto.journal.v1.Submission.newBuilder()
                        .setId(submission.id().value())
                        .setDigest(submission.digest())
                        .setContextId(submission.contextId())
                        .setRunDir(submission.runDir())
                        .setAcceptedWallMs(submission.acceptedWallMs());
        submission.tasks().forEach(task -> out.addTaskIds(task.value()));
        return out.build();
    }

    static Submission decode(io.cattino.proto.journal.v1.Submission submission) {
        return new Submission(
                new SubmissionId(submission.getId()),
                submission.getDigest(),
                submission.getContextId(),
                submission.getRunDir(),
                submission.getAcceptedWallMs(),
                submission.getTaskIdsList().stream().map(TaskId::new).toList());
    }

    static io.cattino.proto.journal.v1.Task encode(Task task) {
        var out =
                io.cattino.proto.journal.v1.Task.newBuilder()
                        .setId(task.id().value())
                        .setSpec(SpecCodec.encode(task.spec()))
                        .setSubmissionId(task.submission().value())
                        .setCreatedWallMs(task.createdWallMs())
                        .setUnsatisfied(task.unsatisfied())
                        .setState(encode(task.state()))
                        .setTally(encode(task.tally()));
        task.parents().forEach(parent -> out.addParents(ValueCodec.encode(parent)));
        task.attempts().forEach(attempt -> out.addAttempts(encode(attempt)));
        return out.build();
    }

    static Task decode(io.cattino.proto.journal.v1.Task task) {
        return new Task(
                new TaskId(task.getId()),
                SpecCodec.decode(task.getSpec()),
                new SubmissionId(task.getSubmissionId()),
                task.getCreatedWallMs(),
                task.getParentsList().stream().map(ValueCodec::decode).toList(),
                task.getUnsatisfied(),
                decode(task.getState()),
                decode(task.getTally()),
                task.getAttemptsList().stream().map(TaskCodec::decode).toList());
    }

    private static io.cattino.proto.journal.v1.TaskState encode(TaskState state) {
        var out = io.cattino.proto.journal.v1.TaskState.newBuilder();
        switch (state) {
            case TaskState.Blocked() -> out.getBlockedBuilder();
            case TaskState.Held(String text) -> out.getHeldBuilder().setText(text);
            case TaskState.Queued(long notBefore) ->
                    out.getQueuedBuilder().setNotBeforeMonoMs(notBefore);
            case TaskState.Placed(AttemptId attempt) ->
                    out.getPlacedBuilder().setAttempt(SpecCodec.encode(attempt));
            case TaskState.Running(AttemptId attempt) ->
                    out.getRunningBuilder().setAttempt(SpecCodec.encode(attempt));
            case TaskState.Stopping(AttemptId attempt, Stop stop) ->
                    out.getStoppingBuilder()
                            .setAttempt(SpecCodec.encode(attempt))
                            .setStop(ValueCodec.encode(stop));
            case TaskState.Finished(Outcome outcome, long wallMs) ->
                    out.getFinishedBuilder()
                            .setOutcome(ValueCodec.encode(outcome))
                            .setWallMs(wallMs);
        }
        return out.build();
    }

    private static TaskState decode(io.cattino.proto.journal.v1.TaskState state) {
        return switch (state.getKindCase()) {
            case BLOCKED -> new TaskState.Blocked();
            case HELD -> new TaskState.Held(state.getHeld().getText());
            case QUEUED -> new TaskState.Queued(state.getQueued().getNotBeforeMonoMs());
            case PLACED -> new TaskState.Placed(SpecCodec.decode(state.getPlaced().getAttempt()));
            case RUNNING ->
                    new TaskState.Running(SpecCodec.decode(state.getRunning().getAttempt()));
            case STOPPING ->
                    new TaskState.Stopping(
                            SpecCodec.decode(state.getStopping().getAttempt()),
                            ValueCodec.decode(state.getStopping().getStop()));
            case FINISHED ->
                    new TaskState.Finished(
                            ValueCodec.decode(state.getFinished().getOutcome()),
                            state.getFinished().getWallMs());
            case KIND_NOT_SET -> throw ValueCodec.missing("task state");
        };
    }

    private static io.cattino.proto.journal.v1.Tally encode(Tally tally) {
        return io.cattino.proto.journal.v1.Tally.newBuilder()
                .setAttempts(tally.attempts())
                .setRetries(tally.retries())
                .setCrashes(tally.crashes())
                .setInfrastructure(tally.infrastructure())
                .build();
    }

    private static Tally decode(io.cattino.proto.journal.v1.Tally tally) {
        return new Tally(
                tally.getAttempts(),
                tally.getRetries(),
                tally.getCrashes(),
                tally.getInfrastructure());
    }

    private static io.cattino.proto.journal.v1.Attempt encode(Attempt attempt) {
        var out =
                io.cattino.proto.journal.v1.Attempt.newBuilder()
                        .setRef(SpecCodec.encode(attempt.id()))
                        .setNodeId(attempt.node().value())
                        .setNodeName(attempt.nodeName())
                        .addAllDevices(ValueCodec.encodeShares(attempt.devices()))
                        .setPlacedWallMs(attempt.placedWallMs())
                        .setStartedWallMs(attempt.startedWallMs())
                        .setPid(attempt.pid());
        attempt.loss().ifPresent(loss -> out.setContactLoss(ValueCodec.encode(loss)));
        attempt.overUse().ifPresent(used -> out.setOverUse(ValueCodec.encode(used)));
        attempt.end()
                .ifPresent(end ->
                        out.getEndBuilder()
                                .setResult(ValueCodec.encode(end.result()))
                                .setWallMs(end.wallMs())
                                .addAllPeaks(ValueCodec.encodeShares(end.peaks())));
        return out.build();
    }

    private static Attempt decode(io.cattino.proto.journal.v1.Attempt attempt) {
        Optional<Attempt.End> end =
                attempt.hasEnd()
                        ? Optional.of(
                                new Attempt.End(
                                        ValueCodec.decode(attempt.getEnd().getResult()),
                                        attempt.getEnd().getWallMs(),
                                        ValueCodec.decodeShares(attempt.getEnd().getPeaksList())))
                        : Optional.empty();
        return new Attempt(
                SpecCodec.decode(attempt.getRef()),
                new NodeId(attempt.getNodeId()),
                attempt.getNodeName(),
                ValueCodec.decodeShares(attempt.getDevicesList()),
                attempt.hasContactLoss()
                        ? Optional.of(ValueCodec.decode(attempt.getContactLoss()))
                        : Optional.empty(),
                attempt.getPlacedWallMs(),
                attempt.getStartedWallMs(),
                attempt.getPid(),
                end,
                attempt.hasOverUse()
                        ? Optional.of(ValueCodec.decode(attempt.getOverUse()))
                        : Optional.empty());
    }
}
