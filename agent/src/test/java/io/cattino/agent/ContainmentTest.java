package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AgentLimits;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks that leave their session and their environment behind, where the kernel keeps the processes
 * of an attempt together.
 */
@NullUnmarked
class ContainmentTest {

    /** Writes down who it is, in a session of its own and without a marker. */
    private static final String DAEMON =
            "setsid env -i PATH=$PATH sh -c 'echo $$ >%s; exec sleep 1000' & "
                    + "while [ ! -s %s ]; do sleep 0.05; done; ";

    private static final AgentLimits QUICK = new AgentLimits(500, 60_000, 200, 500, 86_400_000);

    private final String name = "node-" + UUID.randomUUID();
    @TempDir private Path temporary;
    private Path data;
    private Path pidFile;
    private FakeLeader leader;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        leader = new FakeLeader();
        leader.leasing = true;
        data = temporary.resolve("agent");
        pidFile = temporary.resolve("daemon");
        startAgent();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        leader.close();
        if (Files.exists(pidFile)) {
            ProcessHandle.of(daemon()).ifPresent(ProcessHandle::destroyForcibly);
        }
        Path lock = data.resolve("fence.lock");
        if (Files.exists(lock)) {
            ProcessHandle.of(Long.parseLong(Files.readString(lock).split("\\s", 2)[0]))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private void startAgent() {
        agent =
                Agent.start(
                        AgentConfig.builder(List.of(leader.address()), name, data)
                                .limits(QUICK)
                                .fakeGpus(FakeGpuSpec.parse("1x1000"))
                                .build());
        leader.awaitSession();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .build());
    }

    private Launch.Builder shell(long task, String line) {
        AttemptRef ref = FakeLeader.ref(task, 1);
        Launch.Builder launch =
                FakeLeader.launch(ref, temporary.resolve("runs"), line).setContextId("c");
        launch.getSpecBuilder().setCommand(Command.newBuilder().addArgv(line).setShell(true));
        return launch;
    }

    private AttemptRef daemonise(long task, String then) {
        leader.launch(shell(task, DAEMON.formatted(pidFile, pidFile) + then).build());
        return FakeLeader.ref(task, 1);
    }

    private long daemon() throws IOException {
        return Long.parseLong(Files.readString(pidFile).strip());
    }

    private Path awaitContained(AttemptRef ref) throws IOException {
        leader.awaitStart(ref);
        Path cgroup = data.resolve("attempts/%d.1.1/cgroup".formatted(ref.getTaskId()));
        Assumptions.assumeTrue(Files.exists(cgroup), "no cgroups of version 2 may be made here");
        await().until(() -> Files.exists(pidFile) && Files.size(pidFile) > 1);
        return Path.of(Files.readString(cgroup).strip());
    }

    private static boolean isAlive(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    @Test
    void aDaemonThatClearedItsEnvironmentDoesNotOutliveItsTask() throws IOException {
        Path gate = temporary.resolve("gate");
        AttemptRef ref = daemonise(1, "while [ ! -e " + gate + " ]; do sleep 0.05; done; exit 3");
        Path cgroup = awaitContained(ref);
        Files.createFile(gate);
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getExitCode()).isEqualTo(3);
        assertThat(end.getLeftovers()).isEqualTo(1);
        leader.awaitRelease(ref);
        assertThat(isAlive(daemon())).isFalse();
        assertThat(cgroup).doesNotExist();
    }

    @Test
    void aTaskThatIsKilledTakesItsDaemonsWithIt() throws IOException {
        AttemptRef ref = daemonise(2, "sleep 1000");
        Path cgroup = awaitContained(ref);
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        assertThat(leader.awaitEnd(ref).getExitCode()).isEqualTo(128 + 9);
        leader.awaitRelease(ref);
        assertThat(isAlive(daemon())).isFalse();
        assertThat(cgroup).doesNotExist();
    }

    @Test
    void aRestartedAgentStillKnowsTheDaemons() throws IOException {
        AttemptRef ref = daemonise(3, "sleep 1000");
        awaitContained(ref);
        agent.close();
        await().until(() -> leader.session == null);
        startAgent();
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        leader.awaitRelease(ref);
        assertThat(isAlive(daemon())).isFalse();
    }

