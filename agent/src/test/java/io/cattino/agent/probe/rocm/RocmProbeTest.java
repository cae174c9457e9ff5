package io.cattino.agent.probe.rocm;

import static io.cattino.agent.probe.rocm.FakeSys.MIB;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class RocmProbeTest {

    private static final long ME = ProcessHandle.current().pid();
    private static final AttemptId ATTEMPT = new AttemptId(7, 1, 1);

    /** As the decimal number of the topology, and as ROCm writes it. */
    private static final long UNIQUE = 5752170827923136638L;

    private static final String UUID = "GPU-4fd3d0e445b9207e";

    @TempDir private Path root;
    private final Map<Long, AttemptId> owners = new ConcurrentHashMap<>();
    private FakeSys sys;
    private DeviceProbe probe;

    @BeforeEach
    void prepare() {
        sys = new FakeSys(root);
    }

    @AfterEach
    void stop() {
        if (probe != null) {
            probe.close();
        }
    }

    private Optional<DeviceProbe> start(boolean had, Optional<String> visible, Duration answer) {
        Optional<DeviceProbe> started =
                RocmProbe.start(
                        new RocmProbe.Settings(root, visible, answer),
                        "node",
                        had,
                        pid -> Optional.ofNullable(owners.get(pid)));
        probe = started.orElse(null);
        return started;
    }

    private DeviceProbe start(String... visible) {
        return start(false, Optional.of(visible).filter(it -> it.length > 0).map(it -> it[0]))
                .orElseThrow();
    }

    private Optional<DeviceProbe> start(boolean had, Optional<String> visible) {
        return start(had, visible, Duration.ofSeconds(60));
    }

    private List<Sample> sample() {
        return probe.sample(List.of());
    }

    @Test
    void tellsOfTheCardsInTheOrderOfTheTopology() {
        sys.driver("6.10.5").card(10, 4711, 3).card(2, 51_020, UNIQUE);
        sys.set(2, "product_name", "AMD Instinct MI210").set(2, "numa_node", "1");
        start();
        assertThat(probe.kind()).isEqualTo("rocm");
        assertThat(probe.inventory())
                .containsExactly(
                        new Device(
                                0,
                                UUID,
                                "AMD Instinct MI210",
                                "rocm",
                                65_520,
                                "6.10.5",
                                "0000:42:00.0",
                                OptionalInt.of(1),
                                List.of()),
                        new Device(
                                1,
                                "GPU-0000000000000003",
                                "AMD gfx90a",
                                "rocm",
                                65_520,
                                "6.10.5",
                                "0000:4a:00.0",
                                OptionalInt.empty(),
                                List.of()));
    }

    @Test
    void isThereOnlyWhereThereAreCardsOrWere() {
        assertThat(start(false, Optional.empty())).isEmpty();
        assertThat(start(true, Optional.empty())).isPresent();
        assertThat(probe.inventory()).isEmpty();
        assertThat(sample()).isEmpty();
        sys.card(2, 51_020, UNIQUE);
        assertThat(sample()).isEqualTo(List.of(new Sample(0, 0, List.of(), false)));
        assertThat(probe.inventory()).extracting(Device::uuid).containsExactly(UUID);
    }

    @Test
    void offersNoGraphicsOfAProcessor() {
        sys.card(2, 51_020, 0).set(2, "mem_info_vram_total", Long.toString(512 * MIB));
        assertThat(start(false, Optional.empty())).isEmpty();
        sys.card(3, 4711, UNIQUE);
        start();
        assertThat(probe.inventory()).extracting(Device::index).containsExactly(1); // it counts
    }

    @Test
    void tellsWhatIsUsedByAttemptsAndByOthers() {
        sys.card(2, 51_020, UNIQUE).card(3, 4711, 2);
        owners.put(1L, ATTEMPT);
        owners.put(2L, ATTEMPT);
        sys.set(2, "mem_info_vram_used", Long.toString(3_000 * MIB + 1));
        sys.process(1, 51_020, 1_000 * MIB)
                .process(2, 51_020, 500 * MIB + 7)
                .process(ME, 51_020, 20 * MIB)
                .process(1, 4711, 0)
                .process(ME, 4711, 0);
        start();
        List<Sample> samples = sample();
        assertThat(samples.get(0).usedMib()).isEqualTo(3_001);
        assertThat(samples.get(0).attempts()).containsExactly(new Use(ATTEMPT, 1_500));
        assertThat(samples.get(0).squatters())
                .extracting(Squatter::pid, Squatter::usedMib)
                .containsExactly(tuple(ME, 20L));
        assertThat(samples.get(1)).isEqualTo(new Sample(1, 0, List.of(), false));
    }

    @Test
    void tellsHowACardFares() {
        sys.card(2, 51_020, UNIQUE)
                .set(2, "gpu_busy_percent", "97")
                .set(2, "hwmon/hwmon4/temp1_input", "61000")
                .set(2, "hwmon/hwmon4/power1_average", "240500000");
        start();
        assertThat(sample().getFirst().telemetry())
                .isEqualTo(
                        new Telemetry(
                                OptionalInt.of(97),
                                OptionalInt.of(61),
                                OptionalInt.of(240_500),
                                OptionalLong.empty(),
                                OptionalInt.empty()));
    }

    @Test
    void tellsWhichCardsReachEachOtherFast() {
        String port = "devices/pci0000:40/0000:40:01.1/";
        sys.card(2, 51_020, 1).behind(2, port + "0000:41:00.0/0000:42:00.0/0000:43:00.0");
        sys.card(3, 4711, 2).behind(3, "devices/pci0000:40/0000:40:02.1/0000:44:00.0");
        sys.card(4, 4712, 3).behind(4, port + "0000:41:00.0/0000:42:01.0/0000:45:00.0");
        sys.card(5, 4713, 4).behind(5, "devices/pci0000:40/0000:46:00.0");
        sys.card(6, 4714, 5).behind(6, "devices/pci0000:40/0000:47:00.0");
        sys.card(7, 4715, 6).hive(7, 77);
        sys.card(8, 4716, 7).hive(8, 77);
        start();
        assertThat(probe.inventory())
                .extracting(Device::near)
                .containsExactly(
                        List.of(2),
                        List.of(),
                        List.of(0),
                        List.of(),
                        List.of(),
                        List.of(6),
                        List.of(5));
    }

    @Test
    void honoursWhatItWasLeft() {
        sys.card(2, 51_020, UNIQUE).card(3, 4711, 2).card(4, 4712, 3);
        start("2," + UUID.substring(0, 12) + ",-1,1");
        assertThat(probe.inventory()).extracting(Device::index).containsExactly(0, 2);
        probe.close();
        start("");
        assertThat(probe.inventory()).isEmpty(); // and not the host's memory in their place
    }

    @Test
    void offersNoCardOfWhoseMemoryNothingIsTold() {
        sys.card(2, 51_020, UNIQUE).remove(2, "mem_info_vram_total").card(3, 4711, 2);
        start();
        assertThat(probe.inventory()).extracting(Device::index).containsExactly(1);
    }

    @Test
    void doesNotCountWhatThisProcessMayNotUse() {
        sys.card(2, 51_020, UNIQUE).card(3, 4711, 2).removeNode(2);
        start();
        assertThat(probe.inventory())
                .extracting(Device::index, Device::uuid)
                .containsExactly(tuple(0, "GPU-0000000000000002"));
    }

    @Test
    void givesACardWithoutAnIdOneThatIsStable() {
        sys.card(2, 51_020, 0).card(3, 4711, 0);
        List<Device> first = start().inventory();
        probe.close();
        assertThat(first).extracting(Device::uuid).doesNotHaveDuplicates();
        assertThat(start().inventory()).isEqualTo(first);
        probe.close();
        sys.set(2, "unique_id", "4fd3d0e445b9207e");
        assertThat(start().inventory()).extracting(Device::uuid).contains(UUID);
    }

    @Test
    void isUnknownWhileADriverDoesNotTell() {
        sys.card(2, 51_020, UNIQUE).card(3, 4711, 2);
        start();
        sys.set(2, "mem_info_vram_used", "");
        assertThat(sample()).extracting(Sample::unknown).containsExactly(true, false);
        sys.set(2, "mem_info_vram_used", "1048576");
        assertThat(sample()).extracting(Sample::unknown).containsExactly(false, false);
    }

    @Test
    void isUnknownOnceItsIndexMeansAnother() {
        sys.card(2, 51_020, UNIQUE).card(3, 4711, 2);
        start();
        sys.removeNode(2);
        assertThat(sample()).extracting(Sample::unknown).containsExactly(true, true);
        sys.card(2, 51_020, UNIQUE);
        assertThat(sample()).extracting(Sample::unknown).containsExactly(false, false);
    }

    @Test
    void waitsForABoundedTimeForADriverThatHangs() throws IOException, InterruptedException {
        sys.card(2, 51_020, UNIQUE);
        assertThat(start(false, Optional.empty(), Duration.ofMillis(500))).isPresent();
        Waiting.await().until(() -> !sample().isEmpty()); // at once, unless the machine is busy
        Path used = root.resolve("class/drm/renderD128/device/mem_info_vram_used");
        Files.delete(used);
        Process pipe = new ProcessBuilder("mkfifo", used.toString()).start();
        assertThat(pipe.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(sample()).containsExactly(new Sample(0, 0, List.of(), true));
        assertThat(sample()).containsExactly(new Sample(0, 0, List.of(), true));
        Files.writeString(used, "1048576\n"); // returns when it was read
        Files.delete(used);
        sys.set(2, "mem_info_vram_used", "2097152");
        Waiting.await().until(() -> sample().equals(List.of(new Sample(0, 2, List.of(), false))));
    }
}
