package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.exec.ProcessTable;
import io.cattino.agent.fence.BootClock;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptResult;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.Trouble;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agents, real fences, real tasks, and a leader that stops answering. */
@NullUnmarked
class FenceTest {

    private static final long FENCE_AFTER_MS = 4_500;

    private final BootClock clock = BootClock.system();

    /** Of its own, so that what a test that fails leaves behind is not the next one's. */
    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;
    private Path data;
    private FakeLeader leader;
    private Agent agent;
    private Process process;

    /** What runs in the other process. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            Agent agent =
                    Agent.start(
                            AgentConfig.builder(
                                            List.of(arguments[0]),
                                            arguments[2],
                                            Path.of(arguments[1]))
                                    .fakeGpus(FakeGpuSpec.parse("1x1000"))
                                    .silence(Duration.ofSeconds(60))
                                    .build());
            agent.registered().join();
            new CountDownLatch(1).await();
        }
    }

    @BeforeEach
    void startLeader() throws IOException {
        leader = new FakeLeader();
        leader.leasing = true;
        data = temporary.resolve("agent");
    }

    @AfterEach
    void stop() throws Exception {
        if (agent != null) {
            agent.close();
        }
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        leader.close();
        OptionalLong fence = fencePid();
        if (fence.isPresent()) {
            ProcessHandle.of(fence.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
            await().until(() -> !isAlive(fence.getAsLong()));
        }
        for (ProcessTable.Entry entry : new ProcessTable(Path.of("/proc")).living()) {
            if (isOurs(entry.pid())) {
                ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private boolean isOurs(long pid) throws IOException {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "environ"), ISO_8859_1)
                    .contains("/" + name + "/");
        } catch (FileSystemException _) {
            return false; // gone, or of the kernel
        }
    }

    private AgentConfig.Builder config() {
        return AgentConfig.builder(List.of(leader.address()), name, data)
                .silence(Duration.ofSeconds(1))
                .fakeGpus(FakeGpuSpec.parse("1x1000"));
    }

    private void startAgent(AgentConfig config) {
        agent = Agent.start(config);
        prepare();
    }

    private void startProcess() throws IOException {
        process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                leader.address(),
                                data.toString(),
                                name)
                        .inheritIO()
                        .start();
        prepare();
    }

    private void prepare() {
        leader.awaitSession();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .build());
    }

    private AttemptRef launch(long task, boolean fenced) {
        AttemptRef ref = FakeLeader.ref(task, 1);
        var launch =
                FakeLeader.launch(
                                ref,
                                temporary.resolve("runs"),
                                "sh",
                                "-c",
                                "setsid sleep 1000 & sleep 1000")
                        .setContextId("c");
        if (fenced) {
            launch.setFenceAfter(FakeLeader.millis(FENCE_AFTER_MS));
        }
        leader.launch(launch.build());
        return ref;
    }

    private static boolean isAlive(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private OptionalLong fencePid() throws IOException {
        Path lock = data.resolve("fence.lock");
        String pid = Files.exists(lock) ? Files.readString(lock).split("\\s", 2)[0] : "";
        return pid.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(pid));
    }

    private static void signal(Process process, String name) throws Exception {
        int code =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
        assertThat(code).isZero();
    }

    private void awaitFenced(AttemptRef ref) {
        AttemptEnded end = leader.awaitEnd(ref);
        assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_VANISHED);
        assertThat(end.getReason().getCode()).isEqualTo("Fenced");
        assertThat(end.getReason().getText())
                .isEqualTo(
                        "Its node was out of contact for longer than 4.5 s; its fence killed it.");
        leader.awaitRelease(ref);
    }

    @Test
    void theFenceKillsWhenTheLeaseIsOver() throws IOException {
        startAgent(config().build());
        long fenced = leader.awaitStart(launch(1, true));
        long free = leader.awaitStart(launch(2, false));
        int heard = leader.heartbeats.size();
        await().until(() -> leader.heartbeats.size() > heard + 20); // twice the time of the fence
        assertThat(isAlive(fenced)).as("while leases come").isTrue();
        leader.answering = false;
        await().until(() -> !isAlive(fenced));
        assertThat(isAlive(free)).as("nobody wants it fenced").isTrue();
        leader.answering = true;
        awaitFenced(FakeLeader.ref(1, 1));
        assertThat(leader.hellos.getLast().getRunningList())
                .extracting(running -> running.getRef().getTaskId())
                .contains(2L);
        leader.signal(FakeLeader.ref(2, 1), 1, io.cattino.proto.v1.Signal.Kind.KIND_KILL);
        leader.awaitRelease(FakeLeader.ref(2, 1));
    }

    @Test
    void whoIsLetInAgainStartsWhatComesBeforeTheFirstHeartbeatIsAnswered() throws IOException {
        startAgent(config().build());
        AttemptRef first = launch(1, true);
        long pid = leader.awaitStart(first);
        leader.answering = false;
        await().until(() -> !isAlive(pid));
        leader.leasing = false;
        leader.leasingHello = true;
        leader.answering = true;
        awaitFenced(first);
        prepare();
        leader.awaitStart(launch(2, true));
    }

    @Test
    void anAgentThatIsDeadDoesNotKeepItsAttemptsAlive() throws Exception {
        startProcess();
        AttemptRef ref = launch(1, true);
        long pid = leader.awaitStart(ref);
        process.destroyForcibly().waitFor();
        await().until(() -> !isAlive(pid));
        startProcess();
        awaitFenced(ref);
    }

    @Test
    void aFrozenAgentStartsNothingThatIsReplacedByThen() throws Exception {
        startProcess();
        long pid = leader.awaitStart(launch(1, true));
        signal(process, "STOP");
        AttemptRef late = launch(2, true);
        leader.leasing = false; // as for a node that has been given up
        leader.leasingHello = true; // for whom it matters, what was replaced is not told yet
        await().until(() -> !isAlive(pid));
        signal(process, "CONT");
        AttemptEnded end = leader.awaitEnd(late);
        assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_NOT_STARTED);
        assertThat(end.getReason().getCode()).isEqualTo("LeaseOver");
        awaitFenced(FakeLeader.ref(1, 1));
    }

    @Test
    void whileAllSayThatTheyDoNotLeadTheLeaseGoesOn() throws IOException {
        try (FakeLeader other = new FakeLeader()) {
            other.refusing = true;
            startAgent(
                    AgentConfig.builder(List.of(leader.address(), other.address()), name, data)
                            .silence(Duration.ofSeconds(1))
                            .fakeGpus(FakeGpuSpec.parse("1x1000"))
                            .build());
            leader.awaitStart(launch(1, true));
            leader.refusing = true;
            leader.refuse();
            long since = clock.millis();
            await().until(() -> lease() > since);
            other.answering = false; // it may lead, for all that is known
            long silent = clock.millis();
            int hellos = leader.hellos.size();
            await().until(() -> leader.hellos.size() > hellos + 3);
            assertThat(lease()).isLessThanOrEqualTo(silent);
        }
    }

    @Test
    void aLeaderWithAnOldStoreMayLeadForAllThatIsKnown() throws IOException {
        try (FakeLeader other = new FakeLeader()) {
            other.refusing = true;
            other.refusal = Refusal.Code.CODE_OLD_EPOCH;
            leader.coordinators = List.of(leader.address(), other.address());
            startAgent(config().build());
            leader.awaitStart(launch(1, true));
            await().until(() -> Files.exists(data.resolve("coordinators")));
            leader.refusing = true;
            leader.refuse();
            await().until(() -> !other.hellos.isEmpty());
            long since = clock.millis();
            await().until(() -> other.hellos.size() > 3);
            assertThat(lease()).isLessThanOrEqualTo(since);
        }
    }

    private long lease() throws IOException {
        return Files.readAllLines(data.resolve("lease")).stream()
                .filter(slot -> !slot.isBlank())
                .mapToLong(slot -> Long.parseLong(slot.split(" ", 3)[1]))
                .max()
                .orElseThrow();
    }

    @Test
    void aFenceThatDiesIsStartedAgain() throws IOException {
        startAgent(config().build());
        AttemptRef ref = launch(1, true);
        leader.awaitStart(ref);
        long first = fencePid().orElseThrow();
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await().until(() -> fencePid().orElse(first) != first);
        assertThat(isAlive(fencePid().orElseThrow())).isTrue();
        leader.answering = false;
        await().until(() -> Files.readString(data.resolve("fence.log")).contains("killed"));
    }

    @Test
    void nothingThatNeedsAFenceStartsWithoutOne() throws IOException {
        startAgent(config().fenceCommand(List.of("/bin/false")).build());
        leader.awaitStart(launch(1, false));
        await().until(() -> leader.heartbeats.size() > 2);
        assertThat(leader.heartbeats).allMatch(each -> each.getTroublesList().isEmpty());
        AttemptEnded end = leader.awaitEnd(launch(2, true));
        assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_NOT_STARTED);
        assertThat(end.getReason().getCode()).isEqualTo("FenceDown");
        await().until(() ->
                leader.heartbeats
                        .getLast()
                        .getTroublesList()
                        .equals(List.of(Trouble.TROUBLE_FENCE_DOWN)));
        leader.signal(FakeLeader.ref(1, 1), 1, io.cattino.proto.v1.Signal.Kind.KIND_KILL);
        leader.awaitRelease(FakeLeader.ref(1, 1));
    }

    @Test
    void anAgentThatSaidForHowLongItGoesKeepsItsLease() throws IOException {
        startAgent(config().build());
        AttemptRef ref = launch(1, true);
        long pid = leader.awaitStart(ref);
        agent.close();
        agent = null;
        assertThat(lease()).isGreaterThan(clock.millis() + Duration.ofMinutes(4).toMillis());
        assertThat(isAlive(pid)).isTrue();
        startAgent(config().build());
        leader.signal(ref, 1, io.cattino.proto.v1.Signal.Kind.KIND_KILL);
        leader.awaitRelease(ref);
    }

    @Test
    void tellsWhatHasArrived() {
        startAgent(config().build());
        await().until(() -> leader.heartbeats.stream().anyMatch(each -> each.getReceived() > 3));
        assertThat(leader.find(FakeLeader.ref(1, 1), AttemptReport.EventCase.ENDED)).isEmpty();
    }
}
