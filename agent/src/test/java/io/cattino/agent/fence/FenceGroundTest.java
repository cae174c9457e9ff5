package io.cattino.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.Waiting;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.exec.FencedAttempts;
import io.cattino.agent.exec.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class FenceGroundTest {

    private static final ProcessTable TABLE = new ProcessTable(Path.of("/proc"));

    @TempDir private Path root;

    @Test
    void saysWhenItCannotSee() throws IOException {
        AttemptId id = new AttemptId(1, 1, 1);
        Path attempts = Files.createDirectory(root.resolve("attempts"));
        FencedAttempts.stage(attempts, id, "boot");
        Path record = attempts.resolve(id + "/fence");
        String text = Files.readString(record);
        List<Boolean> told = new ArrayList<>();
        try (FenceGround ground =
                new FenceGround(
                        new FencedAttempts(attempts, "boot", TABLE),
                        new LeaseFile(root.resolve(FenceKeeper.LEASE), "boot", () -> 0),
                        told::add,
                        _ -> {})) {
            Files.writeString(record, "rubbish");
            assertThat(ground.look(Waiting.LIMIT).fresh()).isFalse();
            assertThat(ground.look(Waiting.LIMIT).attempts()).isEmpty();
            assertThat(told).containsExactly(true);
            Files.writeString(record, text);
            assertThat(ground.look(Waiting.LIMIT).attempts()).hasSize(1);
            assertThat(told).containsExactly(true, false);
        }
    }

    @Test
    void oneThatCannotSeeDoesNotWatch() throws IOException {
        Path file = root.resolve(FenceKeeper.LOCK);
        assertThat(FenceLock.look(file, TABLE)).isEqualTo(FenceLock.State.FREE);
        try (FenceLock lock = FenceLock.tryAcquire(file).orElseThrow()) {
            assertThat(FenceLock.look(file, TABLE)).isEqualTo(FenceLock.State.IDLE);
            lock.tell(false);
            assertThat(FenceLock.look(file, TABLE)).isEqualTo(FenceLock.State.WATCHING);
            lock.tell(true);
            assertThat(FenceLock.look(file, TABLE)).isEqualTo(FenceLock.State.IDLE);
        }
        assertThat(FenceLock.look(file, TABLE)).isEqualTo(FenceLock.State.FREE);
    }
}
