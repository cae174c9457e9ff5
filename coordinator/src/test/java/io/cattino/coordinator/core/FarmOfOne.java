package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.Verb;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.Time;
import java.util.List;

/** A farm that runs one task after another, without checks: for large states. */
final class FarmOfOne {
    private final SchedulerCore core;
    private final Time at;
    private long sequence;

    FarmOfOne(SchedulerCore core, Time at) {
        this(core, at, Specs.inventory(List.of(), 4, 1));
    }

    FarmOfOne(SchedulerCore core, Time at, NodeInventory inventory) {
        this.core = core;
        this.at = at;
        core.step(
                new Input.AgentConnected(
                        at, 1, Specs.identity("n1"), inventory, "1", List.of(), List.of()));
    }

    /** Lets whatever is first in the queue end so; it must be this task. */
    void run(String task, int code) {
        core.step(new Input.Tick(at));
        AttemptId attempt = core.state().byName(task).flatMap(t -> t.liveAttempt()).orElseThrow();
        Allocation held = core.state().allocation(attempt).orElseThrow();
        core.step(
                new Input.AgentReported(
                        at,
                        held.node(),
                        1,
                        List.of(
                                report(
                                        attempt,
                                        new AttemptEvent.Ended(
                                                new AttemptResult.Exited(code), 0, List.of())),
                                report(attempt, new AttemptEvent.Released()))));
    }

    private AgentReport report(AttemptId attempt, AttemptEvent event) {
        return new AgentReport(++sequence, attempt, 1, event);
    }

    /** A command on tasks. */
    void control(Verb verb, String... names) {
        core.step(new Input.Control(at, verb, new Input.Selection(List.of(names), false)));
    }
}
