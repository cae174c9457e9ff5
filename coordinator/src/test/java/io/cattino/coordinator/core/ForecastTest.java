package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.edge;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.mib;
import static io.cattino.coordinator.core.Specs.submission;
import static io.cattino.coordinator.core.Specs.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Explanation.Suggestion;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.ReasonCode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is said of tasks before they are placed, and what would help those that cannot be. */
class ForecastTest {
    private final CoreScenario s = CoreScenario.with(gpus(2, 24_576));

    private List<Prospect> prospects(Specs.Submitting submitting) {
        return ((Outlook.Accepted) s.outlook(submitting)).prospects();
    }

    private static Prospect on(DeviceShare... devices) {
        return new Prospect("n1", List.of(devices), Reason.NONE);
    }

    @Test
    void tellsWhereEachTaskWouldStartAndWhyTheOthersWait() {
        Specs.Submitting asked =
                submission(
                                mib("a", 1, 20_000),
                                mib("b", 1, 20_000),
                                mib("c", 1, 20_000),
                                cpu("held"),
                                cpu("after"))
                        .edges(edge("a", "after"))
                        .held(3);
        List<Prospect> told = prospects(asked);
        assertThat(told.subList(0, 2))
                .containsExactly(on(new DeviceShare(0, 20_000)), on(new DeviceShare(1, 20_000)));
        assertThat(told.get(2).reason().text())
                .isEqualTo("n1: 4576M free on device 0, 20000M asked; 0 of 1 devices have enough");
        assertThat(told.get(3).reason()).isEqualTo(new Reason(ReasonCode.HELD, "held"));
        assertThat(told.get(4).reason()).isEqualTo(new Reason(ReasonCode.DEPENDENCY, "after a"));
        s.forgetTrace().submit(asked).tick();
        s.expect(
                "Submitted a, b, c, held, after",
                "Held held",
                "Placed a.1 on n1 0:20000",
                "Placed b.1 on n1 1:20000",
                "-> Launch a.1 on n1 0:20000",
                "-> Launch b.1 on n1 1:20000");
        assertThat(s.reason("c").text()).isEqualTo(told.get(2).reason().text());
    }

    @Test
    void whoWaitsAlreadyComesFirst() {
        s.submit(whole("waiting", 2));
        assertThat(prospects(submission(mib("a", 1, 1_000))))
                .extracting(p -> p.reason().code())
                .containsExactly(ReasonCode.MEMORY);
        assertThat(prospects(submission(mib("a", 1, 1_000).withPriority(9))))
                .containsExactly(on(new DeviceShare(0, 1_000)));
    }

    @Test
    void storedTasksAreToldBeforeTheirFirstLookAndAfterIt() {
        s.submit(mib("a", 1, 20_000), whole("b", 2));
        List<Prospect> before = prospects("a", "b");
        assertThat(before.getFirst()).isEqualTo(on(new DeviceShare(0, 20_000)));
        s.tick();
        assertThat(prospects("a", "b")).isEqualTo(before);
    }

    private List<Prospect> prospects(String... names) {
        return s.core().prospects(Stream.of(names).map(s::task).toList());
    }

    @Test
    void namesAndRefusalsAreThoseOfTheRealThing() {
        s.submit(cpu("a"));
        assertThat(s.outlook(submission(cpu("a")).override(OverrideMode.RENAME)))
                .isInstanceOfSatisfying(
                        Outlook.Accepted.class,
                        outlook -> assertThat(outlook.names()).containsExactly("a_1"));
        assertThat(s.outlook(submission(cpu("a")).override(OverrideMode.FORBID)))
                .isInstanceOfSatisfying(
                        Outlook.Refused.class,
                        refused ->
                                assertThat(refused.rejection())
                                        .isInstanceOf(Rejection.NameExists.class));
        assertThat(s.outlook(submission(whole("w", 3)))).isInstanceOf(Outlook.Refused.class);
    }

    @Test
    void asMuchAsThereIsRoomForNowIsSuggested() {
        s.submit(mib("a", 1, 20_000)).tick().submit(mib("b", 2, 10_000), whole("c", 2)).tick();
        Suggestion both = new Suggestion(new DeviceNeed.Shared(2, new MemoryAsk.Mib(4_576)), "n1");
        assertThat(s.core().explain(s.task("b")).suggestion()).contains(both);
        assertThat(s.core().explain(s.task("c")).suggestion()).contains(both);
        s.set("b", new Input.Attribute.Devices(both.devices())).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
        s.submit(cpu("d"));
        assertThat(s.core().explain(s.task("d")).suggestion()).isEmpty();
    }

    @Test
    void whatNeverFitsKeepsItsNumbersOnceItIsQueued() {
        s.submit(submission(mib("big", 1, 90_000)).unfit()).tick();
        assertThat(s.reason("big").code()).isEqualTo(ReasonCode.NEVER_FITS);
        assertThat(s.reason("big").text())
                .isEqualTo(
                        "never fits: 1 device × 90000 MiB asked, the largest device is fake card"
                                + " with 24576 MiB (n1), no node has more than 2");
        Explanation explanation = s.core().explain(s.task("big"));
        assertThat(explanation.reason()).isEqualTo(s.reason("big"));
        assertThat(explanation.vetoes())
                .containsExactly(
                        new Veto(
                                ReasonCode.NEVER_FITS,
                                "n1",
                                0,
                                1,
                                "even when empty, 0 of its 2 devices are large enough, 1 asked"));
    }
}
