package io.cattino.agent.probe.nvml;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cattino.agent.Waiting;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.DeviceProbe.Device;
import io.cattino.agent.probe.DeviceProbe.Sample;
import io.cattino.agent.probe.DeviceProbe.Telemetry;
import io.cattino.agent.probe.DeviceProbe.Use;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private XidTable xids = XidTable.DEFAULT;
    private FakeNvml fake;
    private DeviceProbe probe;

    @BeforeEach
    void installDriver() throws IOException {
        fake = FakeNvml.in(temporary).cards(8);
    }

    @AfterEach
    void close() {
        fake.unset("hang nvmlInit_v2")
                .unset("hang nvmlDeviceGetMemoryInfo_v2")
                .unset("hang nvmlEventSetWait_v2");
        if (probe != null) {
            probe.close();
        }
    }

    private Optional<DeviceProbe> tryStart(
            Optional<String> visible, Duration start, Duration answer) {
        Optional<DeviceProbe> started =
                NvmlProbe.start(
                        new NvmlProbe.Settings(
                                fake.library(), visible, start, answer, AT_ONCE, temporary),
                        false,
                        pid -> Optional.ofNullable(OWNERS.get(pid)),
                        sickCards("boot"),
                        (device, why, kill) -> failed.add((kill ? "kill " : "") + why));
        probe = started.orElse(null);
        return started;
    }

    private SickCards sickCards(String boot) {
        try {
            return new SickCards(temporary.resolve("sick-cards"), xids, boot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
                                81_408,
                                "570.86.15",
                                "0000:17:00.0",
                                OptionalInt.empty(),
                                List.of()));
    }

    @Test
    void tellsWhereACardIs() throws IOException {
        fake.set("card 1 pci", "1:3b:0").set("card 2 pci", "0:af:1f");
        numaNode("0001:3b:00.0", "1\n");
        numaNode("0000:af:1f.0", "0\n");
        numaNode("0000:10:00.0", "-1\n");
        numaNode("0000:13:00.0", "what?\n");
        start();
        assertThat(probe.inventory())
                .extracting(Device::uuid, Device::pciBusId, Device::numaNode)
                .contains(
                        tuple(uuid(1), "0001:3b:00.0", OptionalInt.of(1)),
                        tuple(uuid(2), "0000:af:1f.0", OptionalInt.of(0)),
                        tuple(uuid(0), "0000:10:00.0", OptionalInt.empty()),
                        tuple(uuid(3), "0000:13:00.0", OptionalInt.empty()),
                        tuple(uuid(4), "0000:14:00.0", OptionalInt.empty()));
    }

    @Test
    void tellsWhichCardsReachEachOtherFast() {
        fake.set("card 0 nvlink 1", "").set("card 1 nvlink 0", "");
        fake.set("card 2 ancestor 3", "20").set("card 3 ancestor 2", "20");
        fake.set("card 4 ancestor 5", "30").set("card 5 ancestor 4", "30");
        start();
        assertThat(probe.inventory())
                .extracting(Device::near)
                .startsWith(List.of(1), List.of(0), List.of(3), List.of(2), List.of(), List.of());
    }

    @Test
    void offersCardsWhoseDriverDoesNotTellOfLinks() {
        fake.set("return nvmlDeviceGetP2PStatus", "3");
        fake.set("return nvmlDeviceGetTopologyCommonAncestor", "999");
        start();
        assertThat(probe.inventory()).hasSize(8).extracting(Device::near).containsOnly(List.of());
    }

    private static String uuid(int card) {
        return "GPU-" + card + "0000000-aaaa-bbbb-cccc-00000000000" + card;
    }

    private void numaNode(String address, String text) throws IOException {
        Path directory = Files.createDirectories(temporary.resolve(address));
        Files.writeString(directory.resolve("numa_node"), text);
    }

    @Test
    void offersACardWhoseDriverDoesNotTellItsVersion() {
        fake.unset("driver");
        start();
        assertThat(probe.inventory()).hasSize(8).allMatch(device -> device.driver().isEmpty());
    }

    @Test
    void tellsTheVersionOfTheDriverThatIsLoadedNow() {
        start();
        fake.set("return *", "9");
        assertThat(sample()).allMatch(Sample::unknown);
        fake.set("driver", "580.1").unset("return *");
        awaitKnown(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(probe.inventory()).extracting(Device::driver).containsOnly("580.1");
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
    void tellsHowACardFares() {
        start();
        fake.set("card 2 utilization", "97 40")
                .set("card 2 temperature", "61")
                .set("card 2 power", "301234")
                .set("card 2 ecc", "5 2 7 9")
                .set("card 3 temperature", "33");
        assertThat(sample().get(2).telemetry())
                .isEqualTo(
                        new Telemetry(
                                OptionalInt.of(97),
                                OptionalInt.of(61),
                                OptionalInt.of(301_234),
                                OptionalLong.of(2),
                                OptionalInt.empty()));
        assertThat(sample().get(3).telemetry().temperatureCelsius()).hasValue(33);
        assertThat(sample().get(3).telemetry().eccUncorrected()).isEmpty();
        assertThat(sample().get(4)).isEqualTo(new Sample(4, 0, List.of(), false));
        fake.set("return nvmlDeviceGetPowerUsage", "999");
        assertThat(sample().get(2).unknown()).isFalse();
        assertThat(sample().get(2).telemetry().powerMilliwatts()).isEmpty();
        fake.set("return nvmlDeviceGetPowerUsage", "15");
        assertThat(sample().get(2).sickness()).contains("GPU_IS_LOST");
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
        startAndHear();
        long before = fake.calls("init");
        fake.set("card 3 lost", "15");
        assertThat(known()).containsExactly(0, 1, 2, 4, 5, 6, 7);
        assertThat(sample().get(3))
                .isEqualTo(
                        new Sample(3, 0, List.of(), true)
                                .with(Telemetry.NONE, "the driver has lost it (GPU_IS_LOST)"));
        fake.set("card 3 lost", "16");
        assertThat(sample().get(3).sickness()).isEqualTo("it has to be reset (RESET_REQUIRED)");
        fake.set("card 3 lost", "999");
        assertThat(sample().get(3)).isEqualTo(new Sample(3, 0, List.of(), true));
        assertThat(fake.calls("init")).isEqualTo(before);
        fake.unset("card 3 lost");
        assertThat(known()).isEqualTo(all());
    }

    private void startAndHear() {
        fake.tellsOfXids(8);
        start();
        assertThat(sample()).as("from then on it hears").hasSize(8);
        await().until(() -> fake.calls("register") == 8);
    }

    private void awaitSickness(int card, String sickness) {
        await().untilAsserted(() -> assertThat(sample().get(card).sickness()).isEqualTo(sickness));
    }

    @Test
    void hearsOfXids() {
        startAndHear();
        fake.xid(2, 31).xid(5, 79);
        awaitSickness(5, "Xid 79: the GPU has fallen off the bus");
        List<Sample> samples = sample();
        assertThat(samples).noneMatch(Sample::unknown);
        assertThat(samples.get(5).telemetry().lastXid()).hasValue(79);
        assertThat(samples.get(2).sickness()).isEmpty();
        assertThat(samples.get(2).telemetry().lastXid()).hasValue(31);
        assertThat(samples.get(3).telemetry().lastXid()).isEmpty();
        fake.set("card 5 lost", "15");
        assertThat(sample().get(5).unknown()).isTrue();
        assertThat(sample().get(5).sickness()).startsWith("Xid 79");
        fake.set("return *", "9");
        assertThat(sample().get(5).sickness()).startsWith("Xid 79");
    }

    @Test
    void theNextAgentKnowsWhichCardsAreSickAndWhenTheyWereReset() {
        fake.set("card 4 energy", "70000");
        startAndHear();
        assertThat(sample()).noneMatch(Sample::unknown);
        fake.xid(4, 95);
        awaitSickness(4, "Xid 95: a memory error not contained");
        probe.close();
        start();
        awaitSickness(4, "Xid 95: a memory error not contained");
        probe.close();
        fake.set("card 4 energy", "12");
        start();
        awaitSickness(4, "");
    }

    @Test
    void tellsOfACardOnWhichNothingIsToGoOn() {
        xids = XidTable.parse("13=fail");
        startAndHear();
        fake.xid(1, 31).xid(6, 13).xid(6, 79);
        awaitSickness(6, "Xid 79: the GPU has fallen off the bus");
        assertThat(failed)
                .containsExactly(
                        "kill Xid 13 on GPU 6: an exception of the graphics engine",
                        "Xid 79 on GPU 6: the GPU has fallen off the bus");
    }

    @Test
    void hearsOfXidsAgainWhenTheDriverIsBack() {
        startAndHear();
        fake.set("return *", "9");
        await().until(() -> fake.calls("shutdown") >= 1 || fake.calls("init") > 2);
        fake.unset("return *");
        await().until(() -> fake.calls("register") >= 16);
        fake.xid(1, 119);
        awaitSickness(1, "Xid 119: its GSP does not answer");
    }

    @Test
    void measuresOnAndClosesWhileTheDriverHoldsWhoWaitsForXids() {
        fake.set("hang nvmlEventSetWait_v2", "");
        startAndHear();
        fake.memory(2, 81_920, 512, 20_000);
        await().untilAsserted(() -> assertThat(sample().get(2).usedMib()).isEqualTo(20_000));
        assertThat(known()).isEqualTo(all());
        probe.close();
    }

    @Test
    void measuresCardsThatDoNotTellOfXids() {
        start();
        assertThat(known()).isEqualTo(all());
        fake.tellsOfXids(1);
        await().until(() -> fake.calls("register") == 1);
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
                                        AT_ONCE,
                                        temporary),
                                false,
                                _ -> Optional.empty(),
                                sickCards("boot"),
                                (_, _, _) -> {}))
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
        startAndHear();
        assertThat(fake.calls("init")).as("the probe's and the watch's").isEqualTo(2);
        probe.close();
        assertThat(fake.calls("shutdown")).isEqualTo(2);
        assertThat(fake.calls("free")).isEqualTo(1);
        await().until(() -> threads() == 0); // its last steps come after its work
    }
}
