package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.CoreScenario.FakeAgent;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random lives of cards: tasks get memory, use it, use more, end and leave some of it behind, give
 * it back; strangers come and go; the driver falls silent; leaders change. After every placement
 * the rule is worked out again from what the agent had said by then: what was promised and what is
 * used never exceed the card, and nobody gets a card for himself that somebody is on.
 */
class DeviceSequencesTest {
    private static final int SEQUENCES = 10_000;
    private static final int STEPS = 30;
    private static final String NODE = "n1";

    @Test
    void noCardIsPromisedBeyondTheRuleOrOfferedWhileInUse() {
        Tally tally = new Tally();
        for (long seed = 0; seed < SEQUENCES; seed++) {
            new Life(seed, tally).run();
        }
        // A test that never places, leaks or takes over would pass as well.
        assertThat(tally.placed).isGreaterThan(3 * SEQUENCES);
        assertThat(tally.placedWhole).isGreaterThan(SEQUENCES / 10);
        assertThat(tally.placedBesideLeak).isGreaterThan(SEQUENCES / 100);
        assertThat(tally.overUsed).isGreaterThan(SEQUENCES / 10);
        assertThat(tally.quarantined).isGreaterThan(SEQUENCES / 10);
        assertThat(tally.failovers).isGreaterThan(SEQUENCES / 10);
    }

    private static final class Tally {
        int placed;
        int placedWhole;
        int placedBesideLeak;
        int overUsed;
        int quarantined;
        int failovers;
    }

    /** One sequence. */
    private static final class Life {
        private final long seed;
        private final Tally tally;
        private final SplittableRandom random;
        private final CoreScenario s;
        private final List<DeviceInfo> cards;
        private final Set<AttemptId> known = new HashSet<>();

        /** What the leader was told last, by card. */
        private final Map<Integer, DeviceSample> told = new TreeMap<>();

        private int names;

        Life(long seed, Tally tally) {
            this.seed = seed;
            this.tally = tally;
            this.random = new SplittableRandom(seed);
            this.s =
                    CoreScenario.with(
                            Specs.gpus(1 + random.nextInt(3), 4_000L << random.nextInt(5)));
            this.cards = agent().inventory.devices();
            beat();
        }

        private FakeAgent agent() {
            return s.agent(NODE);
        }

        private boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }

