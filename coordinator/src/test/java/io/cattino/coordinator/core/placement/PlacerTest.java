package io.cattino.coordinator.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.NodeBook;
import io.cattino.coordinator.core.NodeHealth;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import io.cattino.coordinator.core.placement.Mix.Kind;
import io.cattino.coordinator.core.placement.Placer.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds of every choice, whatever the farm and the tasks. */
class PlacerTest {
    private static final int SEEDS = 200;

    @Test
    void whatIsChosenFitsAndWhatFitsIsChosen() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<NodeSpace> farm = farm(random);
            Census census = new Census();
            for (int i = 0; i < 60; i++) {
                TaskSpec spec = spec(random);
                census.add(kind(spec));
                boolean fits = farm.stream().anyMatch(space -> Vetoes.of(spec, space) == null);
                switch (Placer.look(spec, farm, Set.of(), census.mix())) {
                    case Verdict.Waits _ -> assertThat(fits).as("seed %d", seed).isFalse();
                    case Verdict.Fits(Placement placement) -> {
                        check(spec, placement);
                        placement.take(spec.cpus());
                    }
                }
            }
        }
    }

    @Test
    void whatIsChosenIsWhereTheTaskMayRunAndWouldRatherIfItCan() {
        int rather = 0;
        int waits = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<NodeSpace> farm =
                    IntStream.range(0, 4).mapToObj(i -> mixed("n" + i, random)).toList();
            for (int i = 0; i < 40; i++) {
                TaskSpec spec = spec(random).withWhere(where(random));
                boolean wish =
                        farm.stream()
                                .anyMatch(space ->
                                        Vetoes.of(spec, space) == null
                                                && Vetoes.preferred(spec, space));
                switch (Placer.look(spec, farm, Set.of(), Mix.NONE)) {
                    case Verdict.Waits(var nearest) -> {
                        assertThat(farm).noneMatch(space -> Vetoes.of(spec, space) == null);
                        assertThat(nearest).isPresent();
                        waits++;
                    }
                    case Verdict.Fits(Placement placement) -> {
                        check(spec, placement);
                        assertThat(holds(spec.where(), spec.where().must(), placement)).isTrue();
                        if (wish) {
                            assertThat(holds(Where.ANYWHERE, spec.where().prefer(), placement))
                                    .isTrue();
                            rather += spec.where().prefer().isEmpty() ? 0 : 1;
                        }
                        placement.take(spec.cpus());
                    }
                }
            }
        }
        assertThat(rather).isGreaterThan(SEEDS);
        assertThat(waits).isGreaterThan(SEEDS);
    }

    private static boolean holds(Where where, List<Term> terms, Placement placement) {
        List<DeviceInfo> devices =
                placement.devices().stream()
                        .map(share -> placement.space().devices.get(share.index()).info)
                        .toList();
        return where.lists(placement.node().name())
                && terms.stream()
                        .allMatch(term ->
                                switch (term) {
                                    case Term.OfNode of -> of.holds(placement.node());
                                    case Term.OfDevice of -> devices.stream().allMatch(of::holds);
                                });
    }

    private static Where where(Random random) {
        List<String> nodes = random.nextInt(3) == 0 ? List.of("n[0-2]") : List.of();
        List<String> excluded = random.nextInt(4) == 0 ? List.of("n1") : List.of();
        List<Term> must = random.nextInt(2) == 0 ? List.of(term(random)) : List.of();
        List<Term> prefer = random.nextInt(2) == 0 ? List.of(term(random)) : List.of();
        return new Where(nodes, excluded, must, prefer);
    }

    private static Term term(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Term.Model(random.nextInt(4) > 0, List.of("m" + random.nextInt(3)));
            case 1 -> new Term.Memory(Term.Order.AT_LEAST, 1000 + random.nextInt(1000));
            case 2 -> new Term.Driver(Term.Order.AT_LEAST, "53" + random.nextInt(8));
            default -> new Term.Label("rack", random.nextBoolean(), List.of("r1"));
        };
    }

    private static NodeSpace mixed(String name, Random random) {
        List<DeviceInfo> devices =
                IntStream.range(0, 1 + random.nextInt(5))
                        .mapToObj(i ->
                                new DeviceInfo(
                                        i,
                                        name + i,
                                        "Fake m" + random.nextInt(3),
                                        "fake",
                                        1000 + random.nextInt(3) * 500,
                                        random.nextInt(4) == 0
                                                ? ""
                                                : "53" + random.nextInt(8) + ".1",
                                        "",
                                        -1,
                                        List.of(random.nextInt(5))))
                        .toList();
        TreeMap<String, String> labels = new TreeMap<>();
        if (random.nextBoolean()) {
            labels.put("rack", "r" + random.nextInt(3));
        }
        return node(name, new NodeInventory(devices, random.nextInt(40), 1, 20, labels));
    }

    private static void check(TaskSpec spec, Placement placement) {
        NodeSpace space = placement.space();
        assertThat(Vetoes.of(spec, space)).isNull();
        assertThat(placement.devices())
                .hasSize(spec.devices().count())
                .extracting(DeviceShare::index)
                .doesNotHaveDuplicates()
                .isSorted();
        for (DeviceShare share : placement.devices()) {
            DeviceSpace device = space.devices.get(share.index());
            switch (spec.devices()) {
                case DeviceNeed.None _ -> throw new AssertionError("a device for a CPU task");
                case DeviceNeed.Whole _ -> assertThat(device.wholeFree()).isTrue();
                case DeviceNeed.Shared(_, MemoryAsk memory) -> {
                    assertThat(share.mib())
                            .isEqualTo(memory.mibOf(device.info))
                            .isLessThanOrEqualTo(device.freeMib());
                    assertThat(!memory.wholeOn(device.info) || device.wholeFree()).isTrue();
                }
            }
        }
    }

    @Test
    void sameFarmAndMixGiveTheSamePlace() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(places(seed, false)).isEqualTo(places(seed, true));
        }
    }

    /** Whatever order the tasks were counted in, and whatever was reckoned before. */
    private static List<String> places(long seed, boolean otherwise) {
        Random random = new Random(seed);
        List<NodeSpace> farm = farm(random);
        List<TaskSpec> specs =
                new ArrayList<>(IntStream.range(0, 40).mapToObj(_ -> spec(random)).toList());
        List<TaskSpec> counted = new ArrayList<>(specs);
        if (otherwise) {
            Collections.shuffle(counted, random);
        }
        Census census = new Census();
        counted.forEach(spec -> census.add(kind(spec)));
        List<String> places = new ArrayList<>();
        for (TaskSpec spec : specs) {
            Mix mix = otherwise ? new Mix(census.mix().kinds()) : census.mix();
            if (Placer.look(spec, farm, Set.of(), mix) instanceof Verdict.Fits(Placement at)) {
                places.add(at.node().name() + at.devices());
                at.take(spec.cpus());
            }
        }
        return places;
    }

    @Test
    void withoutAMixItIsBestFit() {
        List<NodeSpace> farm = List.of(node("a", 2, 1000, 64), node("b", 2, 700, 64));
        TaskSpec spec = spec(new DeviceNeed.Shared(1, new MemoryAsk.Mib(600)), 0);
        assertThat(Placer.look(spec, farm, Set.of(), Mix.NONE))
                .isInstanceOfSatisfying(
                        Verdict.Fits.class,
                        fits ->
                                assertThat(fits.placement())
                                        .isEqualTo(
                                                new Placement(
                                                        farm.getLast(),
                                                        List.of(new DeviceShare(0, 600)),
                                                        false)));
    }

    @Test
    void modelThatOnlySomeMayUseIsLeftToThem() {
        List<NodeSpace> farm = List.of(node("a", 1, 1000, 64), node("b", 1, 1000, 64));
        DeviceNeed need = new DeviceNeed.Shared(1, new MemoryAsk.Mib(1000));
        Census census = new Census();
        census.add(new Kind(need, 1));
        census.add(new Kind(need, 1, List.of(new Term.Model(true, List.of("a")))));
        assertThat(Placer.look(spec(need, 1), farm, Set.of(), census.mix()))
                .isInstanceOfSatisfying(
                        Verdict.Fits.class,
                        fits -> assertThat(fits.placement().space()).isSameAs(farm.getLast()));
    }

    @Test
    void wasteIsWhatTasksCouldNotUse() {
        NodeSpace space = node("a", 2, 1000, 10);
        space.take(List.of(new DeviceShare(0, 600)), false, 4);
        // 400 and 1000 MiB and 6 cores are free.
        assertThat(waste(space, new Kind(share(300), 0))).isZero();
        assertThat(waste(space, new Kind(share(500), 0))).isEqualTo(400);
        assertThat(waste(space, new Kind(new DeviceNeed.Whole(1), 0))).isEqualTo(400);
        assertThat(waste(space, new Kind(new DeviceNeed.Whole(2), 0))).isEqualTo(1400);
        // Six cores: three such tasks, 900 of the 1400 MiB.
        assertThat(waste(space, new Kind(share(300), 2))).isEqualTo(500);
        // Too many cores for one: nothing fits, and 100 MiB go with six of seven.
        assertThat(waste(space, new Kind(share(700), 7))).isEqualTo(1400 + 800);
        assertThat(
                        waste(
                                space,
                                new Kind(
                                        share(300),
                                        0,
                                        List.of(new Term.Model(true, List.of("b"))))))
                .isEqualTo(2 * 1400);
    }

    private static DeviceNeed share(int mib) {
        return new DeviceNeed.Shared(1, new MemoryAsk.Mib(mib));
    }

    private static long waste(NodeSpace space, Kind kind) {
        return new Room(space, new Mix(List.of(new Mix.Weighted(kind, 1)))).waste();
    }

    /** Small tasks are all that came so far: a whole card is kept all the same. */
    @Test
    void oneWholeDeviceMayAlwaysBeAskedFor() {
        List<NodeSpace> farm = List.of(node("a", 2, 1000, 64));
        farm.getFirst().take(List.of(new DeviceShare(1, 300)), false, 0);
        Census census = new Census();
        TaskSpec spec = spec(share(350), 0);
        assertThat(census.mix().kinds())
                .containsExactly(new Mix.Weighted(new Kind(new DeviceNeed.Whole(1), 0), 1));
        census.add(kind(spec));
        assertThat(Placer.look(spec, farm, Set.of(), census.mix()))
                .isInstanceOfSatisfying(
                        Verdict.Fits.class,
                        fits ->
                                assertThat(fits.placement().devices())
                                        .containsExactly(new DeviceShare(1, 350)));
    }

    @Test
    void theMostFrequentKindsAreTheMix() {
        Census census = new Census();
        for (int mib = 1; mib <= 100; mib++) {
            for (int i = 0; i < mib; i++) {
                census.add(new Kind(share(mib), 0));
            }
        }
        census.add(new Kind(new DeviceNeed.None(), 4));
        assertThat(census.mix().kinds()).hasSize(64);
        assertThat(census.mix().kinds().getFirst())
                .isEqualTo(new Mix.Weighted(new Kind(share(100), 0), 100));
        assertThat(census.mix().kinds().getLast().kind()).isEqualTo(new Kind(share(37), 0));
        for (int i = 0; i < 100; i++) {
            census.remove(new Kind(share(100), 0));
        }
        assertThat(census.mix().kinds().getFirst().kind()).isEqualTo(new Kind(share(99), 0));
        assertThat(census.mix().kinds().getLast().kind()).isEqualTo(new Kind(share(36), 0));
    }

    private static Kind kind(TaskSpec spec) {
        return Kind.of(spec);
    }

    private static List<NodeSpace> farm(Random random) {
        return IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i ->
                        node(
                                "n" + i,
                                random.nextInt(5),
                                1000 + random.nextInt(3) * 500,
                                random.nextInt(40)))
                .toList();
    }

    private static TaskSpec spec(Random random) {
        DeviceNeed need =
                switch (random.nextInt(7)) {
                    case 0 -> new DeviceNeed.None();
                    case 1 -> new DeviceNeed.Whole(1 + random.nextInt(3));
                    case 2 ->
                            new DeviceNeed.Shared(
                                    1, new MemoryAsk.Share(random.nextInt(1_000_000) + 1));
                    case 3 ->
                            new DeviceNeed.Shared(
                                    1 + random.nextInt(2), new MemoryAsk.Auto(Work.UNKNOWN));
                    case 4 ->
                            new DeviceNeed.Shared(
                                    1 + random.nextInt(2),
                                    new MemoryAsk.Learned(
                                            Map.of(
                                                    "n" + random.nextInt(3),
                                                    1 + random.nextLong(2500),
                                                    "x",
                                                    7L)));
                    default ->
                            new DeviceNeed.Shared(
                                    1 + random.nextInt(2),
                                    new MemoryAsk.Mib(1 + random.nextInt(1200)));
                };
        return spec(need, random.nextInt(6));
    }

    private static TaskSpec spec(DeviceNeed need, int cpus) {
        return new TaskSpec(
                "t",
                new Command(List.of("true"), false),
                need,
                cpus,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID);
    }

    /** Its cards are of a model that has its name. */
    private static NodeSpace node(String name, int cards, long mib, int cpus) {
        List<DeviceInfo> devices =
                IntStream.range(0, cards)
                        .mapToObj(i -> new DeviceInfo(i, name + i, name, "fake", mib))
                        .toList();
        return node(name, new NodeInventory(devices, cpus, 1, 20, new TreeMap<>()));
    }

    private static NodeSpace node(String name, NodeInventory inventory) {
        return NodeSpace.of(
                new Node(
                        new NodeIdentity(new NodeId(name), name, "boot", name),
                        inventory,
                        "1",
                        null,
                        0),
                NodeHealth.READY,
                Set.of(),
                new NodeBook(),
                inventory.devices().stream()
                        .map(device -> new DeviceSample(device.index(), 0, List.of(), false))
                        .toList(),
                List.of());
    }
}
