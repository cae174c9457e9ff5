package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cores;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.inventory;
import static io.cattino.coordinator.core.Specs.mib;
import static io.cattino.coordinator.core.Specs.task;
import static io.cattino.coordinator.core.Specs.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where best fit would make what is left useless, and the place that is taken instead. */
class FragmentationTest {
    private static final int CARD = 24_000;

    @Test
    void pairOfCardsIsKeptForThoseWhoNeedBoth() {
        CoreScenario s = CoreScenario.started().node("b", gpus(2, CARD));
        s.submit(mib("first", 20_000)).tick();
        s.node("a", gpus(2, CARD)).forgetTrace();
        // As much is left over on each free card, and a comes before b.
        s.submit(mib("second", 20_000), whole("pair", 2)).tick();
        s.expect(
                "Submitted second, pair",
                "Placed second.1 on b 1:20000",
                "Placed pair.1 on a 0:24000 1:24000 whole",
                "-> Launch second.1 on b 1:20000",
                "-> Launch pair.1 on a 0:24000 1:24000");
    }

    @Test
    void cpuTaskDoesNotTakeTheCoresThatACardNeeds() {
        CoreScenario s = CoreScenario.started().node("few", cards(1, 8)).node("many", cards(1, 64));
        s.forgetTrace().submit(cores("c", 8), training("x"), training("y")).tick();
        s.expect(
                "Submitted c, x, y",
                "Placed c.1 on many",
                "Placed x.1 on few 0:24000",
                "Placed y.1 on many 0:24000",
                "-> Launch c.1 on many",
                "-> Launch x.1 on few 0:24000",
                "-> Launch y.1 on many 0:24000");
    }

    @Test
    void sameStateGivesTheSamePlacesAfterAFailover() {
        assertThat(places(false)).hasSize(8).isEqualTo(places(true));
    }

    private static List<String> places(boolean failover) {
        CoreScenario s = CoreScenario.started();
        s.submit(mib("m", 10_000), training("x"), cores("c", 4), mib("n", 14_000));
        s.submit(whole("w", 2), cores("d", 8), training("y"), mib("o", 5_000));
        if (failover) {
            s.failover();
        }
        s.node("a", cards(2, 16)).node("b", cards(2, 64)).node("c", cards(4, 32)).tick();
        return s.state().tasks().stream()
                .flatMap(task -> task.lastAttempt().stream())
                .map(attempt -> attempt.id().task() + attempt.nodeName() + attempt.devices())
                .toList();
    }

    private static NodeInventory cards(int count, int cores) {
        return inventory(gpus(count, CARD).devices(), cores, 128);
    }

    /** A whole card's memory and eight cores. */
    private static TaskSpec training(String name) {
        return task(name, new DeviceNeed.Shared(1, new MemoryAsk.Mib(CARD)), 8);
    }
}
