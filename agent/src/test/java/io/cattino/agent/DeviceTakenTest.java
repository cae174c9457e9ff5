package io.cattino.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptResult;
import io.cattino.proto.v1.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who asks nobody takes a card between the leader's decision and the start (F45). */
@NullUnmarked
class DeviceTakenTest {
    /** Nobody else's: agents of one name take each other's attempts for their own. */
    private final String name = "node-" + UUID.randomUUID();

    @TempDir private Path temporary;

    @Test
    void anAttemptIsNotStartedOnACardThatWasTakenMeanwhile() throws IOException {
        Path state = temporary.resolve("state");
        Files.writeString(state, "");
        try (FakeLeader leader = new FakeLeader();
                Agent _ =
                        Agent.start(
                                AgentConfig.builder(
                                                List.of(leader.address()),
                                                name,
                                                temporary.resolve("agent"))
                                        .fakeGpus(FakeGpuSpec.parse("1x24576@" + state))
                                        .build())) {
            leader.awaitSession();
            leader.putContext(
                    "c",
                    Context.newBuilder()
                            .setWorkingDirectory("/tmp")
                            .putEnvironment("PATH", System.getenv("PATH"))
                            .build());
            Files.writeString(state, "0 24570 " + ProcessHandle.current().pid());
            AttemptRef taken = launch(leader, 1);
            AttemptEnded end = leader.awaitEnd(taken);
            assertThat(end.getResult()).isEqualTo(AttemptResult.ATTEMPT_RESULT_NOT_STARTED);
            assertThat(end.getReason().getCode()).isEqualTo("DeviceBusy");
            assertThat(end.getReason().getText())
                    .startsWith("1000 MiB were promised on device 0, 6 MiB are left: PID ");
            leader.awaitRelease(taken);
            assertThat(temporary.resolve("runs/group/task-1/started")).doesNotExist();

            Files.writeString(state, "");
            assertThat(leader.awaitEnd(launch(leader, 2)).getExitCode()).isZero();
        }
    }

    private AttemptRef launch(FakeLeader leader, long task) {
        AttemptRef ref = FakeLeader.ref(task, 1);
        var launch =
                FakeLeader.launch(ref, temporary.resolve("runs"), "sh", "-c", "true >started")
                        .setContextId("c");
        launch.getDevicesBuilder(0).setMib(1_000);
        leader.launch(launch.build());
        return ref;
    }
}