    @Test
    void theFenceKillsDaemonsToo() throws IOException {
        leader.launch(
                shell(4, DAEMON.formatted(pidFile, pidFile) + "sleep 1000")
                        .setFenceAfter(FakeLeader.millis(2_000))
                        .build());
        AttemptRef ref = FakeLeader.ref(4, 1);
        awaitContained(ref);
        leader.leasing = false;
        assertThat(leader.awaitEnd(ref).getReason().getCode()).isEqualTo("Fenced");
        leader.awaitRelease(ref);
        assertThat(isAlive(daemon())).isFalse();
    }

    @Test
    void whatADeletedDataDirectoryKnewIsDeadBeforeTheNodeIsHeardOf() throws IOException {
        AttemptRef ref = daemonise(5, "sleep 1000");
        long pid = leader.awaitStart(ref);
        await().until(() -> Files.exists(pidFile) && Files.size(pidFile) > 1);
        boolean contained = Files.exists(data.resolve("attempts/5.1.1/cgroup"));
        agent.close();
        await().until(() -> leader.session == null);
        deleteAll(data);
        int hellos = leader.hellos.size();
        startAgent();
        assertThat(isAlive(pid)).isFalse();
        assertThat(isAlive(daemon())).isEqualTo(!contained);
        assertThat(leader.hellos.get(hellos).getRunningList()).isEmpty();
    }

    /** Each forks the next, in a session of its own and without a marker, and is gone. */
    @Test
    void aTaskThatForksWithoutEndLeavesNothingBehind() throws IOException {
        Path next = temporary.resolve("next.sh");
        Path forks = temporary.resolve("forks");
        Path gate = temporary.resolve("gate");
        Files.writeString(
                next,
                "[ -e %s ] || exit\necho >>%s\nsetsid env -i PATH=\"$PATH\" sh %s &\n"
                        .formatted(gate, forks, next));
        leader.launch(
                shell(
                                6,
                                "echo $$ >%s; while [ ! -e %s ]; do sleep 0.05; done; sh %s; sleep 1000"
                                        .formatted(pidFile, gate, next))
                        .build());
        AttemptRef ref = FakeLeader.ref(6, 1);
        awaitContained(ref);
        Files.createFile(gate);
        try {
            await().until(() -> Files.exists(forks) && Files.size(forks) >= 20);
            leader.signal(ref, 1, Signal.Kind.KIND_KILL);
            leader.awaitRelease(ref);
            assertThat(running(next)).isEmpty();
        } finally {
            Files.delete(gate); // whatever is left ends
        }
    }

    /** In a cgroup with a limit: without one it would be this machine's end. */
    @Test
    void aForkBombLeavesNothingBehind() throws IOException {
        Path limited = Path.of("/sys/fs/cgroup/pids", name);
        try {
            Files.createDirectory(limited);
            Files.writeString(limited.resolve("pids.max"), "100");
        } catch (IOException e) {
            Assumptions.abort("no cgroup with a limit on processes may be made here: " + e);
        }
        try {
            explode(limited);
        } finally {
            Files.writeString(limited.resolve("pids.max"), "0"); // whatever is left forks no more
            await().until(() -> {
                Files.readAllLines(limited.resolve("cgroup.procs"))
                        .forEach(pid ->
                                ProcessHandle.of(Long.parseLong(pid))
                                        .ifPresent(ProcessHandle::destroyForcibly));
                return count(limited) == 0;
            });
            Files.delete(limited);
        }
    }

    private void explode(Path limited) throws IOException {
        Path bomb = temporary.resolve("bomb.sh");
        Files.writeString(
                bomb,
                """
                echo $$ >%s/cgroup.procs && grep -q %s /proc/self/cgroup || exit 9
                echo $$ >%s
                bomb() { bomb | bomb & }
                bomb
                sleep 1000
                """
                        .formatted(limited, name, pidFile));
        leader.launch(shell(7, "sh " + bomb + " 2>/dev/null").build());
        AttemptRef ref = FakeLeader.ref(7, 1);
        awaitContained(ref);
        await().until(() -> count(limited) >= 50);
        leader.signal(ref, 1, Signal.Kind.KIND_KILL);
        leader.awaitRelease(ref);
        assertThat(running(bomb)).isEmpty();
        for (String pid : Files.readAllLines(limited.resolve("cgroup.procs"))) {
            assertThat(isAlive(Long.parseLong(pid))).isFalse();
        }
    }

    private static long count(Path limited) throws IOException {
        return Long.parseLong(Files.readString(limited.resolve("pids.current")).strip());
    }

    private static List<Long> running(Path script) {
        return ProcessHandle.allProcesses()
                .filter(each ->
                        each.info()
                                .commandLine()
                                .filter(it -> it.contains("" + script))
                                .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
