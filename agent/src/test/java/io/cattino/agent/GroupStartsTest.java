package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AgentLimits;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptResult;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.GroupStart;
import io.cattino.proto.v1.LaunchFailure;
import io.cattino.proto.v1.PythonScript;
import io.cattino.proto.v1.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent with a runner that stops in the midst of two on_starts of groups, as the test says. */
@NullUnmarked
class GroupStartsTest {

    private static final AgentLimits QUICK = new AgentLimits(500, 60_000, 200, 500, 86_400_000);
    private static final AtomicLong TASKS = new AtomicLong(900);

    /** One for each test: what is left of another is of no attempt of this one. */
    private final AttemptRef ref = FakeLeader.ref(TASKS.incrementAndGet(), 1);

    /** Nobody else's: agents of one name take each other's attempts for their own. */
    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;
    private FakeLeader leader;
    private Agent agent;
    private Path records;

    @BeforeEach
    void startLeader() throws IOException {
        leader = new FakeLeader();
        records = temporary.resolve("agent/attempts/%d.1.1".formatted(ref.getTaskId()));
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
        leader.close();
    }

    private void startAgent() {
        agent =
                Agent.start(
                        AgentConfig.builder(
                                        List.of(leader.address()), name, temporary.resolve("agent"))
                                .limits(QUICK)
                                .pythonZip(temporary.resolve("cattino.zip"))
                                .build());
        leader.awaitSession();
    }

    private void restartAgent() {
        agent.close();
        await().until(() -> leader.session == null);
        leader.reports.clear();
        startAgent();
    }

    /** What the runner does, in the directory of records. */
    private void launch(String... lines) throws IOException {
        Path python =
                Files.createFile(
                        temporary.resolve("python"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Files.writeString(python, "#!/bin/sh\ncd \"${3%/*}\"\n" + String.join("\n", lines) + "\n");
        startAgent();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .setUser("ada")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .setPythonScript(PythonScript.newBuilder().setPython(python.toString()))
                        .build());
        leader.launch(
                FakeLeader.launch(ref, temporary.resolve("runs"), "true")
                        .setContextId("c")
                        .addGroupStarts(GroupStart.newBuilder().setFullname("o"))
                        .addGroupStarts(GroupStart.newBuilder().setFullname("o/i"))
                        .build());
    }

    private void awaitGroups(String marks) {
        await().ignoreExceptions()
                .until(() -> Files.readString(records.resolve("group-starts")).equals(marks));
    }

    @Test
    void tellsWhatHadStartedBeforeAStopAlsoAfterARestart() throws IOException {
        launch("printf + 1<>group-starts", "while :; do sleep 0.05; done");
        awaitGroups("+-");
        restartAgent();
        leader.signal(ref, 1, Signal.Kind.KIND_STOP);
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getExitCode()).isEqualTo(128 + 15);
        assertThat(end.getGroupsStarted()).isEqualTo(1);
        leader.awaitRelease(ref);
        assertThat(leader.find(ref, AttemptReport.EventCase.STARTED)).isEmpty();
    }

    @Test
    void tellsTheSameOfAnEndAgain() throws IOException {
        leader.acknowledging = false;
        launch("printf + 1<>group-starts", "printf 'no data\\n\\ngroup\\n' >hook-failure; exit 1");
        leader.awaitRelease(ref);
        leader.acknowledging = true;
        restartAgent();
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_GROUP_HOOK_FAILED);
        assertThat(end.getReason().getText()).isEqualTo("no data");
        assertThat(end.getGroupsStarted()).isEqualTo(1);
    }

    @Test
    void aHookThatEndsItsProcessHasFailed() throws IOException {
        launch("printf + 1<>group-starts", "printf 'it ended\\n\\ngroup\\n' >in-hook; exit 0");
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getLaunchFailure())
                .isEqualTo(LaunchFailure.LAUNCH_FAILURE_GROUP_HOOK_FAILED);
        assertThat(end.getReason().getText()).isEqualTo("it ended");
        assertThat(end.getGroupsStarted()).isEqualTo(1);
        leader.awaitRelease(ref);
    }

    @ParameterizedTest
    @EnumSource(names = {"KIND_STOP", "KIND_KILL"})
    void aHookThatIsKilledHasNotFailed(Signal.Kind kind) throws IOException {
        launch(
                "printf 'it ended\\n\\ngroup\\n' >in-hook",
                "printf + 1<>group-starts",
                "exec sleep 600");
        awaitGroups("+-");
        leader.signal(ref, 1, kind);
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getLaunchFailure()).isEqualTo(LaunchFailure.LAUNCH_FAILURE_UNSPECIFIED);
        assertThat(end.getExitCode()).isGreaterThan(128);
        leader.awaitRelease(ref);
    }

    @Test
    void whatAHookSaysNeedNotBeText() throws IOException {
        launch("printf 'no \\377\\n\\ngroup\\n' >hook-failure; exit 1");
        assertThat(leader.awaitEnd(ref).getReason().getText()).isEqualTo("no \uFFFD");
        leader.awaitRelease(ref);
    }

    @Test
    void tellsWhatHadStartedWhereTheSupervisorIsGone() throws IOException {
        launch("printf + 1<>group-starts", "echo $PPID >supervisor-pid", "exec sleep 600");
        await().ignoreExceptions().until(() -> supervisor().destroyForcibly());
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_VANISHED);
        assertThat(end.getGroupsStarted()).isEqualTo(1);
        leader.awaitRelease(ref);
    }

    @Test
    void tellsTheSameAfterARestart() throws IOException {
        launch("printf + 1<>group-starts", "echo $PPID >supervisor-pid", "exec sleep 600");
        await().ignoreExceptions().until(() -> supervisor().isAlive());
        agent.close();
        await().until(() -> leader.session == null);
        Path stat = Path.of("/proc", Long.toString(supervisor().pid()), "stat");
        assertThat(supervisor().destroyForcibly()).isTrue();
        await().until(() -> !Files.exists(stat) || Files.readString(stat).contains(") Z "));
        startAgent();
        assertThat(leader.awaitEnd(ref).getGroupsStarted()).isEqualTo(1);
        leader.awaitRelease(ref);
    }

    private ProcessHandle supervisor() throws IOException {
        String pid = Files.readString(records.resolve("supervisor-pid")).strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    @Test
    void hasStartedWhenAllGroupsHave() throws IOException {
        launch("printf ++ 1<>group-starts", "exec sleep 600");
        assertThat(leader.awaitStart(ref)).isPositive();
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        assertThat(leader.awaitEnd(ref).getGroupsStarted()).isEqualTo(2);
        leader.awaitRelease(ref);
    }
}
