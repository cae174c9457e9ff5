package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.exec.Disk;
import io.cattino.agent.exec.LogCap;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.OpenLog;
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

/** Tasks that write far more than their cap (F42), under a real agent. */
@NullUnmarked
class LogCapTest {

    private static final long MIB = 1 << 20;
    private static final LogCap CAP = new LogCap(4 * MIB);

    /** Nobody else's: agents of one name take each other's attempts for their own. */
    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;
    private FakeLeader leader;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        leader = new FakeLeader();
        startAgent();
    }

    @AfterEach
    void stop() {
        agent.close();
        leader.close();
    }

    private void startAgent() {
        agent =
                Agent.start(
                        AgentConfig.builder(
                                        List.of(leader.address()), name, temporary.resolve("agent"))
                                .fakeGpus(FakeGpuSpec.parse("1x1000"))
                                .logCap(CAP)
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
                FakeLeader.launch(ref, temporary.resolve("runs"), "bash", "-c", line)
                        .setContextId("c")
                        .build());
        return ref;
    }

    private Path log(AttemptRef ref) {
        return temporary.resolve("runs/group/task-" + ref.getTaskId() + "/stdout.log");
    }

    private FakeLeader.LogSink read(AttemptRef ref, OpenLog.Builder how) {
        FakeLeader.LogSink sink =
                leader.openLog(how.setRef(ref).setKind(LogKind.LOG_KIND_STDOUT).build());
        sink.credit(100 * MIB);
        await().until(() -> sink.completed);
        return sink;
    }

    @Test
    void aFloodKeepsItsBeginningAndItsEndAndIsNotHeldUp() throws IOException {
        AttemptRef ref = run(7_101, "seq 10000000 19999999");
        leader.awaitStart(ref); // or its place would not be known
        FakeLeader.LogSink followed =
                read(ref, OpenLog.newBuilder().setTransferId("follow").setFollow(true));
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
        long written = 90_000_000;
        assertThat(Files.size(log(ref))).isEqualTo(written);
        await().until(() -> Disk.used(log(ref)) <= CAP.bytes());
        assertThat(followed.text().length() + followed.dropped.get()).isEqualTo(written);
        assertThat(followed.text()).endsWith("19999999\n").doesNotContain("\0");

        FakeLeader.LogSink all = read(ref, OpenLog.newBuilder().setTransferId("all"));
        assertThat(all.end).isTrue();
        assertThat(all.text()).startsWith("10000000\n10000001\n").endsWith("19999999\n");
        assertThat(all.dropped.get()).isPositive();
        assertThat(all.text().length() + all.dropped.get()).isEqualTo(written);

        FakeLeader.LogSink tail =
                read(ref, OpenLog.newBuilder().setTransferId("tail").setTailLines(2));
        assertThat(tail.text()).isEqualTo("19999998\n19999999\n");
        assertThat(tail.dropped.get()).isZero();

        FakeLeader.LogSink most =
                read(ref, OpenLog.newBuilder().setTransferId("most").setTailLines(5_000_000));
        assertThat(most.dropped.get()).as("some of these lines").isEqualTo(all.dropped.get());
        assertThat(most.text()).endsWith("19999999\n").doesNotContain("10000000");

        FakeLeader.LogSink middle =
                read(ref, OpenLog.newBuilder().setTransferId("middle").setOffset(45_000_000));
        assertThat(middle.text().length() + middle.dropped.get()).isEqualTo(written - 45_000_000);
        assertThat(middle.text()).isEqualTo(most.text());

        FakeLeader.LogSink since =
                read(ref, OpenLog.newBuilder().setTransferId("since").setSince(Wire.timestamp(1)));
        assertThat(since.text()).isEqualTo(all.text());
    }

    /** The task itself sees its log shrink, before it goes on: 80 MiB never take a tenth of it. */
    @Test
    void theDiskIsGivenBackWhileTheTaskRuns() {
        AttemptRef ref =
                run(
                        7_102,
                        """
                        for i in 1 2 3 4 5 6 7 8 9 10; do
                          head -c 8M /dev/zero | tr '\\0' x
                          while [ "$(stat -c %b "$CATTINO_TASK_HOME/stdout.log")" -gt 8192 ]; do sleep 0.05; done
                        done
                        """);
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
    }

    @Test
    void aLaterAgentTrimsWhatWasWrittenWhileThereWasNone() throws IOException {
        AttemptRef ref =
                run(
                        7_103,
                        """
                        cd %s
                        head -c 20M /dev/zero | tr '\\0' x
                        while [ ! -e away ]; do sleep 0.05; done
                        head -c 20M /dev/zero | tr '\\0' y
                        touch written
                        while [ ! -e back ]; do sleep 0.05; done
                        """
                                .formatted(temporary));
        await().until(() -> Files.exists(log(ref)) && Files.size(log(ref)) == 20 * MIB);
        await().until(() -> Disk.used(log(ref)) <= CAP.bytes());
        agent.close();
        await().until(() -> leader.session == null);
        Files.createFile(temporary.resolve("away"));
        await().until(() -> Files.exists(temporary.resolve("written")));
        assertThat(Disk.used(log(ref))).isGreaterThan(20 * MIB);
        startAgent();
        await().until(() -> Disk.used(log(ref)) <= CAP.bytes());
        Files.createFile(temporary.resolve("back"));
        assertThat(leader.awaitEnd(ref).getExitCode()).isZero();
        assertThat(Files.size(log(ref))).isEqualTo(40 * MIB);
    }
}
