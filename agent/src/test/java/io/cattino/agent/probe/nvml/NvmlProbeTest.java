package io.cattino.agent.probe.nvml;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cattino.agent.Waiting;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.DeviceProbe.Device;
import io.cattino.agent.probe.DeviceProbe.Sample;
import io.cattino.agent.probe.DeviceProbe.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Cards of a driver that does what the test says. */
@NullUnmarked
class NvmlProbeTest {

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final AttemptId A = new AttemptId(1, 1, 1);
    private static final AttemptId B = new AttemptId(2, 1, 1);
    private static final Map<Long, AttemptId> OWNERS = Map.of(10L, A, 11L, A, 20L, B);

    @TempDir private Path temporary;
    private FakeNvml fake;
    private DeviceProbe probe;

    @BeforeEach
    void installDriver() throws IOException {
        fake = FakeNvml.in(temporary).cards(8);
    }

    @AfterEach
    void close() {
        fake.unset("hang nvmlInit_v2").unset("hang nvmlDeviceGetMemoryInfo_v2");
        if (probe != null) {
            probe.close();
        }
    }

    private Optional<DeviceProbe> tryStart(
            Optional<String> visible, Duration start, Duration answer) {
        Optional<DeviceProbe> started =
                NvmlProbe.start(
                        new NvmlProbe.Settings(fake.library(), visible, start, answer, AT_ONCE),
                        false,
                        pid -> Optional.ofNullable(OWNERS.get(pid)));
        probe = started.orElse(null);
        return started;
    }

    private void start() {
        assertThat(tryStart(Optional.empty(), Waiting.LIMIT, Waiting.LIMIT)).isPresent();
    }

    private void startWith(String visible) {
        assertThat(tryStart(Optional.of(visible), Waiting.LIMIT, Waiting.LIMIT)).isPresent();
    }

    private List<Sample> sample() {
        return probe.sample(List.of());
    }

    private List<Integer> indices() {
        return probe.inventory().stream().map(Device::index).toList();
    }

    private List<Integer> known() {
        return sample().stream().filter(s -> !s.unknown()).map(Sample::index).toList();
    }

    private void awaitKnown(Integer... indices) {
        await().untilAsserted(() -> assertThat(known()).containsExactly(indices));
    }

    private static List<Integer> all() {
        return IntStream.range(0, 8).boxed().toList();
    }

    @Test
    void offersEachCardWithoutWhatTheDriverKeeps() {
        start();
        assertThat(probe.kind()).isEqualTo("cuda");
        assertThat(indices()).isEqualTo(all());
        assertThat(probe.inventory().get(7))
                .isEqualTo(
                        new Device(
                                7,
                                "GPU-70000000-aaaa-bbbb-cccc-000000000007",
                                "Fake H100 80GB",
                                "cuda",
                                81_408));
    }

    @Test
    void countsCardsAlongTheBus() {
        fake.set("card 0 pci", "1:2:0").set("card 3 pci", "0:2:1").set("card 5 pci", "0:2:0");
        start();
        assertThat(probe.inventory().stream().map(d -> d.uuid().substring(4, 5)).toList())
                .containsExactly("5", "3", "1", "2", "4", "6", "7", "0");
    }

    @Test
    void measuresWhatIsUsedNow() {
        start();
        assertThat(sample())
                .isEqualTo(all().stream().map(i -> new Sample(i, 0, List.of(), false)).toList());
        fake.memory(2, 81_920, 512, 20_000).set("card 6 memory", "1000 0 0 1");
        assertThat(sample().get(2)).isEqualTo(new Sample(2, 20_000, List.of(), false));
        assertThat(sample().get(6)).isEqualTo(new Sample(6, 1, List.of(), false));
    }