        private long upTo(long most) {
            return random.nextLong(most + 1);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                act();
                if (chance(70)) {
                    beat();
                }
                place();
                s.forgetTrace();
            }
        }

        private void act() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> s.submit(task());
                case 3, 4 -> pick(held(Allocation.Hold.HELD)).ifPresent(this::use);
                case 5 -> pick(held(Allocation.Hold.HELD)).ifPresent(this::end);
                case 6 -> pick(ended()).ifPresent(this::release);
                case 7 -> stranger();
                case 8 -> driver();
                default -> lead();
            }
        }

        private TaskSpec task() {
            String name = "t" + names++;
            long total = cards.getFirst().totalMib();
            return switch (random.nextInt(6)) {
                case 0 -> Specs.whole(name, 1 + random.nextInt(2));
                case 1 -> Specs.percent(name, 1 + random.nextInt(100));
                default -> Specs.mib(name, 1 + random.nextInt(2), 1 + upTo(total));
            };
        }

        /** Mostly what it may, sometimes more. */
        private void use(Allocation held) {
            if (live(held)
                    && s.state().task(held.attempt().task()).orElseThrow().state()
                            instanceof TaskState.Placed) {
                report(held, new AttemptEvent.Started(1 + upTo(9_999)));
            }
            for (DeviceShare share : held.devices()) {
                long most = chance(80) ? share.mib() : share.mib() * 13 / 10;
                tally.overUsed += most > share.mib() ? 1 : 0;
                agent().uses
                        .computeIfAbsent(held.attempt(), _ -> new TreeMap<>())
                        .put(share.index(), upTo(Math.min(most, free(share.index(), held))));
            }
        }

        /** MiB that are physically there for it. */
        private long free(int card, Allocation held) {
            long others = agent().external.getOrDefault(card, 0L);
            for (Map.Entry<AttemptId, Map<Integer, Long>> use : agent().uses.entrySet()) {
                others +=
                        use.getKey().equals(held.attempt())
                                ? 0
                                : use.getValue().getOrDefault(card, 0L);
            }
            return Math.max(0, cards.get(card).totalMib() - others);
        }

        private boolean live(Allocation held) {
            return s.state()
                    .task(held.attempt().task())
                    .map(task -> task.liveAttempt().equals(Optional.of(held.attempt())))
                    .orElse(false);
        }

        /** Its command ends; what it used stays for a while, or for ever. */
        private void end(Allocation held) {
            if (live(held)) {
                Map<Integer, Long> left = agent().uses.get(held.attempt());
                report(held, new AttemptEvent.Ended(new AttemptResult.Exited(1), 0, List.of()));
                if (left != null && chance(60)) {
                    agent().uses.put(held.attempt(), left);
                }
                if (chance(20)) {
                    report(held, new AttemptEvent.Stranded("it does not die"));
                    tally.quarantined++;
                }
            }
        }

        private void release(Allocation held) {
            agent().uses.remove(held.attempt());
            told.replaceAll((_, sample) -> without(sample, held.attempt()));
            report(held, new AttemptEvent.Released());
        }

        private void stranger() {
            int card = random.nextInt(cards.size());
            agent().external.remove(card);
            Allocation nobody =
                    Allocation.held(
                            new AttemptId(new TaskId(Long.MAX_VALUE), 1, 1),
                            agent().id(),
                            List.of(),
                            false,
                            0);
            if (chance(60)) {
                agent().external.put(card, upTo(free(card, nobody)));
            }
        }

        private void driver() {
            agent().unknown.clear();
            if (chance(30)) {
                agent().unknown.add(random.nextInt(cards.size()));
            }
        }

        /** Another leader, or the same one and a new session. */
        private void lead() {
            if (chance(50)) {
                s.failover();
                tally.failovers++;
            }
            s.hello(
                    NODE,
                    s.state().allocationsOn(agent().id()).stream()
                            .map(held ->
                                    new Input.RunningAttempt(held.attempt(), 7, 7, held.devices()))
                            .toList());
            told.clear();
        }

        private void report(Allocation held, AttemptEvent event) {
            NodeId node = held.node();
            s.report(node, held.attempt(), event);
        }

        private void beat() {
            s.sample(agent());
            agent().samples().forEach(sample -> told.put(sample.index(), sample));
        }

        private List<Allocation> held(Allocation.Hold hold) {
            return s.state().allocations().stream().filter(it -> it.hold() == hold).toList();
        }

        private List<Allocation> ended() {
            List<Allocation> all = new ArrayList<>(held(Allocation.Hold.CLEANING));
            all.addAll(held(Allocation.Hold.QUARANTINED));
            return all;
        }

        private <T> Optional<T> pick(List<T> all) {
            return all.isEmpty()
                    ? Optional.empty()
                    : Optional.of(all.get(random.nextInt(all.size())));
        }

        private void place() {
            s.advance(1_000).tick();
            for (Allocation held : s.state().allocations()) {
                if (known.add(held.attempt())) {
                    tally.placed++;
                    tally.placedWhole += held.whole() ? 1 : 0;
                    held.devices().forEach(share -> check(held, share));
                }
            }
        }

        private void check(Allocation placed, DeviceShare share) {
            String what = "seed " + seed + ", " + placed;
            DeviceSample sample = told.get(share.index());
            assertThat(sample).as(what).isNotNull();
            assertThat(sample.unknown()).as(what).isFalse();
            long total = cards.get(share.index()).totalMib();
            long promised = 0;
            long unused = 0;
            long ours = 0;
            int holders = 0;
            for (Allocation other : s.state().allocationsOn(placed.node())) {
                for (DeviceShare part : other.devices()) {
                    if (part.index() == share.index()) {
                        long used = used(sample, other.attempt());
                        promised += part.mib();
                        unused += Math.max(0, part.mib() - used);
                        ours += used;
                        holders++;
                        tally.placedBesideLeak += other.hold() == Allocation.Hold.HELD ? 0 : 1;
                        assertThat(other.whole() && !other.equals(placed)).as(what).isFalse();
                    }
                }
            }
            long external = sample.usedMib() - ours;
            if (placed.whole()) {
                assertThat(holders).as(what).isEqualTo(1);
                assertThat(external).as(what).isLessThanOrEqualTo(Math.max(64, total / 50));
            } else {
                assertThat(promised + Math.max(0, external)).as(what).isLessThanOrEqualTo(total);
                assertThat(sample.usedMib() + unused).as(what).isLessThanOrEqualTo(total);
            }
        }

        private static long used(DeviceSample sample, AttemptId attempt) {
            return sample.attempts().stream()
                    .filter(use -> use.attempt().equals(attempt))
                    .mapToLong(AttemptUse::usedMib)
                    .sum();
        }

        private static DeviceSample without(DeviceSample sample, AttemptId attempt) {
            return new DeviceSample(
                    sample.index(),
                    sample.usedMib() - used(sample, attempt),
                    sample.attempts().stream()
                            .filter(use -> !use.attempt().equals(attempt))
                            .toList(),
                    sample.unknown());
        }
    }
}
