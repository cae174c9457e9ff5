package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.journal.v1.AnswersForgotten;
import io.cattino.proto.journal.v1.Changed;
import io.cattino.proto.journal.v1.Checkpoint;
import io.cattino.proto.journal.v1.DrainSet;
import io.cattino.proto.journal.v1.Ended;
import io.cattino.proto.journal.v1.EpochBegan;
import io.cattino.proto.journal.v1.FenceHoldSet;
import io.cattino.proto.journal.v1.Finished;
import io.cattino.proto.journal.v1.GroupEnding;
import io.cattino.proto.journal.v1.Held;
import io.cattino.proto.journal.v1.NewTask;
import io.cattino.proto.journal.v1.NodeAway;
import io.cattino.proto.journal.v1.NodeForgotten;
import io.cattino.proto.journal.v1.NodeRegistered;
import io.cattino.proto.journal.v1.OverUsed;
import io.cattino.proto.journal.v1.ParentsChanged;
import io.cattino.proto.journal.v1.Placed;
import io.cattino.proto.journal.v1.Purged;
import io.cattino.proto.journal.v1.Quarantined;
import io.cattino.proto.journal.v1.Released;
import io.cattino.proto.journal.v1.RequeueKind;
import io.cattino.proto.journal.v1.Requeued;
import io.cattino.proto.journal.v1.Resumed;
import io.cattino.proto.journal.v1.SettingsChanged;
import io.cattino.proto.journal.v1.Started;
import io.cattino.proto.journal.v1.StopRequested;
import io.cattino.proto.journal.v1.SubmissionsForgotten;
import io.cattino.proto.journal.v1.Submitted;

/** Each kind of fact as its message. Stateless. */
final class FactWriter {
    private FactWriter() {}

    static EpochBegan encode(Fact.EpochBegan fact) {
        return EpochBegan.newBuilder().setEpoch(fact.epoch()).setOwner(fact.owner()).build();
    }

    static Submitted encode(Fact.Submitted fact) {
        Submitted.Builder out =
                Submitted.newBuilder()
                        .setSubmissionId(fact.submission().value())
                        .setDigest(fact.digest())
                        .setContext(ValueCodec.encode(fact.context()))
                        .setRunDir(fact.runDir())
                        .setFirstTask(fact.firstTask());
        for (Fact.NewTask task : fact.tasks()) {
            NewTask.Builder each = NewTask.newBuilder().setSpec(SpecCodec.encode(task.spec()));
            task.parents().forEach(parent -> each.addParents(ValueCodec.encode(parent)));
            out.addTasks(each);
        }
        fact.groups().forEach(group -> out.addGroups(SpecCodec.encode(group)));
        return out.build();
    }

    static GroupEnding encode(Fact.GroupEnding fact) {
        GroupEnding.Builder out =
                GroupEnding.newBuilder().setGroup(fact.group()).setTaskId(fact.task().value());
        fact.node().map(NodeId::value).ifPresent(out::setNodeId);
        return out.build();
    }

    static Placed encode(Fact.Placed fact) {
        Placed.Builder out =
                Placed.newBuilder()
                        .setAllocation(ValueCodec.encode(fact.allocation()))
                        .setNodeName(fact.nodeName());
        fact.loss().ifPresent(loss -> out.setContactLoss(ValueCodec.encode(loss)));
        return out.build();
    }

    static Started encode(Fact.Started fact) {
        return Started.newBuilder()
                .setAttempt(SpecCodec.encode(fact.attempt()))
                .setPid(fact.pid())
                .setStartedWallMs(fact.startedWallMs())
                .build();
    }

    static StopRequested encode(Fact.StopRequested fact) {
        return StopRequested.newBuilder()
                .setAttempt(SpecCodec.encode(fact.attempt()))
                .setStop(ValueCodec.encode(fact.stop()))
                .build();
    }

    static Ended encode(Fact.Ended fact) {
        return Ended.newBuilder()
                .setAttempt(SpecCodec.encode(fact.attempt()))
                .setResult(ValueCodec.encode(fact.result()))
                .setEndedWallMs(fact.endedWallMs())
                .setGroupsStarted(fact.groupsStarted())
                .addAllPeaks(ValueCodec.encodeShares(fact.peaks()))
                .build();
    }

