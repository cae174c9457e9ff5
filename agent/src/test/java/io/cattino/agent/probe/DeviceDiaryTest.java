package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.Shortage;
import io.cattino.agent.probe.DeviceProbe.Device;
import io.cattino.agent.probe.DeviceProbe.Running;
import io.cattino.agent.probe.DeviceProbe.Sample;
import io.cattino.agent.probe.DeviceProbe.Squatter;
import io.cattino.agent.probe.DeviceProbe.Use;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeviceDiaryTest {
    private static final AttemptId OURS = new AttemptId(1, 1, 1);
    private static final AttemptId OTHER = new AttemptId(2, 1, 1);
    private static final List<Device> CARDS =
            List.of(
                    new Device(0, "GPU-0", "A", "cuda", 24_000),
                    new Device(1, "GPU-1", "A", "cuda", 24_000));

    private final DeviceDiary diary = new DeviceDiary();

    private static Running attempt(AttemptId id, DevicePromise... promises) {
        return new Running(id, List.of(promises), OptionalLong.empty());
    }

    private void note(List<Running> running, Sample... samples) {
        diary.note(CARDS, List.of(samples), running, 3);
    }

    @Test
    void whatOthersLeftCountsAtItsLeastAndWhoGrewIsRemembered() {
        List<Running> both =
                List.of(
                        attempt(OURS, new DevicePromise(0, 8_000)),
                        attempt(OTHER, new DevicePromise(0, 10_000)));
        note(
                both,
                new Sample(
                        0, 12_000, List.of(new Use(OURS, 2_000), new Use(OTHER, 10_000)), false));
        note(
                both,
                new Sample(
                        0, 23_900, List.of(new Use(OURS, 2_900), new Use(OTHER, 21_000)), false));
        note(List.of(both.getFirst()), new Sample(0, 0, List.of(), false)); // it died of it, too
        assertThat(diary.shortage(OURS))
                .isEqualTo(
                        new Shortage(
                                Shortage.Memory.DEVICE,
                                Optional.of(new DevicePromise(0, 8_000)),
                                OptionalLong.of(3_000),
                                Optional.of(new Shortage.Neighbour(OTHER, 21_000)),
                                Optional.empty()));
    }

    @Test
    void theDeviceWhereMostWasLackingIsTheOneAndItsSquatterIsNamed() {
        Squatter python = new Squatter(4711, "carl", "python3", Optional.empty(), 20_000);
        note(
                List.of(attempt(OURS, new DevicePromise(0, 8_000), new DevicePromise(1, 8_000))),
                new Sample(0, 1_000, List.of(new Use(OURS, 1_000)), false),
                new Sample(1, 20_500, List.of(new Use(OURS, 500)), false, List.of(python)));
        assertThat(diary.shortage(OURS))
                .isEqualTo(
                        new Shortage(
                                Shortage.Memory.DEVICE,
                                Optional.of(new DevicePromise(1, 8_000)),
                                OptionalLong.of(4_000),
                                Optional.empty(),
                                Optional.of(
                                        new Shortage.Squatter(4711, "carl", "python3", 20_000))));
    }

    @Test
    void whoKeepsToItsPromiseIsNotBlamed() {
        List<Running> both =
                List.of(
                        attempt(OURS, new DevicePromise(0, 8_000)),
                        attempt(OTHER, new DevicePromise(0, 16_000)));
        note(
                both,
                new Sample(
                        0, 24_000, List.of(new Use(OURS, 8_000), new Use(OTHER, 16_000)), false));
        Shortage shortage = diary.shortage(OURS);
        assertThat(shortage.leftMib()).hasValue(8_000);
        assertThat(shortage.neighbour()).isEmpty();
    }

    @Test
    void whatWasNotSeenIsNotKnown() {
        Shortage unknown = Shortage.of(Shortage.Memory.DEVICE);
        assertThat(diary.shortage(OURS)).isEqualTo(unknown);
        note(
                List.of(attempt(OURS, new DevicePromise(0, 8_000))),
                new Sample(0, 0, List.of(), true));
        assertThat(diary.shortage(OURS)).isEqualTo(unknown);
        note(
                List.of(attempt(OTHER, new DevicePromise(0, 8_000))),
                new Sample(0, 0, List.of(), false));
        assertThat(diary.shortage(new AttemptId(9, 1, 1))).isEqualTo(unknown);
    }

    @Test
    void whoIsOverBeforeTheNextLookIsJudgedByTheLastOne() {
        diary.arrives(OURS, List.of(new DevicePromise(0, 8_000)));
        note(
                List.of(attempt(OTHER, new DevicePromise(0, 10_000))),
                new Sample(0, 20_000, List.of(new Use(OTHER, 20_000)), false));
        Shortage shortage = diary.shortage(OURS);
        assertThat(shortage.promised()).contains(new DevicePromise(0, 8_000));
        assertThat(shortage.leftMib()).hasValue(4_000);
        assertThat(shortage.neighbour()).contains(new Shortage.Neighbour(OTHER, 20_000));
    }

    @Test
    void whoWasThereBeforeIsNotToBlame() {
        note(
                List.of(attempt(OTHER, new DevicePromise(0, 24_000))),
                new Sample(0, 24_000, List.of(new Use(OTHER, 24_000)), false));
        note(
                List.of(attempt(OURS, new DevicePromise(0, 8_000))),
                new Sample(0, 500, List.of(new Use(OURS, 500)), false));
        assertThat(diary.shortage(OURS).leftMib()).hasValue(24_000);
    }

    @Test
    void aKillOfTheKernelsIsSeenByItsCounter() {
        assertThat(diary.sawOomKill(4)).isFalse();
        note(List.of());
        assertThat(diary.sawOomKill(3)).isFalse();
        assertThat(diary.sawOomKill(4)).isTrue();
    }
}
