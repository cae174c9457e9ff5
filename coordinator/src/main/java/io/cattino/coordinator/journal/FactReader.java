package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
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
import io.cattino.proto.journal.v1.Requeued;
import io.cattino.proto.journal.v1.Resumed;
import io.cattino.proto.journal.v1.SettingsChanged;
import io.cattino.proto.journal.v1.Started;
import io.cattino.proto.journal.v1.StopRequested;
import io.cattino.proto.journal.v1.SubmissionsForgotten;
import io.cattino.proto.journal.v1.Submitted;
import java.util.Optional;

/** Each kind of fact from its message. Throws as {@link ValueCodec} does. Stateless. */
final class FactReader {
    private FactReader() {}

    static Fact decode(Time at, EpochBegan fact) {
        return new Fact.EpochBegan(at, fact.getEpoch(), fact.getOwner());
    }

    static Fact decode(Time at, Submitted fact) {
        return new Fact.Submitted(
                at,
                new SubmissionId(fact.getSubmissionId()),
                fact.getDigest(),
                ValueCodec.decode(fact.getContext()),
                fact.getRunDir(),
                fact.getFirstTask(),
                fact.getTasksList().stream().map(FactReader::decode).toList(),
                fact.getGroupsList().stream().map(SpecCodec::decode).toList());
    }

    private static Fact.NewTask decode(NewTask task) {
        return new Fact.NewTask(
                SpecCodec.decode(task.getSpec()),
                task.getParentsList().stream().map(ValueCodec::decode).toList());
    }

    static Fact decode(Time at, GroupEnding fact) {
        return new Fact.GroupEnding(
                at,
                fact.getGroup(),
                new TaskId(fact.getTaskId()),
                fact.hasNodeId() ? Optional.of(new NodeId(fact.getNodeId())) : Optional.empty());
    }

    static Fact decode(Time at, Placed fact) {
        return new Fact.Placed(
                at,
                ValueCodec.decode(fact.getAllocation()),
                fact.getNodeName(),
                fact.hasContactLoss()
                        ? Optional.of(ValueCodec.decode(fact.getContactLoss()))
                        : Optional.empty());
    }

    static Fact decode(Time at, Started fact) {
        return new Fact.Started(
                at, SpecCodec.decode(fact.getAttempt()), fact.getPid(), fact.getStartedWallMs());
    }

    static Fact decode(Time at, StopRequested fact) {
        return new Fact.StopRequested(
                at, SpecCodec.decode(fact.getAttempt()), ValueCodec.decode(fact.getStop()));
    }

    static Fact decode(Time at, Ended fact) {
        return new Fact.Ended(
                at,
                SpecCodec.decode(fact.getAttempt()),
                ValueCodec.decode(fact.getResult()),
                fact.getEndedWallMs(),
                fact.getGroupsStarted(),
                ValueCodec.decodeShares(fact.getPeaksList()));
    }

    static Fact decode(Time at, OverUsed fact) {
        return new Fact.OverUsed(
                at, SpecCodec.decode(fact.getAttempt()), ValueCodec.decode(fact.getUsed()));
    }

    static Fact decode(Time at, Released fact) {
        return new Fact.Released(at, SpecCodec.decode(fact.getAttempt()));
    }

    static Fact decode(Time at, Quarantined fact) {
        return new Fact.Quarantined(at, SpecCodec.decode(fact.getAttempt()), fact.getText());
    }

    static Fact decode(Time at, Requeued fact) {
        return new Fact.Requeued(
                at, new TaskId(fact.getTaskId()), kind(fact), fact.getNotBeforeMonoMs());
    }

    private static Requeue kind(Requeued fact) {
        return switch (fact.getKind()) {
            case REQUEUE_KIND_RETRY -> Requeue.RETRY;
            case REQUEUE_KIND_CRASH -> Requeue.CRASH;
            case REQUEUE_KIND_INFRASTRUCTURE -> Requeue.INFRASTRUCTURE;
            case REQUEUE_KIND_DRAIN -> Requeue.DRAIN;
            case REQUEUE_KIND_OUT_OF_MEMORY -> Requeue.OUT_OF_MEMORY;
            case REQUEUE_KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw ValueCodec.unknown("requeued.kind", fact.getKindValue());
        };
    }

    static Fact decode(Time at, Held fact) {
        return new Fact.Held(at, new TaskId(fact.getTaskId()), fact.getText());
    }

    static Fact decode(Time at, Finished fact) {
        return new Fact.Finished(
                at, new TaskId(fact.getTaskId()), ValueCodec.decode(fact.getOutcome()));
    }

    static Fact decode(Time at, Resumed fact) {
        return new Fact.Resumed(at, new TaskId(fact.getTaskId()));
    }

    static Fact decode(Time at, Purged fact) {
        return new Fact.Purged(at, fact.getTaskIdsList().stream().map(TaskId::new).toList());
    }

    static Fact decode(Time at, SubmissionsForgotten fact) {
        return new Fact.SubmissionsForgotten(
                at, fact.getSubmissionIdsList().stream().map(SubmissionId::new).toList());
    }

    static Fact decode(Time at, Changed fact) {
        return new Fact.Changed(at, new TaskId(fact.getTaskId()), SpecCodec.decode(fact.getSpec()));
    }

    static Fact decode(Time at, ParentsChanged fact) {
        return new Fact.ParentsChanged(
                at,
                new TaskId(fact.getTaskId()),
                fact.getParentsList().stream().map(ValueCodec::decode).toList());
    }

    static Fact decode(Time at, SettingsChanged fact) {
        return new Fact.SettingsChanged(at, SettingsCodec.decode(fact.getSettings()));
    }

    static Fact decode(Time at, NodeRegistered fact) {
        return new Fact.NodeRegistered(at, ValueCodec.decode(fact.getNode()));
    }

    static Fact decode(Time at, DrainSet fact) {
        return new Fact.DrainSet(
                at,
                new NodeId(fact.getNodeId()),
                fact.hasDrain()
                        ? Optional.of(ValueCodec.decode(fact.getDrain()))
                        : Optional.empty());
    }

    static Fact decode(Time at, NodeForgotten fact) {
        return new Fact.NodeForgotten(at, new NodeId(fact.getNodeId()));
    }

    static Fact decode(Time at, NodeAway fact) {
        return new Fact.NodeAway(at, new NodeId(fact.getNodeId()), fact.getUntilMonoMs());
    }

    static Fact decode(Time at, FenceHoldSet fact) {
        return new Fact.FenceHoldSet(at, fact.getUntilMonoMs());
    }

    static Fact decode(Time at, AnswersForgotten fact) {
        return new Fact.AnswersForgotten(at, fact.getCount());
    }

    static Fact decode(Time at, Checkpoint fact) {
        return new Fact.Checkpoint(at, fact.getFingerprint());
    }
}