    @Test
    void tellsWhatEachAttemptUses() {
        start();
        fake.memory(1, 81_920, 512, 10_000)
                .process(1, "compute", 10, Long.toString(1000 * FakeNvml.MIB))
                .process(1, "compute", 11, Long.toString(500 * FakeNvml.MIB + 1))
                .process(1, "compute", 20, Long.toString(7 * FakeNvml.MIB - 1))
                .process(1, "compute", 30, Long.toString(4000 * FakeNvml.MIB))
                .process(2, "compute", 20, Long.toString(FakeNvml.MIB));
        List<Sample> samples = sample();
        assertThat(samples.get(1).usedMib()).isEqualTo(10_000);
        assertThat(samples.get(1).attempts()).containsExactly(new Use(A, 1500), new Use(B, 6));
        assertThat(samples.get(1).squatters())
                .singleElement()
                .satisfies(other -> {
                    assertThat(other.pid()).isEqualTo(30);
                    assertThat(other.usedMib()).isEqualTo(4000);
                });
        assertThat(samples.get(2).attempts()).containsExactly(new Use(B, 1));
        fake.noProcesses();
        assertThat(sample().get(1).attempts()).isEmpty();
    }

    @Test
    void countsAProcessThatComputesAndDrawsOnce() {
        start();
        fake.process(1, "compute", 10, Long.toString(100 * FakeNvml.MIB))
                .process(1, "graphics", 10, Long.toString(100 * FakeNvml.MIB))
                .process(1, "graphics", 11, Long.toString(20 * FakeNvml.MIB));
        assertThat(sample().get(1).attempts()).containsExactly(new Use(A, 120));
    }

    @Test
    void leavesToOthersWhatTheDriverDoesNotTell() {
        start();
        fake.memory(1, 81_920, 512, 10_000)
                .process(1, "compute", 10, "-")
                .process(1, "compute", 20, Long.toString(5 * FakeNvml.MIB));
        assertThat(sample().get(1)).isEqualTo(new Sample(1, 10_000, List.of(new Use(B, 5)), false));
        fake.set("return nvmlDeviceGetComputeRunningProcesses_v3", "3");
        assertThat(sample().get(1)).isEqualTo(new Sample(1, 10_000, List.of(), false));
    }

