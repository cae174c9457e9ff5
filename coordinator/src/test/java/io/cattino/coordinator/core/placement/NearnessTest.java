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
import io.cattino.coordinator.core.placement.Placer.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of several choices that are equal otherwise a task of several cards gets. */
class NearnessTest {
    private static final long CARD = 24_000;

    /** Cards of one node, all alike and idle. */
    private static final class Cards {
        private final String name;
        private final int count;
        private final List<List<Integer>> near = new ArrayList<>();
        private final List<String> models = new ArrayList<>();
        private final List<Long> usedMib = new ArrayList<>();

        private Cards(String name, int count) {
            this.name = name;
            this.count = count;
            for (int i = 0; i < count; i++) {
                near.add(new ArrayList<>());
                models.add("A");
                usedMib.add(0L);
            }
        }

        /** Told of both, as a driver would. */
        private Cards link(int... cards) {
            for (int one : cards) {
                for (int other : cards) {
                    if (one != other) {
                        near.get(one).add(other);
                    }
                }
            }
            return this;
        }

        private Cards model(int card, String model) {
            models.set(card, model);
            return this;
        }

        private Cards used(int card, long mib) {
            usedMib.set(card, mib);
            return this;
        }

        private NodeSpace space() {
            List<DeviceInfo> devices =
                    IntStream.range(0, count)
                            .mapToObj(i ->
                                    new DeviceInfo(
                                            i,
                                            name + i,
                                            models.get(i),
                                            "fake",
                                            CARD,
                                            "",
                                            "",
                                            DeviceInfo.NUMA_UNKNOWN,
                                            near.get(i)))
                            .toList();
            return NodeSpace.of(
                    new Node(
                            new NodeIdentity(new NodeId(name), name, "boot", name),
                            new NodeInventory(devices, 64, 1, 20, new TreeMap<>()),
                            "1",
                            null,
                            0),
                    NodeHealth.READY,
                    Set.of(),
                    new NodeBook(),
                    IntStream.range(0, count)
                            .mapToObj(i -> new DeviceSample(i, usedMib.get(i), List.of(), false))
                            .toList(),
                    List.of());
        }
    }

    private static Cards cards(int count) {
        return new Cards("n", count);
    }

    private static TaskSpec whole(int count) {
        return spec(new DeviceNeed.Whole(count));
    }

    private static TaskSpec shared(int count, long mib) {
        return spec(new DeviceNeed.Shared(count, new MemoryAsk.Mib(mib)));
    }

    private static TaskSpec spec(DeviceNeed need) {
        return new TaskSpec(
                "t",
                new Command(List.of("true"), false),
                need,
                0,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID);
    }

    private static List<Integer> chosen(TaskSpec spec, Cards... nodes) {
        return placement(spec, nodes).devices().stream().map(DeviceShare::index).toList();
    }

    private static Placement placement(TaskSpec spec, Cards... nodes) {
        List<NodeSpace> farm = List.of(nodes).stream().map(Cards::space).toList();
        Verdict verdict = Placer.look(spec, farm, Set.of(), Mix.NONE);
        assertThat(verdict).isInstanceOf(Verdict.Fits.class);
        return ((Verdict.Fits) verdict).placement();
    }

    @Test
    void takesThoseThatAreLinked() {
        assertThat(chosen(whole(2), cards(4).link(0, 2).link(1, 3))).containsExactly(0, 2);
        assertThat(chosen(shared(2, 1_000), cards(4).link(1, 3))).containsExactly(1, 3);
        assertThat(chosen(whole(3), cards(8).link(2, 3).link(4, 5, 6, 7))).containsExactly(4, 5, 6);
        assertThat(chosen(whole(4), cards(6).link(0, 5).link(2, 4))).containsExactly(0, 2, 4, 5);
    }

    @Test
    void takesTheFirstWhereNothingIsKnownOrAllAreLinked() {
        assertThat(chosen(whole(2), cards(4))).containsExactly(0, 1);
        assertThat(chosen(shared(3, 1_000), cards(4))).containsExactly(0, 1, 2);
        assertThat(chosen(whole(3), cards(4).link(0, 1, 2, 3))).containsExactly(0, 1, 2);
        assertThat(chosen(whole(1), cards(4).link(1, 3))).containsExactly(0);
        assertThat(chosen(whole(4), cards(4).link(1, 3))).containsExactly(0, 1, 2, 3);
    }

    @Test
    void believesOneOfTwoThatTellsOfALink() {
        Cards cards = cards(4);
        cards.near.get(3).add(2);
        assertThat(chosen(whole(2), cards)).containsExactly(2, 3);
    }

    @Test
    void doesNotTakeOthersThanThoseThatFitBest() {
        Cards crowded = cards(4).link(1, 3).used(0, 5_000).used(2, 5_000);
        assertThat(chosen(shared(2, 1_000), crowded)).containsExactly(0, 2);
        assertThat(chosen(whole(2), crowded)).containsExactly(1, 3);
    }

    @Test
    void takesIdleCardsForAlikeWhateverTheirDriversKeep() {
        Cards idle = cards(4).link(1, 3).used(0, 5).used(2, 3);
        assertThat(chosen(shared(2, 1_000), idle)).containsExactly(1, 3);
    }

    @Test
    void takesAsManyOfEachModelAsWithoutLinks() {
        Cards mixed = cards(4).model(1, "B").link(0, 1).link(2, 3);
        assertThat(chosen(whole(2), mixed)).containsExactly(0, 1);
        Cards later = cards(4).model(0, "B").link(2, 3).link(0, 3);
        assertThat(chosen(whole(2), later)).containsExactly(0, 3);
    }

    @Test
    void decidesBetweenNodesOnlyIfAllElseIsEqual() {
        Cards plain = new Cards("a", 4);
        Cards linked = new Cards("b", 4).link(2, 3);
        assertThat(placement(whole(2), plain, linked).space().id().value()).isEqualTo("b");
        assertThat(placement(whole(1), plain, linked).space().id().value()).isEqualTo("a");
        Cards larger = new Cards("b", 5).link(2, 3);
        assertThat(placement(whole(2), plain, larger).space().id().value()).isEqualTo("a");
    }

    @Test
    void isNoMatterOnNodesOfVeryManyDevices() {
        assertThat(chosen(whole(2), cards(65).link(7, 9))).containsExactly(0, 1);
    }
}
