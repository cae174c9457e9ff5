package io.cattino.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.client.ProcTask;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Farms in one JVM know nothing of each other. */
class SideBySideTest {
    @TempDir private Path files;

    @Test
    void oneIsClosedAndTheOtherRunsOn() throws Exception {
        Path gate = files.resolve("gate");
        try (InProcessMeow first = InProcessMeow.builder().build().start()) {
            TaskHandle task = Tasks.running(first.client(), Tasks.until("same", gate).build());
            try (InProcessMeow second = InProcessMeow.builder().build().start()) {
                TaskHandle other =
                        second.client().submit(ProcTask.builder("same").command("true").build());
                assertThat(other.await(Tasks.PATIENCE).isDone()).isTrue();
                Tasks.running(second.client(), Tasks.shell("left", "sleep 603").build());
            }
            assertThat(task.info().status()).isEqualTo(TaskStatus.RUNNING);
            Tasks.touch(gate);
            assertThat(task.await(Tasks.PATIENCE).isDone()).isTrue();
        }
    }
}
