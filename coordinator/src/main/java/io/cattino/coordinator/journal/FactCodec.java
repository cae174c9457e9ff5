package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.Time;
import io.cattino.proto.journal.v1.FactRecord;

/**
 * Facts as the journal's messages, both ways; {@code decode} of {@code encode} gives an equal fact.
 * Old messages decode for ever (see the golden files); what this version does not know is refused,
 * never skipped. Stateless; any thread.
 */
public final class FactCodec {
    private FactCodec() {}

    public static FactRecord encode(Fact fact) {
        FactRecord.Builder out = FactRecord.newBuilder().setAt(ValueCodec.encode(fact.at()));
        switch (fact) {
            case Fact.EpochBegan f -> out.setEpochBegan(FactWriter.encode(f));
            case Fact.Submitted f -> out.setSubmitted(FactWriter.encode(f));
            case Fact.GroupEnding f -> out.setGroupEnding(FactWriter.encode(f));
            case Fact.Placed f -> out.setPlaced(FactWriter.encode(f));
            case Fact.Started f -> out.setStarted(FactWriter.encode(f));
            case Fact.StopRequested f -> out.setStopRequested(FactWriter.encode(f));
            case Fact.Ended f -> out.setEnded(FactWriter.encode(f));
            case Fact.OverUsed f -> out.setOverUsed(FactWriter.encode(f));
            case Fact.Released f -> out.setReleased(FactWriter.encode(f));
            case Fact.Quarantined f -> out.setQuarantined(FactWriter.encode(f));
            case Fact.Requeued f -> out.setRequeued(FactWriter.encode(f));
            case Fact.Held f -> out.setHeld(FactWriter.encode(f));
            case Fact.Finished f -> out.setFinished(FactWriter.encode(f));
            case Fact.Resumed f -> out.setResumed(FactWriter.encode(f));
            case Fact.Purged f -> out.setPurged(FactWriter.encode(f));
            case Fact.SubmissionsForgotten f -> out.setSubmissionsForgotten(FactWriter.encode(f));
            case Fact.Changed f -> out.setChanged(FactWriter.encode(f));
            case Fact.ParentsChanged f -> out.setParentsChanged(FactWriter.encode(f));
            case Fact.SettingsChanged f -> out.setSettingsChanged(FactWriter.encode(f));
            case Fact.NodeRegistered f -> out.setNodeRegistered(FactWriter.encode(f));
            case Fact.DrainSet f -> out.setDrainSet(FactWriter.encode(f));
            case Fact.NodeForgotten f -> out.setNodeForgotten(FactWriter.encode(f));
            case Fact.NodeAway f -> out.setNodeAway(FactWriter.encode(f));
            case Fact.FenceHoldSet f -> out.setFenceHoldSet(FactWriter.encode(f));
            case Fact.Answered f -> out.setAnswered(AnswerCodec.encode(f));
            case Fact.AnswersForgotten f -> out.setAnswersForgotten(FactWriter.encode(f));
            case Fact.MemoryMeasured f -> out.setMemoryMeasured(MemoryCodec.encode(f));
            case Fact.Checkpoint f -> out.setCheckpoint(FactWriter.encode(f));
        }
        return out.build();
    }

    /**
     * The fact of a message.
     *
     * @throws JournalException.Corrupt if it is not one that this version knows
     */
    public static Fact decode(FactRecord fact) throws JournalException.Corrupt {
        if (!fact.hasAt()) {
            throw new JournalException.Corrupt("a fact without a time");
        }
        try {
            return decode(ValueCodec.decode(fact.getAt()), fact);
        } catch (IllegalArgumentException e) {
            throw new JournalException.Corrupt(
                    "a fact of kind " + fact.getKindCase() + ": " + e.getMessage(), e);
        }
    }

    private static Fact decode(Time at, FactRecord fact) {
        return switch (fact.getKindCase()) {
            case EPOCH_BEGAN -> FactReader.decode(at, fact.getEpochBegan());
            case SUBMITTED -> FactReader.decode(at, fact.getSubmitted());
            case GROUP_ENDING -> FactReader.decode(at, fact.getGroupEnding());
            case PLACED -> FactReader.decode(at, fact.getPlaced());
            case STARTED -> FactReader.decode(at, fact.getStarted());
            case STOP_REQUESTED -> FactReader.decode(at, fact.getStopRequested());
            case ENDED -> FactReader.decode(at, fact.getEnded());
            case OVER_USED -> FactReader.decode(at, fact.getOverUsed());
            case RELEASED -> FactReader.decode(at, fact.getReleased());
            case QUARANTINED -> FactReader.decode(at, fact.getQuarantined());
            case REQUEUED -> FactReader.decode(at, fact.getRequeued());
            case HELD -> FactReader.decode(at, fact.getHeld());
            case FINISHED -> FactReader.decode(at, fact.getFinished());
            case RESUMED -> FactReader.decode(at, fact.getResumed());
            case PURGED -> FactReader.decode(at, fact.getPurged());
            case SUBMISSIONS_FORGOTTEN -> FactReader.decode(at, fact.getSubmissionsForgotten());
            case CHANGED -> FactReader.decode(at, fact.getChanged());
            case PARENTS_CHANGED -> FactReader.decode(at, fact.getParentsChanged());
            case SETTINGS_CHANGED -> FactReader.decode(at, fact.getSettingsChanged());
            case NODE_REGISTERED -> FactReader.decode(at, fact.getNodeRegistered());
            case DRAIN_SET -> FactReader.decode(at, fact.getDrainSet());
            case NODE_FORGOTTEN -> FactReader.decode(at, fact.getNodeForgotten());
            case NODE_AWAY -> FactReader.decode(at, fact.getNodeAway());
            case FENCE_HOLD_SET -> FactReader.decode(at, fact.getFenceHoldSet());
            case ANSWERED -> AnswerCodec.decode(at, fact.getAnswered());
            case ANSWERS_FORGOTTEN -> FactReader.decode(at, fact.getAnswersForgotten());
            case MEMORY_MEASURED -> MemoryCodec.decode(at, fact.getMemoryMeasured());
            case CHECKPOINT -> FactReader.decode(at, fact.getCheckpoint());
            case KIND_NOT_SET -> throw ValueCodec.missing("its kind");
        };
    }
}
