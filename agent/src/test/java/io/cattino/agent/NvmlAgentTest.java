package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cattino.agent.probe.nvml.FakeNvml;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptUse;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.DeviceInventory;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent with real processes, on a driver and for a leader that do what the test says. */
@NullUnmarked
class NvmlAgentTest {

    private static final String LIBRARY = "cattino.nvml";

    /** Nobody else's: agents of one name take each other's attempts for their own. */
    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;
    private FakeNvml fake;
    private FakeLeader leader;
    private Agent agent;

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue(System.getenv("CUDA_VISIBLE_DEVICES") == null, "not all cards are visible");
        fake = FakeNvml.in(temporary).cards(2);
        leader = new FakeLeader();
    }

    @AfterEach
    void stop() {
        System.clearProperty(LIBRARY);
        if (agent != null) {
            agent.close();
        }
        if (leader != null) {
            leader.close();
        }
    }

    private void startAgent(String library) {
        System.setProperty(LIBRARY, library);
        agent =
                Agent.start(
                        AgentConfig.builder(
                                        List.of(leader.address()), name, temporary.resolve("agent"))
                                .build());
        leader.awaitSession();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .build());
    }

    private AttemptRef run(long task, String line) {
        AttemptRef ref = FakeLeader.ref(task, 1);
        leader.launch(
                FakeLeader.launch(ref, temporary.resolve("runs"), "sh", "-c", line)
                        .setContextId("c")
                        .build());
        return ref;
    }

    private List<DeviceInventory> devices() {
        return leader.hellos.getLast().getInventory().getDevicesList();
    }

    private void awaitSample(DeviceSample expected) {
        await().until(() ->
                leader.heartbeats.stream()
                        .anyMatch(beat -> beat.getDevicesList().contains(expected)));
    }

    @Test
    void tellsTheLeaderWhatAnAttemptUsesOfACard() throws IOException {
        startAgent(fake.library());
        assertThat(devices()).extracting(DeviceInventory::getKind).containsOnly("cuda").hasSize(2);
        awaitSample(DeviceSample.newBuilder().setIndex(0).build());
        Path child = temporary.resolve("child");
        AttemptRef ref =
                run(
                        8_101,
                        "echo $CUDA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER; sleep 1000 & echo $! >"
                                + " %1$s.next; mv %1$s.next %1$s; wait".formatted(child));
        leader.awaitStart(ref);
        await().until(() -> Files.exists(child));
        long pid = Long.parseLong(Files.readString(child).strip());
        fake.memory(0, 81_920, 512, 3_000)
                .process(0, "compute", pid, Long.toString(2_000 * FakeNvml.MIB))
                .process(0, "compute", ProcessHandle.current().pid(), "1048576");
        await().until(() ->
                leader.heartbeats.stream()
                        .flatMap(beat -> beat.getDevicesList().stream())
                        .anyMatch(sample -> isShared(sample, ref)));
        assertThat(temporary.resolve("runs/group/task-8101/stdout.log")).hasContent("0 PCI_BUS_ID");
        fake.set("card 0 lost", "15");
        awaitSample(
                DeviceSample.newBuilder()
                        .setIndex(0)
                        .setUnknown(true)
                        .setHealth("the driver has lost it (GPU_IS_LOST)")
                        .build());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(leader.awaitEnd(ref).getPeaksList())
                .containsExactly(DeviceShare.newBuilder().setIndex(0).setMib(2_000).build());
    }

    /** With the attempt, and with this very process, which is nobody's attempt. */
    private static boolean isShared(DeviceSample sample, AttemptRef ref) {
        AttemptUse use = AttemptUse.newBuilder().setRef(ref).setUsedMib(2_000).build();
        return sample.getUsedMib() == 3_000
                && sample.getAttemptsList().equals(List.of(use))
                && sample.getSquattersCount() == 1
                && sample.getSquatters(0).getPid() == ProcessHandle.current().pid()
                && sample.getSquatters(0).getCommand().equals("java")
                && sample.getSquatters(0).getUsedMib() == 1;
    }

    @Test
    void givesACardBackOnlyWhenTheDriverShowsItFree() throws IOException {
        startAgent(fake.library());
        awaitSample(DeviceSample.newBuilder().setIndex(0).build());
        Path child = temporary.resolve("child");
        AttemptRef ref =
                run(8_102, "echo $$ > %1$s.next; mv %1$s.next %1$s; sleep 1000".formatted(child));
        await().until(() -> Files.exists(child));
        long pid = Long.parseLong(Files.readString(child).strip());
        fake.memory(0, 81_920, 512, 2_600)
                .process(0, "compute", pid, Long.toString(2_000 * FakeNvml.MIB));
        AttemptUse use = AttemptUse.newBuilder().setRef(ref).setUsedMib(2_000).build();
        await().until(() ->
                leader.heartbeats.stream()
                        .flatMap(beat -> beat.getDevicesList().stream())
                        .anyMatch(sample -> sample.getAttemptsList().contains(use)));
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(137);
        // The process is gone, and the driver takes its time: it is asked again and again.
        fake.memory(0, 81_920, 512, 2_601);
        await().until(() ->
                leader.heartbeats.stream()
                        .flatMap(beat -> beat.getDevicesList().stream())
                        .anyMatch(sample ->
                                sample.getUsedMib() == 2_601
                                        && sample.getAttemptsList().contains(use)));
        assertThat(leader.find(ref, AttemptReport.EventCase.RELEASED)).isEmpty();
        fake.noProcesses().memory(0, 81_920, 512, 0);
        leader.awaitRelease(ref);
    }

    @Test
    void sharesTheMemoryOfAHostWithoutADriver() {
        startAgent("libno-such-nvml.so.1");
        assertThat(devices()).extracting(DeviceInventory::getKind).containsExactly("host");
    }

    @Test
    void offersNothingInPlaceOfCardsWhoseDriverIsNotUpYet() {
        startAgent(fake.library());
        assertThat(devices()).hasSize(2);
        agent.close();
        int before = leader.hellos.size();
        fake.set("return nvmlInit_v2", "9");
        startAgent(fake.library());
        await().until(() -> leader.hellos.size() > before);
        assertThat(devices()).isEmpty();
        fake.unset("return nvmlInit_v2");
        await().until(() -> devices().size() == 2);
        awaitSample(DeviceSample.newBuilder().setIndex(1).build());
    }

    @Test
    void aDegreeIsNoReasonForAHeartbeatAndMemoryIs() {
        leader.heartbeatMs = 600_000;
        fake.set("card 1 temperature", "40");
        startAgent(fake.library());
        awaitSample(DeviceSample.newBuilder().setIndex(1).setTemperatureCelsius(40).build());
        long looked = fake.calls("temperature");
        fake.set("card 1 temperature", "41");
        await().until(() -> fake.calls("temperature") >= looked + 6); // two whole looks at both
        fake.memory(1, 81_920, 512, 77);
        DeviceSample.Builder warmer =
                DeviceSample.newBuilder().setIndex(1).setTemperatureCelsius(41);
        awaitSample(warmer.clone().setUsedMib(77).build());
        assertThat(leader.heartbeats)
                .flatExtracting(Heartbeat::getDevicesList)
                .doesNotContain(warmer.build());
    }

    @Test
    void tellsTheLeaderHowACardFares() {
        fake.set("card 1 temperature", "40");
        startAgent(fake.library());
        awaitSample(DeviceSample.newBuilder().setIndex(1).setTemperatureCelsius(40).build());
        assertThat(devices().get(1).getDriver()).isEqualTo("570.86.15");
        assertThat(devices().get(1).getPciBusId()).isEqualTo("0000:11:00.0");
        fake.set("card 1 temperature", "41").set("card 1 power", "90000");
        awaitSample(
                DeviceSample.newBuilder()
                        .setIndex(1)
                        .setTemperatureCelsius(41)
                        .setPowerMilliwatts(90_000)
                        .build());
    }

    @Test
    void aCardWithAFatalXidIsSickUntilAnOperatorSaysThatItIsWell() throws IOException {
        fake.tellsOfXids(2);
        startAgent(fake.library());
        await().until(() -> fake.calls("register") == 2);
        awaitSample(DeviceSample.newBuilder().setIndex(1).build());
        fake.xid(1, 79);
        DeviceSample.Builder sick =
                DeviceSample.newBuilder()
                        .setIndex(1)
                        .setLastXid(79)
                        .setHealth("Xid 79: the GPU has fallen off the bus");
        awaitSample(sick.build());
        agent.close();
        startAgent(fake.library());
        awaitSample(sick.clone().clearLastXid().build());
        leader.heartbeats.clear();
        leader.useDevice(devices().get(1).getUuid());
        awaitSample(DeviceSample.newBuilder().setIndex(1).build());
        assertThat(temporary.resolve("agent/sick-cards")).content().doesNotContain("GPU-1");
    }

    @Test
    void theEndOfAnAttemptNamesTheXidOfItsCard() throws IOException {
        fake.tellsOfXids(2);
        startAgent(fake.library());
        awaitSample(DeviceSample.newBuilder().setIndex(1).build());
        await().until(() -> fake.calls("register") == 2);
        AttemptRef ref = FakeLeader.ref(8_102, 1);
        Path gate = temporary.resolve("gate");
        leader.launch(
                FakeLeader.launch(
                                ref,
                                temporary.resolve("runs"),
                                "sh",
                                "-c",
                                "until [ -e %s ]; do sleep 0.05; done; exit 134".formatted(gate))
                        .setContextId("c")
                        .addDevices(DeviceShare.newBuilder().setIndex(1).setMib(100))
                        .build());
        leader.awaitStart(ref);
        fake.xid(1, 79);
        String why = "Xid 79: the GPU has fallen off the bus";
        awaitSample(DeviceSample.newBuilder().setIndex(1).setLastXid(79).setHealth(why).build());
        Files.createFile(gate);
        AttemptEnded ended = leader.awaitEnd(ref);
        assertThat(ended.getExitCode()).isEqualTo(134);
        assertThat(ended.getReason().getText())
                .isEqualTo("Xid 79 on GPU 1: the GPU has fallen off the bus");
    }

    @Test
    void beatsOnWhileTheDriverHangs() {
        startAgent(fake.library());
        awaitSample(DeviceSample.newBuilder().setIndex(1).build());
        fake.set("hang nvmlDeviceGetMemoryInfo_v2", "");
        try {
            int before = leader.heartbeats.size();
            awaitSample(DeviceSample.newBuilder().setIndex(1).setUnknown(true).build());
            assertThat(leader.heartbeats.size()).isGreaterThan(before + 1);
        } finally {
            fake.unset("hang nvmlDeviceGetMemoryInfo_v2");
        }
        fake.memory(1, 81_920, 512, 77);
        awaitSample(DeviceSample.newBuilder().setIndex(1).setUsedMib(77).build());
    }
}
