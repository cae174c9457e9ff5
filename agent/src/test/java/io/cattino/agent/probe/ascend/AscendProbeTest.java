package io.cattino.agent.probe.ascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cattino.agent.Waiting;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.DeviceProbe.Device;
import io.cattino.agent.probe.DeviceProbe.Sample;
import io.cattino.agent.probe.DeviceProbe.Squatter;
import io.cattino.agent.probe.DeviceProbe.Telemetry;
import io.cattino.agent.probe.DeviceProbe.Use;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class AscendProbeTest {

    private static final long ME = ProcessHandle.current().pid();
    private static final AttemptId ATTEMPT = new AttemptId(7, 1, 1);
    private static final Duration LONG = Duration.ofMinutes(1);

    /** As the fake program tells of all cards. */
    private static final Telemetry FARES =
            new Telemetry(
                    OptionalInt.of(0),
                    OptionalInt.of(46),
                    OptionalInt.of(92_600),
                    OptionalLong.empty(),
                    OptionalInt.empty());

    @TempDir private Path temporary;
    private final Map<Long, AttemptId> owners = new ConcurrentHashMap<>();
    private FakeNpuSmi fake;
    private DeviceProbe probe;

    @BeforeEach
    void prepare() {
        fake = new FakeNpuSmi(temporary);
    }

    private Optional<DeviceProbe> start(
            boolean had, String visible, Duration answer, Duration again) {
        Optional<DeviceProbe> started =
                AscendProbe.start(
                        new AscendProbe.Settings(
                                fake.program(), Optional.ofNullable(visible), answer, again),
                        "node",
                        had,
                        pid -> Optional.ofNullable(owners.get(pid)));
        probe = started.orElse(null);
        return started;
    }

    private DeviceProbe start() {
        return start(false, null, LONG, Duration.ZERO).orElseThrow();
    }

    private static Sample idle(int index) {
        return new Sample(index, 0, List.of(), false).with(FARES, "");
    }

    private List<Sample> sample() {
        return probe.sample(List.of());
    }

    @Test
    void takesForUsedWhatFirmwareDoesNotKeep() {
        fake.card(0, "OK", 3_401).card(1, "OK", 3_401 + 20_000).process(1, 5, 20_000);
        start();
        assertThat(probe.kind()).isEqualTo("ascend");
        assertThat(probe.inventory())
                .extracting(Device::index, Device::model, Device::totalMib, Device::pciBusId)
                .containsExactly(
                        tuple(0, "Ascend 910B3", 65_536L - 3_456, "0000:c0:00.0"),
                        tuple(1, "Ascend 910B3", 65_536L - 3_456, "0000:c1:00.0"));
        assertThat(probe.inventory()).extracting(Device::driver).containsOnly("24.1.rc3");
        assertThat(sample())
                .extracting(Sample::usedMib, Sample::unknown)
                .containsExactly(tuple(0L, false), tuple(20_000L - 55, false));
        assertThat(fake.calls()).containsOnly("info");
    }

    @Test
    void takesChipsOfOneCardForNearEachOther() {
        fake.card(0, "OK", 0).chip(1, 0, 0).chip(1, 1, 0);
        start();
        assertThat(probe.inventory())
                .extracting(Device::near)
                .containsExactly(List.of(), List.of(2), List.of(1));
    }

    @Test
    void doesNotTakeMemoryOfSomebodyForFirmware() {
        fake.card(0, "OK", 40_000);
        start();
        assertThat(probe.inventory()).extracting(Device::totalMib).containsExactly(57_344L);
        assertThat(sample()).extracting(Sample::usedMib).containsExactly(40_000L - 8_192);
    }

    @Test
    void tellsWhatIsUsedByAttemptsAndByOthers() {
        owners.put(1L, ATTEMPT);
        owners.put(2L, ATTEMPT);
        fake.card(4, "OK", 3_200).card(5, "OK", 3_200);
        start();
        fake.nothing()
                .card(4, "OK", 13_200)
                .card(5, "OK", 3_200)
                .process(4, 1, 5_000)
                .process(4, 2, 2_000)
                .process(4, ME, 3_000);
        List<Sample> samples = sample();
        assertThat(samples.get(0).usedMib()).isEqualTo(10_000);
        assertThat(samples.get(0).attempts()).containsExactly(new Use(ATTEMPT, 7_000));
        assertThat(samples.get(0).squatters())
                .extracting(Squatter::pid, Squatter::usedMib)
                .containsExactly(tuple(ME, 3_000L));
        assertThat(samples.get(1)).isEqualTo(idle(1));
    }

    @Test
    void honoursWhatItWasLeft() {
        fake.card(0, "OK", 0).card(1, "OK", 0).card(2, "OK", 0);
        start(false, "2,0,7,1", LONG, Duration.ZERO);
        assertThat(probe.inventory()).extracting(Device::index).containsExactly(0, 2);
    }

    @Test
    void isThereOnlyWhereThereAreCardsOrWere() {
        fake.does("echo 'dcmi module initialize failed. ret is -8005'; exit 255");
        assertThat(start(false, null, LONG, Duration.ZERO)).isEmpty();
        assertThat(start(true, null, LONG, Duration.ZERO)).isPresent();
        assertThat(probe.inventory()).isEmpty();
        assertThat(sample()).isEmpty();
        fake.does("cat \"${0%/*}/says\"").card(0, "OK", 0);
        assertThat(sample()).containsExactly(idle(0));
        assertThat(probe.inventory()).hasSize(1);
    }

    @Test
    void isNotThereWithoutItsProgram() {
        assertThat(
                        AscendProbe.start(
                                AscendProbe.Settings.of(
                                        temporary.resolve("none").toString(), Optional.empty()),
                                "node",
                                false,
                                _ -> Optional.empty()))
                .isEmpty();
    }

    @Test
    void isUnknownWhileTheProgramHangs() {
        fake.card(0, "OK", 0);
        start(false, null, Duration.ofSeconds(2), Duration.ZERO);
        Waiting.await().until(() -> !sample().isEmpty()); // at once, unless the machine is busy
        fake.does("sleep 1000");
        assertThat(sample()).containsExactly(new Sample(0, 0, List.of(), true));
        fake.does("cat \"${0%/*}/says\"");
        Waiting.await().until(() -> !sample().getFirst().unknown());
        assertThat(ProcessHandle.current().children().filter(AscendProbeTest::isFake)).isEmpty();
    }

    private static boolean isFake(ProcessHandle process) {
        return process.isAlive() && process.info().commandLine().orElse("").contains("npu-smi");
    }

    @Test
    void isThereIfTheProgramHangsAtTheStart() {
        fake.does("sleep 1000");
        assertThat(start(false, null, Duration.ofMillis(200), Duration.ZERO)).isPresent();
        assertThat(probe.inventory()).isEmpty();
    }

    @Test
    void asksOncePerPeriod() {
        fake.card(0, "OK", 0);
        start(false, null, LONG, LONG);
        fake.nothing().card(0, "OK", 5_000);
        assertThat(sample()).containsExactly(idle(0));
        assertThat(sample()).containsExactly(idle(0));
        assertThat(fake.calls()).hasSize(1);
    }

    @Test
    void isSickInACriticalState() {
        fake.card(0, "OK", 0).card(1, "OK", 0);
        start();
        fake.nothing().card(0, "Critical", 0).card(1, "Alarm", 0);
        assertThat(sample())
                .extracting(Sample::sickness)
                .containsExactly("npu-smi: its health is critical", "");
        fake.nothing().card(0, "OK", 0).card(1, "OK", 0);
        assertThat(sample()).extracting(Sample::sickness).containsOnly("");
    }

    @Test
    void tellsHowACardFares() {
        fake.card(0, "OK", 0);
        start();
        assertThat(sample().getFirst().telemetry()).isEqualTo(FARES);
    }

    @Test
    void isUnknownOnceItsIndexMeansAnother() {
        fake.card(0, "OK", 0).card(1, "OK", 0);
        start();
        fake.nothing().card(1, "OK", 0);
        assertThat(sample()).extracting(Sample::unknown).containsExactly(true, true);
    }
}
