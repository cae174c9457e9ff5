package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.placement.Placer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random inputs, true and false: the invariants hold, replay equals live state, work goes on. */
class RandomWalkTest {
    private static final int SEEDS = Integer.getInteger("cattino.walk.seeds", 100);
    private static final int STEPS = 250;

    /** One walk, with everything it made. */
    private static final class Walk {
        final RandomWalk inputs;
        final List<Fact> facts = new ArrayList<>();
        final List<Effect> effects = new ArrayList<>();
        final Set<TaskId> over = new HashSet<>();
        ClusterState state = ClusterState.empty();
        SchedulerCore core = new SchedulerCore(state, "/runs");

        Walk(long seed) {
            this.inputs = new RandomWalk(seed);
            step(new Input.Activated(new Time(1, 1), 1, "test:1"));
            step(new Input.Serving(new Time(1, 1)));
        }

        Walk run() {
            for (int i = 0; i < STEPS; i++) {
                step(inputs.next(state));
                if (inputs.chance(1)) {
                    failover(ClusterState.of(state.image()));
                } else if (inputs.chance(1)) {
                    failover(replay(facts));
                }
            }
            return this;
        }

        private void failover(ClusterState other) {
            assertThat(other.fingerprint()).isEqualTo(state.fingerprint());
            assertThat(other.image()).isEqualTo(state.image());
            assertThat(Invariants.broken(other)).isEmpty();
            state = other;
            core = new SchedulerCore(state, "/runs");
            Time at = new Time(inputs.monoMs(), inputs.wallMs());
            step(new Input.Activated(at, state.epoch() + 1, "test:1"));
            step(new Input.Serving(at));
        }

        private void step(Input input) {
            Step step = core.step(input);
            facts.addAll(step.facts());
            effects.addAll(step.effects());
            assertThat(Invariants.broken(state)).as("after %s", input).isEmpty();
            assertThat(Invariants.overpromised(state, step.facts()))
                    .as("after %s", input)
                    .isEmpty();
            step.facts().forEach(this::endsOnce);
            for (Task task : state.tasks()) {
                assertThat(core.reason(task)).isNotNull();
            }
        }

        /** What has ended changes only by a person's command. */
        private void endsOnce(Fact fact) {
            switch (fact) {
                case Fact.Finished f ->
                        assertThat(over.add(f.task())).as("%s ended twice", f.task()).isTrue();
                case Fact.Resumed f -> over.remove(f.task());
                case Fact.Placed f -> assertThat(over).doesNotContain(f.attempt().task());
                case Fact.Requeued f -> assertThat(over).doesNotContain(f.task());
                default -> {}
            }
        }
    }

    private static ClusterState replay(List<Fact> facts) {
        ClusterState state = ClusterState.empty();
        facts.forEach(state::apply);
        return state;
    }

    private interface Check {
        void of(long seed);
    }

    private static void forEverySeed(Check check) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                check.of(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void invariantsHoldAndReplayIsTheLiveState() {
        forEverySeed(seed -> {
            Walk walk = new Walk(seed).run();
            ClusterState replayed = replay(walk.facts);
            assertThat(replayed.fingerprint()).isEqualTo(walk.state.fingerprint());
            assertThat(replayed.image()).isEqualTo(walk.state.image());
            assertThat(walk.state.revision()).isEqualTo(walk.facts.size());
        });
    }

    @Test
    void sameSeedMakesTheSameFactsAndEffects() {
        for (long seed = 0; seed < SEEDS / 5; seed++) {
            Walk one = new Walk(seed).run();
            Walk two = new Walk(seed).run();
            assertThat(two.facts).as("seed %s", seed).isEqualTo(one.facts);
            assertThat(two.effects).as("seed %s", seed).isEqualTo(one.effects);
        }
    }

    @Test
    void imageAndReplayBehaveAlike() {
        for (long seed = 0; seed < SEEDS / 5; seed++) {
            Walk walk = new Walk(seed).run();
            ClusterState ofImage = ClusterState.of(walk.state.image());
            SchedulerCore one = new SchedulerCore(ofImage, "/runs");
            SchedulerCore two = new SchedulerCore(replay(walk.facts), "/runs");
            for (int i = 0; i < 100; i++) {
                Input input = walk.inputs.next(ofImage);
                assertThat(one.step(input))
                        .as("seed %s, %s", seed, input)
                        .isEqualTo(two.step(input));
            }
        }
    }

    /** Else the walk proves less than it seems to. */
    @Test
    void walkComesAcrossEveryKindOfFactAndEffect() {
        Map<Class<?>, Integer> seen = new HashMap<>();
        int inGroupStart = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Walk walk = new Walk(seed).run();
            for (Fact fact : walk.facts) {
                seen.merge(fact.getClass(), 1, Integer::sum);
                inGroupStart += fact instanceof Fact.Ended e && e.groupsStarted() > 0 ? 1 : 0;
            }
            walk.effects.forEach(effect -> seen.merge(effect.getClass(), 1, Integer::sum));
        }
        assertThat(seen).containsKeys(Fact.class.getPermittedSubclasses());
        assertThat(seen).containsKeys(Effect.class.getPermittedSubclasses());
        assertThat(seen.get(Fact.Placed.class)).isGreaterThan(SEEDS);
        assertThat(inGroupStart).isPositive();
    }

    /** Whatever happened before: once all is well, every task ends or says that it cannot. */
    @Test
    void everyTaskEndsOnceAllIsWell() {
        forEverySeed(seed -> {
            Walk walk = new Walk(seed).run();
            RandomWalk.heal(walk.core, walk.facts, walk.inputs.monoMs(), walk.inputs.wallMs());
            for (Task task : walk.state.tasks()) {
                boolean waits =
                        walk.core.stuck(task)
                                || task.state() instanceof TaskState.Blocked
                                || neverFits(walk.state, task);
                assertThat(task.finished() || waits)
                        .as("%s: %s", task, walk.core.reason(task))
                        .isTrue();
            }
        });
    }

    private static boolean neverFits(ClusterState state, Task task) {
        for (Node node : state.nodes()) {
            if (Placer.couldEverHold(task.spec(), node)) {
                return false;
            }
        }
        return true;
    }
}
