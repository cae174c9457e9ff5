package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Answer;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.Reply.Change;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
import io.cattino.proto.journal.v1.Answered;
import io.cattino.proto.journal.v1.StateEntry;
import io.cattino.proto.journal.v1.StoredAnswer;
import io.cattino.proto.journal.v1.TaskChange;
import java.util.List;

/** What commands were answered, as messages of the journal, both ways; as {@link ValueCodec}. */
final class AnswerCodec {
    private AnswerCodec() {}

    static Answered encode(Fact.Answered fact) {
        Answered.Builder out =
                Answered.newBuilder().setRequestId(fact.requestId()).setDigest(fact.digest());
        switch (fact.answer()) {
            case Answer.Changes(List<Change> changes) -> {
                Answered.Changes.Builder all = out.getChangesBuilder();
                changes.forEach(change -> all.addChanges(encode(change)));
            }
            case Answer.OfTask(TaskId task) -> out.setTaskId(task.value());
            case Answer.OfNode(var node) -> out.setNode(ValueCodec.encode(node));
            case Answer.OfSettings _ -> out.setSettings(Answered.SettingsAre.getDefaultInstance());
            case Answer.OfFenceHold _ ->
                    out.setFenceHold(Answered.FenceHoldIs.getDefaultInstance());
        }
        return out.build();
    }

    static Fact.Answered decode(Time at, Answered fact) {
        Answer answer =
                switch (fact.getAnswerCase()) {
                    case CHANGES ->
                            new Answer.Changes(
                                    fact.getChanges().getChangesList().stream()
                                            .map(AnswerCodec::decode)
                                            .toList());
                    case TASK_ID -> new Answer.OfTask(new TaskId(fact.getTaskId()));
                    case NODE -> new Answer.OfNode(ValueCodec.decode(fact.getNode()));
                    case SETTINGS -> new Answer.OfSettings();
                    case FENCE_HOLD -> new Answer.OfFenceHold();
                    case ANSWER_NOT_SET -> throw ValueCodec.missing("an answer");
                };
        return new Fact.Answered(at, fact.getRequestId(), fact.getDigest(), answer);
    }

    static StateEntry.Builder entry(Fact.Answered answered) {
        return StateEntry.newBuilder()
                .setAnswer(
                        StoredAnswer.newBuilder()
                                .setAt(ValueCodec.encode(answered.at()))
                                .setAnswer(encode(answered)));
    }

    static Fact.Answered decode(StoredAnswer stored) {
        return decode(ValueCodec.decode(stored.getAt()), stored.getAnswer());
    }

    private static TaskChange encode(Change change) {
        return TaskChange.newBuilder()
                .setFullname(change.fullname())
                .setTaskId(change.taskId())
                .setOutcome(
                        switch (change.outcome()) {
                            case CHANGED -> TaskChange.Outcome.OUTCOME_CHANGED;
                            case WRONG_STATE -> TaskChange.Outcome.OUTCOME_WRONG_STATE;
                            case NOT_FOUND -> TaskChange.Outcome.OUTCOME_NOT_FOUND;
                        })
                .setMessage(change.message())
                .build();
    }

    private static Change decode(TaskChange change) {
        Change.Outcome outcome =
                switch (change.getOutcome()) {
                    case OUTCOME_CHANGED -> Change.Outcome.CHANGED;
                    case OUTCOME_WRONG_STATE -> Change.Outcome.WRONG_STATE;
                    case OUTCOME_NOT_FOUND -> Change.Outcome.NOT_FOUND;
                    case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                            throw ValueCodec.unknown(
                                    "task_change.outcome", change.getOutcomeValue());
                };
        return new Change(change.getFullname(), change.getTaskId(), outcome, change.getMessage());
    }
}
