package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cattino.agent.probe.ascend.FakeNpuSmi;
import io.cattino.agent.probe.rocm.FakeSys;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptUse;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.DeviceInventory;
import io.cattino.proto.v1.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent with real processes, on cards of AMD and Huawei as a test makes them up. */
@NullUnmarked
class CardKindsTest {

    private static final long GPU_ID = 51_020;

    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;
    private FakeSys sys;
    private FakeNpuSmi npuSmi;
    private FakeLeader leader;
    private Agent agent;

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue(
                Stream.of("ROCR_VISIBLE_DEVICES", "ASCEND_RT_VISIBLE_DEVICES")
                        .noneMatch(System.getenv()::containsKey),
                "not all cards are visible");
        sys = new FakeSys(Files.createDirectory(temporary.resolve("sys")));
        npuSmi = new FakeNpuSmi(Files.createDirectory(temporary.resolve("bin")));
        System.setProperty("cattino.nvml", "libno-such-nvml.so.1");
        System.setProperty("cattino.sys", sys.root().toString());
        System.setProperty("cattino.npu-smi", npuSmi.program());
        leader = new FakeLeader();
    }

    @AfterEach
    void stop() {
        List.of("cattino.nvml", "cattino.sys", "cattino.npu-smi").forEach(System::clearProperty);
        if (agent != null) {
            agent.close();
        }
        if (leader != null) {
            leader.close();
        }
    }

    private void startAgent() {
        int before = leader.hellos.size();
        agent =
                Agent.start(
                        AgentConfig.builder(
                                        List.of(leader.address()), name, temporary.resolve("agent"))
                                .build());
        leader.awaitSession();
        await().until(() -> leader.hellos.size() > before);
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .build());
    }

    private List<DeviceInventory> devices() {
        return leader.hellos.getLast().getInventory().getDevicesList();
    }

    /** Starts an attempt that says a variable; returns its process. */
    private long run(AttemptRef ref, String variable) throws IOException {
        Path pid = temporary.resolve("pid");
        leader.launch(
                FakeLeader.launch(
                                ref,
                                temporary.resolve("runs"),
                                "sh",
                                "-c",
                                "echo $%1$s; echo $$ > %2$s.next; mv %2$s.next %2$s; sleep 1000"
                                        .formatted(variable, pid))
                        .setContextId("c")
                        .build());
        leader.awaitStart(ref);
        await().until(() -> Files.exists(pid));
        return Long.parseLong(Files.readString(pid).strip());
    }

    private void awaitUse(AttemptRef ref, long mib) {
        AttemptUse use = AttemptUse.newBuilder().setRef(ref).setUsedMib(mib).build();
        await().until(() ->
                leader.heartbeats.stream()
                        .flatMap(beat -> beat.getDevicesList().stream())
                        .anyMatch(sample -> sample.getAttemptsList().contains(use)));
    }

    private Path stdout(AttemptRef ref) {
        return temporary.resolve("runs/group/task-" + ref.getTaskId() + "/stdout.log");
    }

    @Test
    void offersCardsOfAmdAndTellsWhatAnAttemptUses() throws IOException {
        sys.card(2, GPU_ID, 7).card(3, 4711, 8);
        startAgent();
        assertThat(devices()).extracting(DeviceInventory::getKind).containsExactly("rocm", "rocm");
        AttemptRef ref = FakeLeader.ref(8_201, 1);
        long pid = run(ref, "ROCR_VISIBLE_DEVICES");
        sys.process(pid, GPU_ID, 2_000 * FakeSys.MIB)
                .set(2, "mem_info_vram_used", Long.toString(2_100 * FakeSys.MIB));
        awaitUse(ref, 2_000);
        assertThat(stdout(ref)).hasContent("0");
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        leader.awaitEnd(ref);
        sys.removeProcess(pid, GPU_ID).set(2, "mem_info_vram_used", "0");
        leader.awaitRelease(ref);
    }

    @Test
    void offersNothingInPlaceOfCardsWhoseDriverIsNotUpYet() {
        sys.card(2, GPU_ID, 7);
        startAgent();
        assertThat(devices()).hasSize(1);
        assertThat(temporary.resolve("agent/has-cards")).hasContent("rocm");
        agent.close();
        sys.removeNode(2);
        startAgent();
        assertThat(devices()).isEmpty();
        sys.card(2, GPU_ID, 7);
        await().until(() -> devices().size() == 1);
    }

    @Test
    void offersCardsOfHuaweiAndTellsWhatAnAttemptUses() throws IOException {
        npuSmi.card(0, "OK", 3_200).card(1, "OK", 3_200);
        startAgent();
        assertThat(devices())
                .extracting(DeviceInventory::getKind)
                .containsExactly("ascend", "ascend");
        AttemptRef ref = FakeLeader.ref(8_202, 1);
        long pid = run(ref, "ASCEND_RT_VISIBLE_DEVICES");
        npuSmi.nothing().card(0, "OK", 8_200).card(1, "OK", 3_200).process(0, pid, 5_000);
        awaitUse(ref, 5_000);
        assertThat(stdout(ref)).hasContent("0");
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        leader.awaitEnd(ref);
        npuSmi.nothing().card(0, "OK", 3_200).card(1, "OK", 3_200);
        leader.awaitRelease(ref);
    }

    @Test
    void offersNothingInPlaceOfCardsThatNpuSmiDoesNotShow() {
        npuSmi.card(0, "OK", 3_200);
        startAgent();
        assertThat(temporary.resolve("agent/has-cards")).hasContent("ascend");
        agent.close();
        npuSmi.does("exit 255");
        startAgent();
        assertThat(devices()).isEmpty();
    }

    @Test
    void sharesTheMemoryOfAHostWithoutAny() {
        npuSmi.does("exit 255");
        startAgent();
        assertThat(devices()).extracting(DeviceInventory::getKind).containsExactly("host");
    }
}
