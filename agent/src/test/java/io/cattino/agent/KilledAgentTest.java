package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.RunningAttempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent in a process of its own, ended by KILL in the middle of everything. */
@NullUnmarked
class KilledAgentTest {

    /** Nobody else's: agents of one name take each other's attempts for their own. */
    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;
    private Process agent;

    /** What runs in the other process. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            Agent agent =
                    Agent.start(
                            AgentConfig.builder(
                                            List.of(arguments[0]),
                                            arguments[1],
                                            Path.of(arguments[2]))
                                    .fakeGpus(FakeGpuSpec.parse("1x1000"))
                                    .build());
            agent.registered().join();
            new CountDownLatch(1).await();
        }
    }

    @AfterEach
    void endAgent() throws InterruptedException {
        agent.destroyForcibly().waitFor();
    }

    private void startAgent(FakeLeader leader) throws IOException {
        agent =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                leader.address(),
                                name,
                                temporary.resolve("agent").toString())
                        .inheritIO()
                        .start();
        leader.awaitSession();
        leader.putContext(
                "c",
                Context.newBuilder()
                        .setWorkingDirectory("/tmp")
                        .putEnvironment("PATH", System.getenv("PATH"))
                        .build());
    }

    @Test
    void losesNothingAndStartsNothingTwice() throws Exception {
        Path gate = temporary.resolve("gate");
        Path ran = temporary.resolve("ran");
        try (FakeLeader leader = new FakeLeader()) {
            startAgent(leader);
            List<AttemptRef> all = new ArrayList<>();
            for (int task = 1; task <= 12; task++) {
                AttemptRef ref = FakeLeader.ref(task, 1);
                all.add(ref);
                leader.launch(
                        FakeLeader.launch(
                                        ref,
                                        temporary.resolve("runs"),
                                        "sh",
                                        "-c",
                                        "echo $CATTINO_TASK_ID >>%s; while [ ! -e %s ]; do sleep 0.05; done; exit $CATTINO_TASK_ID"
                                                .formatted(ran, task % 2 == 0 ? gate : "/"))
                                .setContextId("c")
                                .build());
            }
            // Some have been reported, some are just being started.
            leader.awaitStart(all.get(5));
            agent.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            await().until(() -> leader.session == null);
            Map<Long, Long> pids = new TreeMap<>();
            leader.reports.stream()
                    .filter(AttemptReport::hasStarted)
                    .forEach(r -> pids.put(r.getRef().getTaskId(), r.getStarted().getPid()));
            startAgent(leader);
            for (RunningAttempt running : leader.hellos.getLast().getRunningList()) {
                Long before = pids.get(running.getRef().getTaskId());
                if (before != null && running.getPid() != 0) {
                    assertThat(running.getPid()).isEqualTo(before);
                }
            }
            Files.createFile(gate);
            for (AttemptRef ref : all) {
                // What the killed agent never took is launched again by the leader, as after any
                // hello that does not name it.
                leader.launch(
                        FakeLeader.launch(
                                        ref,
                                        temporary.resolve("runs"),
                                        "sh",
                                        "-c",
                                        "echo $CATTINO_TASK_ID >>%s; exit $CATTINO_TASK_ID"
                                                .formatted(ran))
                                .setContextId("c")
                                .build());
            }
            for (AttemptRef ref : all) {
                leader.awaitRelease(ref);
                AttemptReport end = leader.awaitReport(ref, AttemptReport.EventCase.ENDED);
                if (end.getEnded().hasExitCode()) {
                    assertThat(end.getEnded().getExitCode()).isEqualTo((int) ref.getTaskId());
                }
            }
            List<String> starts = Files.readAllLines(ran);
            assertThat(starts).doesNotHaveDuplicates().contains("6");
        }
    }
}
