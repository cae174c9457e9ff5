package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.Heartbeat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task uses of the memory of a host without cards, to the end of the task. */
@NullUnmarked
class MemoryPeakTest {

    private static final long TAKEN_MIB = 200;

    /** Takes memory when it may, gives it back when it may, and ends when it may. */
    private static final String HOG =
            """
            import os, sys, time
            take, give_back, given_back, leave = sys.argv[1:]
            while not os.path.exists(take):
                time.sleep(0.02)
            taken = bytearray(b"x") * (%d << 20)
            while not os.path.exists(give_back):
                time.sleep(0.02)
            del taken
            open(given_back, "w").close()
            while not os.path.exists(leave):
                time.sleep(0.02)
            """
                    .formatted(TAKEN_MIB);

    private static final AtomicLong TASKS = new AtomicLong(2_000);

    /** One for each test: what is left of another is of no attempt of this one. */
    private final AttemptRef ref = FakeLeader.ref(TASKS.incrementAndGet(), 1);

    @TempDir private Path temporary;
    private FakeLeader leader;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        leader = new FakeLeader();
        startAgent();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .build());
        leader.launch(
                FakeLeader.launch(
                                ref,
                                temporary.resolve("runs"),
                                "python3",
                                "-c",
                                HOG,
                                file("take").toString(),
                                file("give-back").toString(),
                                file("given-back").toString(),
                                file("leave").toString())
                        .setContextId("c")
                        .build());
    }

    @AfterEach
    void stop() throws IOException {
        allow("take");
        allow("give-back");
        allow("leave");
        if (agent != null) {
            agent.close();
        }
        leader.close();
    }

    private void startAgent() {
        agent =
                Agent.start(
                        AgentConfig.builder(
                                        List.of(leader.address()),
                                        "node-with-memory",
                                        temporary.resolve("agent"))
                                .build());
        leader.awaitSession();
    }

    private Path file(String name) {
        return temporary.resolve(name);
    }

    private void allow(String name) throws IOException {
        if (!Files.exists(file(name))) {
            Files.createFile(file(name));
        }
    }

    /** What the last heartbeat says that the task uses; 0: nothing. */
    private long usedMib() {
        return leader.heartbeats.isEmpty() ? 0 : used(leader.heartbeats.getLast());
    }

    private static long used(Heartbeat heartbeat) {
        return heartbeat.getDevicesList().stream()
                .map(DeviceSample::getAttemptsList)
                .flatMap(List::stream)
                .mapToLong(use -> use.getUsedMib())
                .sum();
    }

    private void assertPeaked() {
        List<DeviceShare> peaks = leader.awaitEnd(ref).getPeaksList();
        assertThat(peaks).hasSize(1);
        assertThat(peaks.getFirst().getIndex()).isZero();
        assertThat(peaks.getFirst().getMib()).isBetween(TAKEN_MIB, 2 * TAKEN_MIB);
    }

    @Test
    void endTellsTheMostThatWasUsedAndNotTheLast() throws IOException {
        allow("take");
        await().until(() -> usedMib() >= TAKEN_MIB);
        allow("give-back");
        await().until(() -> usedMib() > 0 && usedMib() < TAKEN_MIB);
        allow("leave");
        assertPeaked();
    }

    @Test
    void peaksOutliveTheAgent() throws IOException {
        allow("take");
        await().until(() -> usedMib() >= TAKEN_MIB);
        agent.close();
        await().until(() -> leader.session == null);
        allow("give-back");
        await().until(() -> Files.exists(file("given-back")));
        leader.heartbeats.clear();
        startAgent();
        await().until(() -> usedMib() > 0);
        allow("leave");
        assertPeaked();
    }

    @Test
    void usesAreNotedWhileNobodyLeads() throws IOException {
        await().until(() -> usedMib() > 0);
        leader.close();
        allow("take");
        Path peaks = temporary.resolve("agent/attempts/%d.1.1/peaks".formatted(ref.getTaskId()));
        await().ignoreExceptions().until(() -> isPeaked(Files.readString(peaks)));
    }

    private static boolean isPeaked(String peaks) {
        return Long.parseLong(peaks.lines().findFirst().orElseThrow().split(" ", 2)[1])
                >= TAKEN_MIB;
    }
}
