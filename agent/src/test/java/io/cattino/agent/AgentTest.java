package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.agent.core.AgentLimits;
import io.cattino.agent.probe.DiskReserve;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.agent.store.DataDirectoryException;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptResult;
import io.cattino.proto.v1.Bundle;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.LaunchFailure;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.OpenLog;
import io.cattino.proto.v1.Signal;
import io.cattino.proto.v1.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent with real processes, and a leader that does what the test says. */
@NullUnmarked
class AgentTest {

    private static final AgentLimits QUICK = new AgentLimits(500, 60_000, 200, 500, 86_400_000);
    private static final String PATH = System.getenv("PATH");

    @TempDir private Path temporary;
    private FakeLeader leader;
    private Agent agent;
    private Path runDir;

    @BeforeEach
    void startLeader() throws IOException {
        leader = new FakeLeader();
        runDir = temporary.resolve("runs");
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
        leader.close();
    }

    private AgentConfig.Builder config() {
        return AgentConfig.builder(List.of(leader.address()), "node-1", temporary.resolve("agent"))
                .limits(QUICK)
                .fakeGpus(FakeGpuSpec.parse("2x24576"));
    }

    private void startAgent() {
        agent = Agent.start(config().build());
        leader.awaitSession();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .setUmask(022)
                        .setUser("ada")
                        .putEnvironment("PATH", PATH)
                        .putEnvironment("HOME", "/tmp")
                        .putEnvironment("dotted.name", "dotted value")
                        .putEnvironment("BASH_FUNC_greet%%", "() {  echo hello; }")
                        .putEnvironment("CUDA_VISIBLE_DEVICES", "7")
                        .putEnvironment("CATTINO_NODE", "forged")
                        .build());
    }

    private AttemptRef run(long task, String... argv) {
        AttemptRef ref = FakeLeader.ref(task, 1);
        leader.launch(FakeLeader.launch(ref, runDir, argv).setContextId("c").build());
        return ref;
    }

    private AttemptRef shell(long task, String line) {
        AttemptRef ref = FakeLeader.ref(task, 1);
        Launch.Builder launch = FakeLeader.launch(ref, runDir, line).setContextId("c");
        launch.getSpecBuilder().setCommand(Command.newBuilder().addArgv(line).setShell(true));
        leader.launch(launch.build());
        return ref;
    }

    /** A zombie that nobody reaps, as in a container without an init, is dead. */
    private static boolean isAlive(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private Path taskDirectory(AttemptRef ref) {
        return runDir.resolve("group/task-" + ref.getTaskId());
    }

    private String stdout(AttemptRef ref) throws IOException {
        return Files.readString(taskDirectory(ref).resolve("stdout.log"));
    }

    private String stderr(AttemptRef ref) throws IOException {
        return Files.readString(taskDirectory(ref).resolve("stderr.log"));
    }

    @Test
    void tellsWhoItIsAndWhatItHas() {
        startAgent();
        assertThat(agent.registered()).succeedsWithin(Duration.ofSeconds(60));
        Hello hello = leader.hellos.getFirst();
        assertThat(hello.getIdentity().getName()).isEqualTo("node-1");
        assertThat(hello.getIdentity().getNodeId()).isEqualTo(agent.nodeId());
        assertThat(hello.getIdentity().getBootId()).isNotEmpty();
        assertThat(hello.getInventory().getDevicesList()).hasSize(2);
        assertThat(hello.getInventory().getDevices(1).getKind()).isEqualTo("fake");
        assertThat(hello.getInventory().getDevices(1).getTotalMib()).isEqualTo(24576);
        assertThat(hello.getInventory().getSlots()).isEqualTo(128);
        await().until(() -> leader.heartbeats.size() >= 3);
        assertThat(leader.heartbeats.getLast().getDevicesList()).hasSize(2);
        assertThat(leader.heartbeats.getLast().getMemoryUsedMib()).isPositive();
    }

    @Test
    void saysThatItsDiskIsFullAndLetsItsTasksRunOn() {
        agent = Agent.start(config().diskReserve(new DiskReserve(1L << 62, 0)).build());
        leader.awaitSession();
        await().until(() -> !leader.heartbeats.isEmpty());
        assertThat(leader.heartbeats.getLast().getTroublesList())
                .containsExactly(Trouble.TROUBLE_DISK_FULL);
        AttemptRef ref = FakeLeader.ref(9, 1);
        leader.launch(FakeLeader.launch(ref, runDir, "/bin/true").build());
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
    }

    @Test
    void reportsStartEndAndReleaseOfACommand() throws IOException {
        startAgent();
        AttemptRef ref = run(1, "sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(leader.awaitStart(ref)).isPositive();
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_EXITED);
        assertThat(end.getExitCode()).isEqualTo(7);
        assertThat(end.getLeftovers()).isZero();
        leader.awaitRelease(ref);
        assertThat(stdout(ref)).isEqualTo("out\n");
        assertThat(stderr(ref)).isEqualTo("err\n");
    }

    @Test
    void givesTheTaskItsEnvironment() throws IOException {
        startAgent();
        AttemptRef ref =
                run(3, "sh", "-c", "echo $$; env; echo args ${task_name} ${fullname} ${x} $${y}");
        long pid = leader.awaitStart(ref);
        leader.awaitRelease(ref);
        List<String> lines = stdout(ref).lines().toList();
        assertThat(lines.getFirst()).isEqualTo(Long.toString(pid));
        assertThat(lines)
                .contains(
                        "CUDA_VISIBLE_DEVICES=0",
                        "CUDA_DEVICE_ORDER=PCI_BUS_ID",
                        "CATTINO_NODE=node-1",
                        "CATTINO_GPUS=1",
                        "CATTINO_TASK_ID=3",
                        "CATTINO_TASK_NAME=task-3",
                        "CATTINO_FULLNAME=group/task-3",
                        "CATTINO_ATTEMPT=1",
                        "CATTINO_ATTEMPT_ID=" + FakeLeader.CLUSTER + "/node-1/3.1",
                        "CATTINO_RUN_DIR=" + runDir,
                        "CATTINO_TASK_HOME=" + taskDirectory(ref),
                        "CATTINO_COORDINATOR=127.0.0.1:1",
                        "PYTHONUNBUFFERED=1",
                        "HOME=/tmp",
                        "PWD=/tmp",
                        "args task-3 group/task-3");
        assertThat(lines).noneMatch(line -> line.contains("EXTRA") || line.contains("__cattino"));
    }

    @Test
    void passesOnVariablesThatNoShellCanHold() throws IOException {
        startAgent();
        AttemptRef ref = run(4, "bash", "-c", "greet; env | grep -a '^dotted'; true");
        leader.awaitRelease(ref);
        assertThat(stdout(ref)).isEqualTo("hello\ndotted.name=dotted value\n");
    }

    @Test
    void passesArgumentsAsTheyAre() throws IOException {
        startAgent();
        String[] torture = {
            "printf",
            "[%s]\\n",
            "a b",
            "",
            "'",
            "\"",
            "$HOME",
            "`id`",
            "\\",
            "*",
            "a\nb",
            "ü€",
            "-n",
            "$(id)",
            ";exit 3",
            "${unknown}",
            "!"
        };
        AttemptRef ref = run(5, torture);
        leader.awaitRelease(ref);
        StringBuilder expected = new StringBuilder();
        for (int i = 2; i < torture.length; i++) {
            expected.append('[').append(torture[i]).append("]\n");
        }
        assertThat(stdout(ref)).isEqualTo(expected.toString());
    }

    @Test
    void saysWhyACommandCannotBeStarted() throws IOException {
        startAgent();
        Path plain = Files.writeString(temporary.resolve("plain"), "no program");
        AttemptEnded missing = leader.awaitEnd(run(10, "no-such-program-here"));
        assertThat(missing.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_LAUNCH_FAILED);
        assertThat(missing.getExitCode()).isEqualTo(127);
        assertThat(missing.getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_COMMAND_NOT_FOUND);
        AttemptEnded refused = leader.awaitEnd(run(11, plain.toString()));
        assertThat(refused.getExitCode()).isEqualTo(126);
        assertThat(refused.getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_NOT_EXECUTABLE);
        AttemptRef nowhere = FakeLeader.ref(12, 1);
        Launch.Builder launch = FakeLeader.launch(nowhere, runDir, "true").setContextId("c");
        launch.getSpecBuilder().setWorkingDirectory("/no/such/directory");
        leader.launch(launch.build());
        assertThat(leader.awaitEnd(nowhere).getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_WORKDIR_MISSING);
        AttemptRef unwritable = FakeLeader.ref(13, 1);
        leader.launch(FakeLeader.launch(unwritable, plain, "true").setContextId("c").build());
        assertThat(leader.awaitEnd(unwritable).getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_RUN_DIR_UNWRITABLE);
        leader.awaitRelease(unwritable);
    }

    @Test
    void whatATaskPutInThePlaceOfTheBundleFailsTheOthersAtOnce() throws IOException {
        startAgent();
        leader.awaitSession();
        Path replaced =
                Files.writeString(Files.createDirectories(runDir).resolve("@bundle"), "mine");
        leader.putContext(
                "bundled",
                Context.newBuilder()
                        .setWorkingDirectory("/src")
                        .setBundle(Bundle.newBuilder().setRoot("/src"))
                        .build());
        AttemptRef ref = FakeLeader.ref(14, 1);
        leader.launch(FakeLeader.launch(ref, runDir, "true").setContextId("bundled").build());
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_RUN_DIR_UNWRITABLE);
        assertThat(end.getReason().getText()).startsWith(replaced + " on ");
    }

    @Test
    void namesThePythonThatExists() throws IOException {
        startAgent();
        Path bin = Files.createDirectories(temporary.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("snake3"), Path.of("/bin/true"));
        AttemptRef ref = FakeLeader.ref(14, 1);
        Launch.Builder launch = FakeLeader.launch(ref, runDir, "snake").setContextId("c");
        launch.getSpecBuilder().putEnv("PATH", bin.toString());
        leader.launch(launch.build());
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getReason().getText()).contains("snake3");
        assertThat(end.getReason().getHint()).isEqualTo("use snake3");
    }

    @Test
    void startsALaunchThatComesTwiceOnce() throws IOException {
        startAgent();
        AttemptRef ref = run(20, "sh", "-c", "echo once");
        run(20, "sh", "-c", "echo once");
        leader.awaitRelease(ref);
        leader.reports.clear();
        leader.forget(ref);
        run(20, "sh", "-c", "echo once");
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
        leader.awaitRelease(ref);
        assertThat(stdout(ref)).isEqualTo("once\n");
        await().until(() -> !Files.exists(temporary.resolve("agent/attempts/20.1.1")));
    }

    @Test
    void remembersTheEndOfAForgottenAttemptOverARestart() throws Exception {
        startAgent();
        AttemptRef ref = run(21, "sh", "-c", "echo once; exit 3");
        leader.awaitRelease(ref);
        Path directory = temporary.resolve("agent/attempts/21.1.1");
        await().until(() -> {
            leader.forget(ref);
            return !Files.exists(directory);
        });
        restartAgent();
        leader.reports.clear();
        run(21, "sh", "-c", "echo once; exit 3");
        assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(3);
        assertThat(stdout(ref)).isEqualTo("once\n");
    }

    private void restartAgent() {
        agent.close();
        await().until(() -> leader.session == null);
        startAgent();
    }

    @Test
    void stopsWithTermThenKillAfterTheGrace() {
        startAgent();
        AttemptRef polite = run(30, "sleep", "100");
        AttemptRef deaf = shell(31, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
        leader.awaitStart(polite);
        leader.awaitStart(deaf);
        await().until(() -> stdout(deaf).contains("ready"));
        leader.signal(polite, 1, Signal.Kind.KIND_STOP);
        assertThat(leader.awaitEnd(polite).getExitCode()).isEqualTo(128 + 15);
        long before = System.nanoTime();
        leader.signal(deaf, 1, Signal.Kind.KIND_STOP);
        assertThat(leader.awaitEnd(deaf).getExitCode()).isEqualTo(128 + 9);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isGreaterThan(Duration.ofMillis(900));
        leader.awaitRelease(deaf);
    }

    @Test
    void killsAtOnceWhenForced() throws IOException {
        startAgent();
        AttemptRef ref = shell(32, "trap '' TERM; echo ready; sleep 100");
        long pid = leader.awaitStart(ref);
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(128 + 9);
        leader.awaitRelease(ref);
        assertThat(isAlive(pid)).isFalse();
    }

    @Test
    void killsWhatLeftTheSessionAndOutlivedTheCommand() throws IOException {
        startAgent();
        AttemptRef ref =
                shell(
                        33,
                        "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.1; done' &"
                                + " sleep 0.3; exit 5");
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getExitCode()).isEqualTo(5);
        assertThat(end.getLeftovers()).isPositive();
        leader.awaitRelease(ref);
        long daemon = Long.parseLong(stdout(ref).strip());
        assertThat(isAlive(daemon)).isFalse();
    }

    @Test
    void survivesASignalToTheWholeGroup() {
        startAgent();
        AttemptRef interrupted = run(34, "sh", "-c", "kill -INT 0; sleep 100");
        assertThat(leader.awaitEnd(interrupted).getExitCode()).isEqualTo(128 + 2);
        AttemptRef terminated = run(35, "sh", "-c", "kill -TERM 0; sleep 100");
        assertThat(leader.awaitEnd(terminated).getExitCode()).isEqualTo(128 + 15);
    }

    @Test
    void answersASignalForAnUnknownAttemptAndNeverStartsIt() {
        startAgent();
        AttemptRef ref = FakeLeader.ref(36, 1);
        leader.signal(ref, 1, Signal.Kind.KIND_STOP);
        assertThat(leader.awaitEnd(ref).getResult())
                .isEqualTo(AttemptResult.ATTEMPT_RESULT_NOT_STARTED);
        leader.awaitRelease(ref);
        run(36, "sh", "-c", "echo started");
        assertThat(taskDirectory(ref)).doesNotExist();
    }

    @Test
    void ignoresCommandsOfAnOlderEpochAndGeneration() {
        startAgent();
        leader.epoch = 5;
        AttemptRef five = run(40, "true");
        leader.awaitRelease(five);
        leader.epoch = 4;
        AttemptRef stale = run(41, "true");
        leader.epoch = 5;
        leader.generation.decrementAndGet();
        AttemptRef older = run(42, "true");
        leader.generation.incrementAndGet();
        AttemptRef after = run(43, "true");
        leader.awaitRelease(after);
        assertThat(leader.find(stale, AttemptReport.EventCase.ENDED)).isEmpty();
        assertThat(leader.find(older, AttemptReport.EventCase.ENDED)).isEmpty();
        restartAgent();
        assertThat(leader.hellos.getLast().getHighestEpoch()).isEqualTo(5);
        assertThat(leader.hellos.getLast().getClusterId()).isEqualTo(FakeLeader.CLUSTER);
    }

    @Test
    void leavesALeaderThatWasSuperseded() {
        leader.epoch = 5;
        startAgent();
        leader.awaitRelease(run(44, "true"));
        leader.epoch = 4;
        agent.close();
        await().until(() -> leader.session == null);
        int before = leader.hellos.size();
        agent = Agent.start(config().build());
        await().until(() -> leader.hellos.size() >= before + 2); // dropped, dialled again
        leader.epoch = 6;
        await().until(() -> leader.heartbeats.size() >= 2 && leader.session != null);
    }

    @Test
    void takesOverRunningAttemptsAfterARestart() throws IOException {
        startAgent();
        Path gate = temporary.resolve("gate");
        AttemptRef stays =
                shell(50, "echo $$; while [ ! -e " + gate + " ]; do sleep 0.05; done; exit 9");
        long pid = leader.awaitStart(stays);
        agent.close();
        await().until(() -> leader.session == null);
        assertThat(isAlive(pid)).isTrue();
        leader.reports.clear();
        startAgent();
        assertThat(leader.hellos.getLast().getRunningList())
                .anySatisfy(running -> {
                    assertThat(running.getRef()).isEqualTo(stays);
                    assertThat(running.getPid()).isEqualTo(pid);
                    assertThat(running.getDevices(0).getMib()).isEqualTo(10);
                });
        assertThat(leader.awaitStart(stays)).isEqualTo(pid);
        Files.createFile(gate);
        assertThat(leader.awaitEnd(stays).getExitCode()).isEqualTo(9);
        leader.awaitRelease(stays);
        assertThat(stdout(stays).strip()).isEqualTo(Long.toString(pid));
    }

    @Test
    void reportsTheTrueCodeOfWhatEndedWhileItWasAway() {
        startAgent();
        Path gate = temporary.resolve("gate");
        AttemptRef ref = shell(51, "while [ ! -e " + gate + " ]; do sleep 0.05; done; exit 13");
        long pid = leader.awaitStart(ref);
        agent.close();
        await().until(() -> leader.session == null);
        leader.reports.clear();
        long before = System.currentTimeMillis();
        await().ignoreExceptions().until(() -> Files.exists(Files.createFile(gate)));
        await().until(() -> !isAlive(pid));
        long after = System.currentTimeMillis();
        startAgent();
        AttemptReport end = leader.awaitReport(ref, AttemptReport.EventCase.ENDED);
        assertThat(end.getEnded().getExitCode()).isEqualTo(13);
        assertThat(end.getTime().getSeconds() * 1000).isBetween(before - 1000, after + 1000);
    }

    @Test
    void reportsAgainUntilAcknowledged() {
        leader.acknowledging = false;
        startAgent();
        AttemptRef ref = run(52, "true");
        leader.awaitRelease(ref);
        leader.reports.clear();
        leader.acknowledging = true;
        restartAgent();
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
        leader.awaitRelease(ref);
    }

    @Test
    void reportsAsVanishedWhatLostItsSupervisorAndEndsIt() throws IOException {
        startAgent();
        AttemptRef ref = run(53, "sleep", "100");
        long pid = leader.awaitStart(ref);
        ProcessHandle supervisor = ProcessHandle.of(pid).orElseThrow().parent().orElseThrow();
        assertThat(supervisor.destroyForcibly()).isTrue();
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_VANISHED);
        assertThat(isAlive(pid)).isFalse();
        leader.awaitRelease(ref);
    }

    @Test
    void refusesADataDirectoryThatAnotherAgentHas() {
        startAgent();
        assertThatThrownBy(() -> Agent.start(config().build()))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("another agent uses");
    }

    @Test
    void followsTheHintToTheLeader() throws Exception {
        try (FakeLeader standby = new FakeLeader()) {
            standby.refusalHint = leader.address();
            agent =
                    Agent.start(
                            AgentConfig.builder(
                                            List.of(standby.address()),
                                            "node-1",
                                            temporary.resolve("agent"))
                                    .token(() -> Optional.of("s3cret"))
                                    .build());
            leader.awaitSession();
            assertThat(leader.authorizations).contains("Bearer s3cret");
            assertThat(leader.hellos.getFirst().getInventory().getDevices(0).getKind())
                    .isEqualTo("host");
        }
    }

    @Test
    void redialsALeaderThatFallsSilent() {
        leader.answering = false;
        agent = Agent.start(config().silence(Duration.ofSeconds(1)).build());
        await().until(() -> leader.hellos.size() >= 2);
        leader.answering = true;
        leader.awaitSession();
    }

    @Test
    void movesTheLogsOfAnEarlierAttemptAway() throws IOException {
        startAgent();
        AttemptRef first = run(60, "echo", "first");
        leader.awaitRelease(first);
        AttemptRef second = FakeLeader.ref(60, 3);
        leader.launch(FakeLeader.launch(second, runDir, "echo", "third").setContextId("c").build());
        leader.awaitRelease(second);
        assertThat(stdout(first)).isEqualTo("third\n");
        assertThat(taskDirectory(first).resolve("attempt-1/stdout.log")).hasContent("first");
        FakeLeader.LogSink old = leader.openLog(openLog("old", first).build());
        old.credit(1000);
        await().until(() -> old.completed);
        assertThat(old.text()).isEqualTo("first\n");
        assertThat(old.end).isTrue();
    }

    private static OpenLog.Builder openLog(String id, AttemptRef ref) {
        return OpenLog.newBuilder().setTransferId(id).setRef(ref).setKind(LogKind.LOG_KIND_STDOUT);
    }

    @Test
    void sendsNoMoreOfALogThanItHasCreditFor() {
        startAgent();
        AttemptRef ref = shell(61, "head -c 200000 /dev/zero | tr '\\0' x");
        leader.awaitRelease(ref);
        FakeLeader.LogSink sink = leader.openLog(openLog("a", ref).setFollow(true).build());
        sink.credit(10);
        await().until(() -> sink.text().length() == 10);
        sink.credit(5);
        await().until(() -> sink.text().length() == 15);
        await().during(Duration.ofMillis(300)).until(() -> sink.text().length() == 15);
        sink.credit(1_000_000);
        await().until(() -> sink.completed);
        assertThat(sink.text()).hasSize(200_000);
        assertThat(sink.end).isTrue();
        assertThat(sink.sizes).allMatch(size -> size <= 64 * 1024);
        FakeLeader.LogSink tail = leader.openLog(openLog("b", ref).setOffset(-7).build());
        tail.credit(100);
        await().until(() -> tail.completed);
        assertThat(tail.text()).isEqualTo("xxxxxxx");
        assertThat(tail.firstOffset).isEqualTo(200_000 - 7);
    }

    @Test
    void followsALogUntilTheAttemptIsOver() throws IOException {
        startAgent();
        Path gate = temporary.resolve("gate");
        AttemptRef ref =
                shell(62, "echo one; while [ ! -e " + gate + " ]; do sleep 0.05; done; echo two");
        leader.awaitStart(ref);
        FakeLeader.LogSink sink = leader.openLog(openLog("f", ref).setFollow(true).build());
        sink.credit(1 << 20);
        await().until(() -> sink.text().equals("one\n"));
        assertThat(sink.end).isFalse();
        Files.createFile(gate);
        await().until(() -> sink.completed);
        assertThat(sink.text()).isEqualTo("one\ntwo\n");
        assertThat(sink.end).isTrue();
    }

    @Test
    void beginsALogAtATime() throws IOException {
        startAgent();
        Path gate = temporary.resolve("gate");
        AttemptRef ref =
                shell(63, "echo one; while [ ! -e " + gate + " ]; do sleep 0.05; done; echo two");
        leader.awaitStart(ref);
        Path log = taskDirectory(ref).resolve("stdout.log");
        Path index = log.resolveSibling(".stdout.log.times");
        await().until(() -> Files.exists(index) && Files.size(index) > 0);
        OpenLog since =
                openLog("t", ref)
                        .setFollow(true)
                        .setSince(Wire.timestamp(System.currentTimeMillis()))
                        .build();
        Files.createFile(gate);
        FakeLeader.LogSink sink = leader.openLog(since);
        sink.credit(1 << 20);
        await().until(() -> sink.completed);
        assertThat(sink.text()).isEqualTo("two\n");
        assertThat(sink.firstOffset).isEqualTo("one\n".length());
        assertThat(log).hasContent("one\ntwo\n");
    }

    @Test
    void followsTheLogOfAGroupsHooksWhileAnAttemptMayWriteToIt() throws IOException {
        startAgent();
        Path gate = temporary.resolve("gate");
        AttemptRef ref = shell(64, "while [ ! -e " + gate + " ]; do sleep 0.05; done");
        leader.awaitStart(ref);
        Path group = temporary.resolve("run/g");
        OpenLog order =
                openLog("g", ref)
                        .setKind(LogKind.LOG_KIND_HOOKS)
                        .setDirectory(group.toString())
                        .setOfGroup(true)
                        .setFollow(true)
                        .build();
        FakeLeader.LogSink sink = leader.openLog(order);
        sink.credit(1 << 20);
        Files.createDirectories(group);
        Files.writeString(group.resolve("hooks.log"), "starts g\n");
        await().until(() -> sink.text().equals("starts g\n"));
        assertThat(sink.end).isFalse();
        Files.createFile(gate);
        await().until(() -> sink.completed);
        assertThat(sink.end).isTrue();
    }

    @Test
    void refusesALogOutsideItsDirectory() {
        startAgent();
        FakeLeader.LogSink sink = new FakeLeader.LogSink();
        leader.logs.put("evil", sink);
        leader.send(
                io.cattino.proto.v1.SessionResponse.newBuilder()
                        .setOpenLog(
                                openLog("evil", FakeLeader.ref(99, 1))
                                        .setDirectory("/tmp/../etc")));
        await().until(() -> leader.others.stream().anyMatch(m -> m.hasLogUnavailable()));
    }

    @Test
    void runsManyAttemptsSideBySide() {
        startAgent();
        List<AttemptRef> refs =
                java.util.stream.LongStream.range(1000, 1060)
                        .mapToObj(task -> run(task, "sh", "-c", "exit $CATTINO_ATTEMPT"))
                        .toList();
        for (AttemptRef ref : refs) {
            assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(1);
            leader.awaitRelease(ref);
        }
        Map<Long, Long> ends =
                leader.reports.stream()
                        .filter(AttemptReport::hasEnded)
                        .collect(
                                java.util.stream.Collectors.groupingBy(
                                        report -> report.getRef().getTaskId(),
                                        java.util.stream.Collectors.counting()));
        assertThat(ends).hasSize(60).allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
    }

    @Test
    void endsAnAttemptThatKillsItsWholeGroupWithThatCode() {
        startAgent();
        AttemptRef ref = run(70, "sh", "-c", "kill -9 0; sleep 100");
        assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(128 + 9);
        leader.awaitRelease(ref);
    }

    @Test
    void standsAPoisonousArgument() throws IOException {
        startAgent();
        String poison = "${" + "{}".repeat(40_000) + "}";
        AttemptRef ref = run(71, "echo", poison);
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
        leader.awaitRelease(ref);
        assertThat(stdout(ref).strip()).isEqualTo(poison);
    }

    private static void deleteAll(Path directory) throws IOException {
        try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void findsAttemptsWhoseRecordsAreLostAndEndsThemWhenTold() throws IOException {
        startAgent();
        AttemptRef ref = shell(72, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
        long pid = leader.awaitStart(ref);
        await().until(() -> stdout(ref).contains("ready"));
        agent.close();
        await().until(() -> leader.session == null);
        deleteAll(temporary.resolve("agent/attempts"));
        leader.reports.clear();
        agent = Agent.start(config().build());
        await().until(() -> leader.hellos.getLast().getRunningCount() == 1); // of the second one
        leader.awaitSession();
        assertThat(leader.hellos.getLast().getRunning(0))
                .satisfies(running -> {
                    assertThat(running.getRef()).isEqualTo(ref);
                    assertThat(running.getPid()).isPositive();
                    assertThat(running.getStarted()).isTrue();
                });
        await().during(Duration.ofMillis(1_500)).until(() -> isAlive(pid));
        assertThat(leader.find(ref, AttemptReport.EventCase.ENDED)).isEmpty();
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(128 + 9);
        leader.awaitRelease(ref);
        assertThat(isAlive(pid)).isFalse();
    }

    @Test
    void noticesTheEndOfAnAttemptWhoseRecordsAreLost() throws IOException {
        startAgent();
        Path gate = temporary.resolve("gate");
        AttemptRef ref = shell(73, "while [ ! -e " + gate + " ]; do sleep 0.05; done");
        leader.awaitStart(ref);
        agent.close();
        await().until(() -> leader.session == null);
        deleteAll(temporary.resolve("agent/attempts"));
        leader.reports.clear();
        startAgent();
        assertThat(leader.hellos.getLast().getRunning(0).getRef()).isEqualTo(ref);
        Files.createFile(gate);
        assertThat(leader.awaitEnd(ref).getResult())
                .isEqualTo(AttemptResult.ATTEMPT_RESULT_VANISHED);
        leader.awaitRelease(ref);
    }

    @Test
    void startsDespiteAnAttemptThatItCannotReadAndEndsThat() throws IOException {
        startAgent();
        AttemptRef torn = run(74, "sleep", "100");
        AttemptRef whole = run(75, "sleep", "100");
        long pid = leader.awaitStart(torn);
        leader.awaitStart(whole);
        agent.close();
        await().until(() -> leader.session == null);
        Path attempts = temporary.resolve("agent/attempts");
        Files.writeString(attempts.resolve("74.1.1/launch"), "torn");
        Files.createDirectory(attempts.resolve("76.1.1"));
        Files.createDirectory(attempts.resolve("76.1.1/end")); // no file: cannot be read
        Files.createDirectory(attempts.resolve("0.99999999999999999999.1"));
        leader.reports.clear();
        startAgent();
        assertThat(leader.awaitEnd(torn).getResult())
                .isEqualTo(AttemptResult.ATTEMPT_RESULT_VANISHED);
        leader.awaitRelease(torn);
        leader.awaitRelease(FakeLeader.ref(76, 1));
        assertThat(isAlive(pid)).isFalse();
        assertThat(leader.find(whole, AttemptReport.EventCase.ENDED)).isEmpty();
        try (java.util.stream.Stream<Path> aside =
                Files.list(temporary.resolve("agent/unreadable"))) {
            assertThat(aside).hasSize(2);
        }
        leader.signal(whole, 1, Signal.Kind.KIND_KILL);
        leader.awaitRelease(whole);
    }

    @Test
    void removesTheDirectoryOfWhatWasBuriedBefore() throws Exception {
        startAgent();
        AttemptRef ref = run(77, "true");
        leader.awaitRelease(ref);
        Path directory = temporary.resolve("agent/attempts/77.1.1");
        await().until(() -> {
            leader.forget(ref);
            return !Files.exists(directory);
        });
        agent.close();
        await().until(() -> leader.session == null);
        Files.createDirectory(directory); // as if the agent had died before it came to that
        startAgent();
        assertThat(directory).doesNotExist();
    }
}
