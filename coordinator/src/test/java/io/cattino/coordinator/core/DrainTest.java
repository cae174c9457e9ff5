package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.gpus;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.AttemptResult;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Drains with a deadline: what runs is stopped then, and goes elsewhere. */
class DrainTest {
    private final CoreScenario s = CoreScenario.with(gpus(2, 24_000));

    private CoreScenario drain(long afterMs) {
        return s.step(at -> new Input.DrainNode(at, "n1", "repair", OptionalLong.of(afterMs)));
    }

    @Test
    void whatStillRunsAtTheDeadlineIsStoppedAndItsTaskGoesElsewhere() {
        s.submit(cpu("a")).tick().runs("a").forgetTrace();
        drain(5_000).expect("DrainSet n1: repair");
        s.advance(4_999).tick().noMoreEffects();
        s.advance(1).tick();
        s.expect("StopRequested a.1 DRAIN", "-> Signal a.1 on n1 Drained #1");
        s.tick().noMoreEffects();
        s.node("n2", gpus(1, 24_000)).forgetTrace();
        s.exits("a", 143);
        s.expect(
                "Ended a.1 exit 143",
                "Requeued a DRAIN in " + -s.now().monoMs(),
                "Released a.1",
                "-> Forget a.1 on n1");
        assertThat(s.task("a").tally().crashes()).isZero();
        assertThat(s.task("a").tally().retries()).isZero();
        s.tick().expect("Placed a.2 on n2", "-> Launch a.2 on n2");
    }

    /** Programs that are told to stop save what they have, and end with 0. */
    @Test
    void whoEndsWellWhenItIsToldToGoIsNotDone() {
        s.submit(cpu("a")).tick().runs("a");
        drain(0).tick();
        s.forgetTrace().ended("a", new AttemptResult.Exited(0));
        s.expect("Ended a.1 exit 0", "Requeued a DRAIN in " + -s.now().monoMs());
    }

    @Test
    void withoutADeadlineWhatRunsMayStay() {
        s.submit(cpu("a")).tick().runs("a").drain("n1").forgetTrace();
        s.pass(100_000).noMoreEffects();
    }

    @Test
    void theEndOfADrainEndsItsDeadline() {
        s.submit(cpu("a")).tick().runs("a");
        drain(5_000).step(at -> new Input.UndrainNode(at, "n1")).forgetTrace();
        s.pass(10_000).noMoreEffects();
    }

    @Test
    void aPersonsWordGoesBeforeTheDrains() {
        s.submit(cpu("a"), cpu("b")).tick().runs("a").runs("b");
        drain(0).tick().forgetTrace();
        s.cancel("a").expect("StopRequested a.1 CANCEL", "-> Signal a.1 on n1 Cancelled #2");
        s.kill("b").expect("StopRequested b.1 KILL", "-> Signal b.1 on n1 Killed #2");
        s.ended("a", new AttemptResult.Exited(143)).forgetTrace();
        assertThat(s.status("a")).isEqualTo("Cancelled Cancelled");
    }
}