    static OverUsed encode(Fact.OverUsed fact) {
        return OverUsed.newBuilder()
                .setAttempt(SpecCodec.encode(fact.attempt()))
                .setUsed(ValueCodec.encode(fact.used()))
                .build();
    }

    static Released encode(Fact.Released fact) {
        return Released.newBuilder().setAttempt(SpecCodec.encode(fact.attempt())).build();
    }

    static Quarantined encode(Fact.Quarantined fact) {
        return Quarantined.newBuilder()
                .setAttempt(SpecCodec.encode(fact.attempt()))
                .setText(fact.text())
                .build();
    }

    static Requeued encode(Fact.Requeued fact) {
        return Requeued.newBuilder()
                .setTaskId(fact.task().value())
                .setKind(encode(fact.kind()))
                .setNotBeforeMonoMs(fact.notBeforeMonoMs())
                .build();
    }

    static Held encode(Fact.Held fact) {
        return Held.newBuilder().setTaskId(fact.task().value()).setText(fact.text()).build();
    }

    static Finished encode(Fact.Finished fact) {
        return Finished.newBuilder()
                .setTaskId(fact.task().value())
                .setOutcome(ValueCodec.encode(fact.outcome()))
                .build();
    }

    static Resumed encode(Fact.Resumed fact) {
        return Resumed.newBuilder().setTaskId(fact.task().value()).build();
    }

    static Purged encode(Fact.Purged fact) {
        return Purged.newBuilder()
                .addAllTaskIds(fact.tasks().stream().map(TaskId::value).toList())
                .build();
    }

    static SubmissionsForgotten encode(Fact.SubmissionsForgotten fact) {
        return SubmissionsForgotten.newBuilder()
                .addAllSubmissionIds(fact.submissions().stream().map(SubmissionId::value).toList())
                .build();
    }

    static Changed encode(Fact.Changed fact) {
        return Changed.newBuilder()
                .setTaskId(fact.task().value())
                .setSpec(SpecCodec.encode(fact.spec()))
                .build();
    }

    static ParentsChanged encode(Fact.ParentsChanged fact) {
        return ParentsChanged.newBuilder()
                .setTaskId(fact.task().value())
                .addAllParents(fact.parents().stream().map(ValueCodec::encode).toList())
                .build();
    }

    static SettingsChanged encode(Fact.SettingsChanged fact) {
        return SettingsChanged.newBuilder()
                .setSettings(SettingsCodec.encode(fact.settings()))
                .build();
    }

    static NodeRegistered encode(Fact.NodeRegistered fact) {
        return NodeRegistered.newBuilder().setNode(ValueCodec.encode(fact.node())).build();
    }

    static DrainSet encode(Fact.DrainSet fact) {
        DrainSet.Builder out = DrainSet.newBuilder().setNodeId(fact.node().value());
        fact.drain().ifPresent(drain -> out.setDrain(ValueCodec.encode(drain)));
        return out.build();
    }

    static NodeForgotten encode(Fact.NodeForgotten fact) {
        return NodeForgotten.newBuilder().setNodeId(fact.node().value()).build();
    }

    static NodeAway encode(Fact.NodeAway fact) {
        return NodeAway.newBuilder()
                .setNodeId(fact.node().value())
                .setUntilMonoMs(fact.untilMonoMs())
                .build();
    }

    static FenceHoldSet encode(Fact.FenceHoldSet fact) {
        return FenceHoldSet.newBuilder().setUntilMonoMs(fact.untilMonoMs()).build();
    }

    static AnswersForgotten encode(Fact.AnswersForgotten fact) {
        return AnswersForgotten.newBuilder().setCount(fact.count()).build();
    }

    static Checkpoint encode(Fact.Checkpoint fact) {
        return Checkpoint.newBuilder().setFingerprint(fact.fingerprint()).build();
    }

    private static RequeueKind encode(Requeue kind) {
        return switch (kind) {
            case RETRY -> RequeueKind.REQUEUE_KIND_RETRY;
            case CRASH -> RequeueKind.REQUEUE_KIND_CRASH;
            case INFRASTRUCTURE -> RequeueKind.REQUEUE_KIND_INFRASTRUCTURE;
            case DRAIN -> RequeueKind.REQUEUE_KIND_DRAIN;
            case OUT_OF_MEMORY -> RequeueKind.REQUEUE_KIND_OUT_OF_MEMORY;
        };
    }
}
