package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One step in the making: every fact is applied as it is made, so that what follows sees it. */
final class Turn {
    private final ClusterState state;
    private final Time at;
    private final List<Fact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<TaskEvent> events = new ArrayList<>();

    Turn(ClusterState state, Time at) {
        this.state = state;
        this.at = at;
    }

    Time at() {
        return at;
    }

    ClusterState state() {
        return state;
    }

    /** Makes a fact true. */
    void emit(Fact fact) {
        List<Task> removed =
                fact instanceof Fact.Purged(_, List<TaskId> ids)
                        ? ids.stream().map(id -> state.table().get(id)).toList()
                        : List.of();
        state.apply(fact);
        facts.add(fact);
        tell(fact, removed);
    }

    void emitAll(List<Fact> all) {
        all.forEach(this::emit);
    }

    /** Whether anything became true in it. */
    boolean madeFacts() {
        return !facts.isEmpty();
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    Step end(Reply reply) {
        return new Step(facts, effects, events, reply);
    }

    private void tell(Fact fact, List<Task> removed) {
        switch (fact) {
            case Fact.Submitted f -> {
                for (int i = 0; i < f.tasks().size(); i++) {
                    tell(TaskEvent.Kind.CREATED, new TaskId(f.firstTask() + i));
                }
            }
            case Fact.GroupEnding f -> tell(TaskEvent.Kind.CREATED, f.task());
            case Fact.Placed f -> tell(TaskEvent.Kind.PLACED, f.attempt().task());
            case Fact.Started f -> tell(TaskEvent.Kind.STARTED, f.attempt().task());
            case Fact.StopRequested f -> tell(TaskEvent.Kind.STOPPING, f.attempt().task());
            case Fact.OverUsed f -> tell(TaskEvent.Kind.OVER_USED, f.attempt().task());
            case Fact.Requeued f -> tell(TaskEvent.Kind.RETRY, f.task());
            case Fact.Held f -> tell(TaskEvent.Kind.CHANGED, f.task());
            case Fact.Finished f -> tell(TaskEvent.Kind.FINISHED, f.task());
            case Fact.Resumed f -> tell(TaskEvent.Kind.RESUMED, f.task());
            case Fact.Changed f -> tell(TaskEvent.Kind.CHANGED, f.task());
            case Fact.ParentsChanged f -> tell(TaskEvent.Kind.CHANGED, f.task());
            case Fact.Purged _ -> removed.forEach(task -> tell(TaskEvent.Kind.REMOVED, task));
            case Fact.EpochBegan _,
                    Fact.Ended _,
                    Fact.Released _,
                    Fact.Quarantined _,
                    Fact.SubmissionsForgotten _,
                    Fact.SettingsChanged _,
                    Fact.NodeRegistered _,
                    Fact.DrainSet _,
                    Fact.NodeForgotten _,
                    Fact.NodeAway _,
                    Fact.FenceHoldSet _,
                    Fact.Answered _,
                    Fact.AnswersForgotten _,
                    Fact.MemoryMeasured _,
                    Fact.Checkpoint _ -> {}
        }
    }

    private void tell(TaskEvent.Kind kind, TaskId id) {
        tell(kind, state.table().get(id));
    }

    private void tell(TaskEvent.Kind kind, Task task) {
        events.add(new TaskEvent(state.revision(), kind, task, state.userOf(task), at.wallMs()));
    }

    /** The task that is being executed as this attempt right now. */
    Optional<Task> live(AttemptId attempt) {
        return state.task(attempt.task())
                .filter(task -> task.liveAttempt().equals(Optional.of(attempt)));
    }
}
