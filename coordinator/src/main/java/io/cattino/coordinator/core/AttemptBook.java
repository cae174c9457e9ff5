package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;

/** How facts about attempts change the records of their tasks and what is held for them. */
final class AttemptBook {
    private final TaskTable tasks;
    private final NodeLedger nodes;

    AttemptBook(TaskTable tasks, NodeLedger nodes) {
        this.tasks = tasks;
        this.nodes = nodes;
    }

    void placed(Fact.Placed f) {
        Allocation allocation = f.allocation();
        nodes.hold(allocation);
        Attempt attempt = Attempt.placed(allocation, f.nodeName(), f.loss(), f.at().wallMs());
        Task task = task(f.attempt());
        GroupPhases.placed(tasks, task, f.attempt());
        tasks.put(
                task.with(task.tally().placed())
                        .withNew(attempt)
                        .with(new TaskState.Placed(f.attempt())));
    }

    void started(Fact.Started f) {
        Task task = task(f.attempt());
        GroupPhases.started(tasks, task, f.attempt());
        Task started =
                task.with(task.tally().started())
                        .withLast(task.attempts().getLast().started(f.startedWallMs(), f.pid()));
        boolean placed = task.state() instanceof TaskState.Placed;
        tasks.put(placed ? started.with(new TaskState.Running(f.attempt())) : started);
    }

    void overUsed(Fact.OverUsed f) {
        Task task = task(f.attempt());
        tasks.put(task.withLast(task.attempts().getLast().overUsed(f.used())));
    }

    void stopRequested(Fact.StopRequested f) {
        tasks.put(task(f.attempt()).with(new TaskState.Stopping(f.attempt(), f.stop())));
    }

    void ended(Fact.Ended f) {
        nodes.change(f.attempt(), Allocation::cleaning);
        Task task = task(f.attempt());
        Attempt.End end = new Attempt.End(f.result(), f.endedWallMs(), f.peaks());
        tasks.put(task.withLast(task.attempts().getLast().ended(end)));
        GroupPhases.ended(tasks, task, f);
    }

    void quarantined(Fact.Quarantined f) {
        nodes.change(f.attempt(), held -> held.quarantined(f.text()));
    }

    private Task task(AttemptId attempt) {
        return tasks.get(attempt.task());
    }
}