    @Test
    void isUnknownWhileACallHangsAndThenRecovers() {
        Duration answer = Duration.ofSeconds(1);
        assertThat(tryStart(Optional.empty(), Waiting.LIMIT, answer)).isPresent();
        awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
        fake.memory(0, 81_920, 512, 100).set("hang nvmlDeviceGetMemoryInfo_v2", "");
        assertThat(sample()).hasSize(8).allMatch(Sample::unknown);
        long before = System.nanoTime();
        assertThat(sample()).hasSize(8).allMatch(Sample::unknown);
        assertThat(System.nanoTime() - before).as("waited once").isLessThan(answer.toNanos());
        assertThat(probe.inventory()).hasSize(8);
        await().until(() -> threads() == 1);
        fake.unset("hang nvmlDeviceGetMemoryInfo_v2");
        awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
        await().untilAsserted(() -> assertThat(sample().getFirst().usedMib()).isEqualTo(100));
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("agent-nvml"))
                .count();
    }

    @Test
    void losesOneCardAndKeepsTheOthers() {
        start();
        fake.set("card 3 lost", "15");
        assertThat(known()).containsExactly(0, 1, 2, 4, 5, 6, 7);
        assertThat(sample().get(3)).isEqualTo(new Sample(3, 0, List.of(), true));
        assertThat(fake.calls("init")).isEqualTo(1);
        fake.unset("card 3 lost");
        assertThat(known()).isEqualTo(all());
    }

    @Test
    void keepsThePlaceOfACardThatIsLostFromTheStart() {
        fake.set("card 3 lost", "15");
        start();
        assertThat(indices()).containsExactly(0, 1, 2, 4, 5, 6, 7);
        assertThat(probe.inventory().get(3).uuid()).startsWith("GPU-4");
    }

    @Test
    void doesNotCountACardThatItMayNotUse() {
        fake.set("card 3 lost", "4");
        start();
        assertThat(indices()).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(probe.inventory().get(3).uuid()).startsWith("GPU-4");
    }

    @Test
    void opensTheLibraryAnewWhenItsDriverIsReloaded() {
        start();
        for (String code : List.of("9", "18", "1")) {
            long before = fake.calls("init");
            fake.set("return *", code);
            assertThat(sample()).hasSize(8).allMatch(Sample::unknown);
            fake.unset("return *");
            awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(fake.calls("init")).isGreaterThan(before);
        }
    }

    @Test
    void doesNotGiveAnIndexToAnotherCard() {
        start();
        fake.set("return *", "9");
        assertThat(sample()).allMatch(Sample::unknown);
        List<String> uuids = probe.inventory().stream().map(Device::uuid).toList();
        // Number 4 is gone, those behind it move up, and a new one is the last.
        fake.set("card 4 uuid", uuids.get(5))
                .set("card 5 uuid", uuids.get(6))
                .set("card 6 uuid", uuids.get(7))
                .set("card 7 uuid", "GPU-new")
                .set("card 3 mig", "1")
                .unset("return *");
        awaitKnown(0, 1, 2);
        assertThat(indices()).isEqualTo(all());
    }

    @Test
    void offersNoCardInMigMode() {
        fake.set("card 0 mig", "1").set("card 1 mig", "0");
        start();
        assertThat(indices()).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(known()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void offersWhatTheAgentWasLeft() {
        startWith("6,GPU-2,-1,3");
        assertThat(indices()).containsExactly(2, 6);
        assertThat(known()).containsExactly(2, 6);
    }

    @Test
    void offersNothingIfTheAgentWasLeftNothing() {
        startWith("");
        assertThat(probe.kind()).isEqualTo("cuda");
        assertThat(probe.inventory()).isEmpty();
        assertThat(sample()).isEmpty();
    }

    @Test
    void isNotThereWithoutLibraryDriverOrCard() {
        assertThat(
                        NvmlProbe.start(
                                new NvmlProbe.Settings(
                                        "libno-such-nvml.so.1",
                                        Optional.empty(),
                                        Waiting.LIMIT,
                                        Waiting.LIMIT,
                                        AT_ONCE),
                                false,
                                _ -> Optional.empty()))
                .isEmpty();
        fake.set("return nvmlInit_v2", "9");
        assertThat(tryStart(Optional.empty(), Waiting.LIMIT, Waiting.LIMIT)).isEmpty();
        fake.unset("return nvmlInit_v2").set("count", "0");
        assertThat(tryStart(Optional.empty(), Waiting.LIMIT, Waiting.LIMIT)).isEmpty();
    }

    @Test
    void offersNothingInPlaceOfCardsThatCannotBeCounted() {
        fake.set("return nvmlInit_v2", "18");
        start();
        assertThat(probe.inventory()).isEmpty();
        assertThat(sample()).isEmpty();
        fake.unset("return nvmlInit_v2");
        awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(indices()).isEqualTo(all());
    }

    @Test
    void startsWhileTheDriverHangs() {
        fake.set("hang nvmlInit_v2", "");
        assertThat(tryStart(Optional.empty(), Duration.ofMillis(50), Waiting.LIMIT)).isPresent();
        assertThat(probe.inventory()).isEmpty();
        assertThat(sample()).isEmpty();
        fake.unset("hang nvmlInit_v2");
        awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void saysOnceWhatIsWrongAndOnceThatItIsOver() {
        Logger logger = (Logger) LoggerFactory.getLogger(NvmlProbe.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        start();
        logger.addAppender(said);
        logger.setLevel(Level.INFO);
        try {
            fake.set("card 3 lost", "15");
            known();
            known();
            fake.set("return *", "9");
            known();
            known();
            known();
            fake.unset("return *").unset("card 3 lost");
            awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
            known();
        } finally {
            logger.setLevel(null);
            logger.detachAppender(said);
        }
        assertThat(said.list.stream().map(e -> e.getFormattedMessage().split("[ :]", -1)[0]))
                .containsExactlyInAnyOrder(
                        "device_unknown", "nvml_lost", "nvml_lost", "device_known", "nvml_back");
    }

    @Test
    void shutsTheLibraryDown() {
        start();
        probe.close();
        assertThat(fake.calls("shutdown")).isEqualTo(1);
        await().until(() -> threads() == 0); // its last steps come after its work
    }
}
