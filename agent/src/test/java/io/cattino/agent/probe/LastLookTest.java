package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.probe.DeviceProbe.Device;
import io.cattino.agent.probe.DeviceProbe.Running;
import io.cattino.agent.probe.DeviceProbe.Sample;
import io.cattino.agent.probe.DeviceProbe.Squatter;
import io.cattino.agent.probe.DeviceProbe.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LastLookTest {
    private static final long TOTAL = 24_576;
    private static final AttemptId ME = new AttemptId(1, 1, 1);
    private static final AttemptId OTHER = new AttemptId(2, 1, 1);

    private final List<Running> running = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private String kind = "cuda";
    private final LastLook look = new LastLook(new Shown(), () -> running);

    private final class Shown implements DeviceProbe {
        @Override
        public String kind() {
            return kind;
        }

        @Override
        public List<Device> inventory() {
            return List.of(
                    new Device(0, "a", "A", kind, TOTAL), new Device(1, "b", "B", kind, TOTAL));
        }

        @Override
        public List<Sample> sample(Collection<Running> asked) {
            assertThat(asked).extracting(Running::id).doesNotContain(ME);
            return samples;
        }
    }

    private Optional<String> missing(long... mib) {
        List<DevicePromise> promises = new ArrayList<>();
        for (int i = 0; i < mib.length; i++) {
            promises.add(new DevicePromise(i, mib[i]));
        }
        running.add(new Running(ME, promises, OptionalLong.empty()));
        return look.missing(ME, promises);
    }

    private void used(long first, long second) {
        samples.add(new Sample(0, first, List.of(), false));
        samples.add(new Sample(1, second, List.of(), false));
    }

    @Test
    void whatWasPromisedIsThere() {
        used(0, 14_576);
        assertThat(missing(TOTAL, 10_000)).isEmpty();
    }

    @Test
    void whatADriverKeepsForItselfIsNothing() {
        used(TOTAL / 50, 0);
        assertThat(missing(TOTAL)).isEmpty();
    }

    @Test
    void whoTookItIsNamed() {
        Squatter who = new Squatter(4711, "alice", "python3", Optional.empty(), 20_000);
        samples.add(new Sample(0, 20_000, List.of(), false, List.of(who)));
        assertThat(missing(10_000))
                .contains(
                        "10000 MiB were promised on device 0, 4576 MiB are left: PID 4711 of alice uses 20000 MiB.");
    }

    @Test
    void whatOthersWerePromisedAndDoNotUseYetIsTheirs() {
        running.add(
                new Running(OTHER, List.of(new DevicePromise(0, 12_000)), OptionalLong.empty()));
        samples.add(new Sample(0, 4_000, List.of(new Use(OTHER, 2_000)), false));
        assertThat(missing(13_000))
                .contains("13000 MiB were promised on device 0, 10576 MiB are left.");
    }

    @Test
    void whoTookMoreThanItWasPromisedLeavesLess() {
        running.add(new Running(OTHER, List.of(new DevicePromise(0, 1_000)), OptionalLong.empty()));
        samples.add(new Sample(0, 20_000, List.of(new Use(OTHER, 20_000)), false));
        assertThat(missing(10_000)).isPresent();
    }

    @Test
    void aDeviceThatCannotBeMeasuredIsNotStartedOn() {
        samples.add(new Sample(0, 0, List.of(), true));
        assertThat(missing(10)).contains("Device 0 cannot be measured.");
        samples.clear();
        assertThat(missing(10)).contains("Device 0 cannot be measured.");
    }

    @Test
    void aSickDeviceIsNotStartedOn() {
        samples.add(
                new Sample(0, 0, List.of(), false)
                        .with(DeviceProbe.Telemetry.NONE, "Xid 79: off the bus"));
        assertThat(missing(10)).contains("Device 0 is sick: Xid 79: off the bus.");
    }

    @Test
    void theMemoryOfAHostMovesAllTheTime() {
        kind = "host";
        used(TOTAL, TOTAL);
        assertThat(missing(10_000)).isEmpty();
    }

    @Test
    void aTaskWithoutDevicesNeedsNoLook() {
        assertThat(missing()).isEmpty();
    }
}
