package io.cattino.coordinator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.agents.HelloCheck.Verdict;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptUse;
import io.cattino.proto.v1.DeviceInventory;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.LaunchFailure;
import io.cattino.proto.v1.Reason;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.RunningAttempt;
import io.cattino.proto.v1.Squatter;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HelloCheckTest {
    private static final AttemptRef REF =
            AttemptRef.newBuilder().setTaskId(1).setNumber(1).setEpoch(1).build();
    private static final long NOW = 1_000_000;

    private final HelloCheck check = new HelloCheck("c1", 5);

    static Stream<Arguments> badHellos() {
        return Stream.of(
                bad(
                        "protocol",
                        Refusal.Code.CODE_UPGRADE_REQUIRED,
                        h -> h.setProtocolMin(3).setProtocolMax(4)),
                bad("no protocol", Refusal.Code.CODE_UPGRADE_REQUIRED, h -> h.clearProtocolMax()),
                bad("cluster", Refusal.Code.CODE_WRONG_CLUSTER, h -> h.setClusterId("other")),
                bad("newer epoch", Refusal.Code.CODE_OLD_EPOCH, h -> h.setHighestEpoch(6)),
                bad("no identity", Refusal.Code.CODE_INVALID, h -> h.clearIdentity()),
                bad(
                        "uuid",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getIdentityBuilder().setNodeId("../../etc")),
                bad("name", Refusal.Code.CODE_INVALID, h -> h.getIdentityBuilder().setName("a b")),
                bad(
                        "bidi name",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getIdentityBuilder().setName("a\u202Eb")),
                bad(
                        "no boot",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getIdentityBuilder().setBootId("")),
                bad("cpus", Refusal.Code.CODE_INVALID, h -> h.getInventoryBuilder().setCpus(-1)),
                bad(
                        "memory",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getInventoryBuilder().setMemoryMib(Long.MIN_VALUE)),
                bad(
                        "slots",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getInventoryBuilder().setSlots(Integer.MAX_VALUE)),
                bad(
                        "index",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getInventoryBuilder().getDevicesBuilder(0).setIndex(-1)),
                bad(
                        "index twice",
                        Refusal.Code.CODE_INVALID,
                        h ->
                                h.getInventoryBuilder()
                                        .addDevices(DeviceInventory.getDefaultInstance())),
                bad(
                        "total",
                        Refusal.Code.CODE_INVALID,
                        h -> h.getInventoryBuilder().getDevicesBuilder(0).setTotalMib(-1)),
                bad(
                        "too many devices",
                        Refusal.Code.CODE_INVALID,
                        h ->
                                IntStream.range(1, 1_030)
                                        .forEach(i ->
                                                h.getInventoryBuilder()
                                                        .addDevices(
                                                                DeviceInventory.newBuilder()
                                                                        .setIndex(i)))),
                bad(
                        "too many labels",
                        Refusal.Code.CODE_INVALID,
                        h ->
                                IntStream.range(0, 65)
                                        .forEach(i ->
                                                h.getInventoryBuilder().putLabels("k" + i, ""))));
    }

    private static Arguments bad(String what, Refusal.Code code, Consumer<Hello.Builder> spoil) {
        return Arguments.of(what, code, spoil);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHellos")
    void refuses(String what, Refusal.Code code, Consumer<Hello.Builder> spoil) {
        Hello.Builder hello = ScriptedAgent.hello("n");
        spoil.accept(hello);
        assertThat(check.check(hello.build(), NOW))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class, r -> assertThat(r.code()).isEqualTo(code));
    }

    @Test
    void makesAttemptsAndReportsHarmless() {
        Hello.Builder hello =
                ScriptedAgent.hello("n")
                        .setAgentVersion("1\u001b[31m")
                        .addRunning(
                                RunningAttempt.newBuilder()
                                        .setRef(REF)
                                        .setPid(-5)
                                        .setStarted(true)
                                        .setStartTime(
                                                Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                                        .addDevices(DeviceShare.newBuilder().setIndex(-1))
                                        .addDevices(
                                                DeviceShare.newBuilder().setIndex(0).setMib(-7)))
                        .addRunning(RunningAttempt.newBuilder().setRef(REF))
                        .addRunning(RunningAttempt.getDefaultInstance())
                        .addUnacknowledged(AttemptReport.newBuilder().setSequence(7))
                        .addUnacknowledged(AttemptReport.newBuilder().setSequence(8).setRef(REF))
                        .addUnacknowledged(
                                ended(AttemptEnded.newBuilder().setResultValue(99)).setSequence(9));
        Verdict.Welcome welcome = (Verdict.Welcome) check.check(hello.build(), NOW);
        assertThat(welcome.agentVersion()).doesNotContain("\u001b");
        assertThat(welcome.running()).hasSize(1);
        assertThat(welcome.running().getFirst().pid()).isZero();
        assertThat(welcome.running().getFirst().startedWallMs()).isEqualTo(NOW);
        assertThat(welcome.running().getFirst().devices())
                .containsExactly(new io.cattino.coordinator.core.model.DeviceShare(0, 0));
        assertThat(welcome.meaningless()).containsExactly(7L);
        assertThat(welcome.reports()).extracting(AgentReport::sequence).containsExactly(9L);
    }

    @Test
    void takesWhatAnAgentTellsOfItsCards() {
        Hello.Builder hello = ScriptedAgent.hello("n");
        hello.getInventoryBuilder()
                .getDevicesBuilder(0)
                .setDriver("570.86.15\u001b[31m")
                .setPciBusId("0000:3b:00.0")
                .setNumaNode(0);
        assertThat(onlyDevice(hello).driver()).startsWith("570.86.15").doesNotContain("\u001b");
        assertThat(onlyDevice(hello).pciBusId()).isEqualTo("0000:3b:00.0");
        assertThat(onlyDevice(hello).numaNode()).isZero();
        hello.getInventoryBuilder().getDevicesBuilder(0).setNumaNode(-7);
        assertThat(onlyDevice(hello).numaNode()).isEqualTo(DeviceInfo.NUMA_UNKNOWN);
        hello.getInventoryBuilder().getDevicesBuilder(0).clearDriver().clearNumaNode();
        assertThat(onlyDevice(hello).driver()).isEmpty();
        assertThat(onlyDevice(hello).numaNode()).isEqualTo(DeviceInfo.NUMA_UNKNOWN);
    }

    @Test
    void believesOnlyThatCardsOfTheNodeAreNearEachOther() {
        Hello.Builder hello = ScriptedAgent.hello("n");
        hello.getInventoryBuilder()
                .addDevices(hello.getInventoryBuilder().getDevices(0).toBuilder().setIndex(4))
                .addDevices(hello.getInventoryBuilder().getDevices(0).toBuilder().setIndex(2));
        DeviceInventory.Builder first = hello.getInventoryBuilder().getDevicesBuilder(0);
        first.addAllNear(List.of(4, 2, 4, first.getIndex(), 9, -1));
        Verdict.Welcome welcome = (Verdict.Welcome) check.check(hello.build(), NOW);
        assertThat(welcome.inventory().devices())
                .extracting(DeviceInfo::near)
                .containsExactly(List.of(2, 4), List.of(), List.of());
        first.addAllNear(Collections.nCopies(123, 2));
        assertThat(check.check(hello.build(), NOW)).isInstanceOf(Verdict.Refused.class);
    }

    private DeviceInfo onlyDevice(Hello.Builder hello) {
        Verdict.Welcome welcome = (Verdict.Welcome) check.check(hello.build(), NOW);
        assertThat(welcome.inventory().devices()).hasSize(1);
        return welcome.inventory().devices().getFirst();
    }

    private static AttemptReport.Builder ended(AttemptEnded.Builder ended) {
        return AttemptReport.newBuilder().setSequence(1).setRef(REF).setEnded(ended);
    }

    private static AttemptResult result(AttemptEnded.Builder ended) {
        AgentReport report = AgentValues.report(ended(ended).build(), NOW).orElseThrow();
        assertThat(report.wallMs()).isEqualTo(NOW);
        return ((AttemptEvent.Ended) report.event()).result();
    }

    @Test
    void believesNoResultBeyondWhatAnAgentCanKnow() {
        assertThat(
                        result(
                                AttemptEnded.newBuilder()
                                        .setResult(
                                                io.cattino.proto.v1.AttemptResult
                                                        .ATTEMPT_RESULT_EXITED)
                                        .setExitCode(70_000)))
                .isEqualTo(new AttemptResult.Exited(255));
        assertThat(
                        result(
                                AttemptEnded.newBuilder()
                                        .setResult(
                                                io.cattino.proto.v1.AttemptResult
                                                        .ATTEMPT_RESULT_EXITED)))
                .isInstanceOf(AttemptResult.Vanished.class);
        assertThat(
                        result(
                                AttemptEnded.newBuilder()
                                        .setResult(
                                                io.cattino.proto.v1.AttemptResult
                                                        .ATTEMPT_RESULT_LOST)))
                .isInstanceOf(AttemptResult.Vanished.class);
        AttemptEnded.Builder launch =
                AttemptEnded.newBuilder()
                        .setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_LAUNCH_FAILED)
                        .setReason(
                                Reason.newBuilder().setCode("Killed").setText("x".repeat(5_000)));
        assertThat(result(launch))
                .isEqualTo(
                        new AttemptResult.LaunchFailed(
                                ReasonCode.LAUNCH_FAILED, "x".repeat(1_021) + "…", "", 127));
        launch.setLaunchFailure(LaunchFailure.LAUNCH_FAILURE_COMMAND_NOT_FOUND);
        launch.getReasonBuilder().setText("no").setHint("use yes");
        assertThat(result(launch))
                .isEqualTo(
                        new AttemptResult.LaunchFailed(
                                ReasonCode.COMMAND_NOT_FOUND, "no", "use yes", 127));
        AttemptEnded.Builder full =
                AttemptEnded.newBuilder()
                        .setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_NOT_STARTED)
                        .setReason(Reason.newBuilder().setCode("DiskFull").setText("no space"));
        assertThat(result(full)).isEqualTo(new AttemptResult.NotStarted("DiskFull: no space"));
    }

    @Test
    void believesNoPeakThatCannotBe() {
        AttemptEnded.Builder ended = AttemptEnded.newBuilder();
        for (int index = -1; index < 5_000; index++) {
            ended.addPeaks(DeviceShare.newBuilder().setIndex(index).setMib(Long.MAX_VALUE));
        }
        ended.addPeaks(DeviceShare.newBuilder().setIndex(1).setMib(5));
        ended.setPeaks(1, DeviceShare.newBuilder().setIndex(0).setMib(-7));
        AgentReport report = AgentValues.report(ended(ended).build(), NOW).orElseThrow();
        assertThat(((AttemptEvent.Ended) report.event()).peaks())
                .hasSize(AgentValues.MAX_INDEX + 1)
                .startsWith(
                        new io.cattino.coordinator.core.model.DeviceShare(0, 0),
                        new io.cattino.coordinator.core.model.DeviceShare(1, Limits.MAX_MIB));
    }

    @Test
    void takesANoteOfAnExitCodeAlone() {
        AttemptEnded.Builder ended =
                AttemptEnded.newBuilder()
                        .setReason(Reason.newBuilder().setText("Xid 79\u001b[31m on GPU 0"));
        assertThat(note(ended)).isEmpty();
        ended.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_EXITED).setExitCode(134);
        assertThat(note(ended)).startsWith("Xid 79").doesNotContain("\u001b");
    }

    private static String note(AttemptEnded.Builder ended) {
        AgentReport report = AgentValues.report(ended(ended).build(), NOW).orElseThrow();
        return ((AttemptEvent.Ended) report.event()).note();
    }

    @Test
    void countsGroupsThatStartedFromNone() {
        for (int count : new int[] {-7, 0, 3}) {
            AttemptReport report = ended(AttemptEnded.newBuilder().setGroupsStarted(count)).build();
            assertThat(AgentValues.report(report, NOW).orElseThrow().event())
                    .isInstanceOfSatisfying(
                            AttemptEvent.Ended.class,
                            end -> assertThat(end.groupsStarted()).isEqualTo(Math.max(0, count)));
        }
    }

    @Test
    void believesNoTelemetryThatCannotBe() {
        DeviceSample.Builder sample =
                DeviceSample.newBuilder()
                        .setUtilizationPercent(400)
                        .setTemperatureCelsius(Integer.MIN_VALUE)
                        .setPowerMilliwatts(-1)
                        .setEccUncorrected(-2)
                        .setHealth("sick\u001b[31m of it".repeat(500));
        var taken = sample(sample);
        assertThat(taken.telemetry())
                .isEqualTo(
                        new Telemetry(
                                OptionalInt.of(100),
                                OptionalInt.of(-273),
                                OptionalInt.of(0),
                                OptionalLong.of(0),
                                OptionalInt.empty()));
        assertThat(taken.sickness()).startsWith("sick").hasSizeLessThan(1_100);
        assertThat(taken.sickness()).doesNotContain("\u001b");
        assertThat(sample(DeviceSample.newBuilder()).telemetry()).isEqualTo(Telemetry.NONE);
        assertThat(sample(DeviceSample.newBuilder()).sick()).isFalse();
    }

    private static Input.DeviceSample sample(DeviceSample.Builder sample) {
        return AgentValues.samples(Heartbeat.newBuilder().addDevices(sample).build(), Set.of(0))
                .getFirst();
    }

    @Test
    void takesSamplesOfKnownDevicesOnce() {
        Heartbeat heartbeat =
                Heartbeat.newBuilder()
                        .addDevices(
                                DeviceSample.newBuilder()
                                        .setIndex(0)
                                        .setUsedMib(-1)
                                        .addAttempts(
                                                AttemptUse.newBuilder()
                                                        .setRef(REF)
                                                        .setUsedMib(Long.MAX_VALUE))
                                        .addAttempts(AttemptUse.newBuilder().setRef(REF))
                                        .addAttempts(AttemptUse.getDefaultInstance()))
                        .addDevices(DeviceSample.newBuilder().setIndex(0))
                        .addDevices(DeviceSample.newBuilder().setIndex(9))
                        .build();
        var samples = AgentValues.samples(heartbeat, Set.of(0));
        assertThat(samples).hasSize(1);
        assertThat(samples.getFirst().usedMib()).isZero();
        assertThat(samples.getFirst().attempts()).hasSize(1);
        assertThat(samples.getFirst().attempts().getFirst().usedMib()).isEqualTo(Limits.MAX_MIB);
    }

    @Test
    void takesTheFirstSquattersAndNothingFromThemThatSteersATerminal() {
        DeviceSample.Builder sample =
                DeviceSample.newBuilder()
                        .addSquatters(
                                Squatter.newBuilder()
                                        .setPid(4711)
                                        .setUser("al\u001bice")
                                        .setCommand("python3")
                                        .setStartTime(Timestamp.newBuilder().setSeconds(7))
                                        .setUsedMib(-1))
                        .addSquatters(
                                Squatter.newBuilder()
                                        .setStartTime(Timestamp.newBuilder().setSeconds(-7)));
        for (int i = 0; i < 20; i++) {
            sample.addSquatters(Squatter.newBuilder().setPid(i));
        }
        Heartbeat heartbeat = Heartbeat.newBuilder().addDevices(sample).build();
        var squatters = AgentValues.samples(heartbeat, Set.of(0)).getFirst().squatters();
        assertThat(squatters)
                .hasSize(8)
                .startsWith(
                        new io.cattino.coordinator.core.model.Squatter(
                                4711, "al\uFFFDice", "python3", 7_000, 0),
                        new io.cattino.coordinator.core.model.Squatter(0, "", "", 0, 0));
    }
}
