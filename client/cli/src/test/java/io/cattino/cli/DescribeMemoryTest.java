package io.cattino.cli;

import static io.cattino.cli.FakeFarm.gpus;
import static io.cattino.cli.FakeFarm.ran;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.Attempt;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.LearnedMemory;
import io.cattino.proto.v1.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What describe says of the memory of attempts that are over, and of what is learned of it. */
class DescribeMemoryTest {

    @TempDir private Path directory;
    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    private static UnaryOperator<Task.Builder> peaked(long... mib) {
        return task -> {
            ran(task, "gpu-1", 0);
            Attempt.Builder attempt = task.getAttemptsBuilder(task.getAttemptsCount() - 1);
            for (int index = 0; index < mib.length; index++) {
                if (mib[index] > 0) {
                    attempt.addPeaks(DeviceShare.newBuilder().setIndex(index).setMib(mib[index]));
                }
            }
            return task;
        };
    }

    @Test
    void describesWhatAnAttemptAskedForAndUsed() {
        UnaryOperator<Task.Builder> asks = gpus(2, 20000);
        farm.put("two", TASK_STATUS_DONE, asks.andThen(peaked(11210, 9800))::apply);
        farm.put("same", TASK_STATUS_DONE, asks.andThen(peaked(11210, 11210))::apply);
        farm.put("half", TASK_STATUS_DONE, asks.andThen(peaked(0, 11210))::apply);
        farm.put("unseen", TASK_STATUS_DONE, asks.andThen(peaked())::apply);
        farm.put("runs", TASK_STATUS_RUNNING, asks.andThen(task -> ran(task, "gpu-1"))::apply);
        farm.put(
                "one",
                TASK_STATUS_DONE,
                asks.andThen(peaked(11210))
                                .andThen(task -> {
                                    task.getAttemptsBuilder(0).removeDevices(1);
                                    return task;
                                })
                        ::apply);
        farm.put("whole", TASK_STATUS_DONE, peaked(11210, 9800));

        assertThat(attempts("two"))
                .endsWith("exit 0 · asked 20000 MiB each, peaked 11210 MiB on 0, 9800 MiB on 1");
        assertThat(attempts("same"))
                .endsWith("exit 0 · asked 20000 MiB each, peaked 11210 MiB each");
        assertThat(attempts("half"))
                .endsWith("exit 0 · asked 20000 MiB each, peaked 11210 MiB on 1");
        assertThat(attempts("one")).endsWith("exit 0 · asked 20000 MiB, peaked 11210 MiB");
        assertThat(attempts("whole")).contains("exit 0 · had 20000 MiB each, peaked 11210");
        assertThat(attempts("unseen")).endsWith("exit 0");
        assertThat(attempts("runs")).contains("PID 4711").doesNotContain("peaked");
        assertThat(cli().run("describe", "half", "--json=attempts").out())
                .contains("\"peaks\":[{\"index\":1,\"peak_mib\":11210}]");
    }

    @Test
    void describesWhatIsLearnedOfATaskThatWaits() {
        farm.put("a", TASK_STATUS_WAITING, FakeFarm::auto);
        assertThat(memory("a")).isEmpty();

        farm.learned.add(learned("H100", 0, 0, 0));
        farm.learned.add(learned("T4", 0, 0, 0));
        assertThat(memory("a"))
                .containsExactly("Memory\tauto: a whole device, until a run has been measured");

        farm.learned.clear();
        farm.learned.add(learned("A100", 12_352, 5, 11_210).toBuilder().setSimilar(true).build());
        farm.learned.add(learned("H100", 0, 0, 0));
        farm.learned.add(learned("L4", 1_152, 1, 900));
        farm.learned.add(learned("T4", 0, 3, 15_000));
        assertThat(memory("a"))
                .containsExactly(
                        "Memory\tauto: 12352 MiB on A100 (highest of 5 similar runs 11210 MiB)",
                        "Memory\tauto: a whole device on H100, until a run there has been measured",
                        "Memory\tauto: 1152 MiB on L4 (1 run 900 MiB)",
                        "Memory\tauto: a whole device on T4 (highest of 3 runs 15000 MiB)");
        assertThat(cli().run("why", "a").out()).contains("highest of 5 similar runs 11210 MiB");
        assertThat(cli().run("describe", "a").out()).contains("Needs\t1 device × auto, priority 1");
        assertThat(
                        cli().run(
                                        "describe",
                                        "a",
                                        "--json=requires_memory_per_device,learned_memory")
                                .out())
                .contains("\"requires_memory_per_device\":\"auto\"")
                .contains(
                        "{\"model\":\"L4\",\"whole\":false,\"mib\":1152,\"runs\":1,\"highest_mib\":900,\"similar\":false}");
    }

    private static LearnedMemory learned(String model, long mib, int runs, long highest) {
        return LearnedMemory.newBuilder()
                .setModel(model)
                .setWhole(mib == 0)
                .setMib(mib)
                .setRuns(runs)
                .setHighestMib(highest)
                .build();
    }

    private List<String> memory(String name) {
        return cli().run("describe", name)
                .out()
                .lines()
                .filter(line -> line.startsWith("Memory\t"))
                .toList();
    }

    @Test
    void saysThatWhatAnAttemptAskedForWasLearned() {
        farm.put(
                "a",
                TASK_STATUS_DONE,
                task -> {
                    Task.Builder ended = peaked(11210).apply(task);
                    ended.getAttemptsBuilder(0).removeDevices(1);
                    return FakeFarm.auto(ended);
                });
        assertThat(attempts("a")).endsWith("exit 0 · auto: asked 20000 MiB, peaked 11210 MiB");
    }

    private String attempts(String name) {
        return cli().run("describe", name)
                .out()
                .lines()
                .filter(line -> line.startsWith("Attempts"))
                .findFirst()
                .orElseThrow();
    }
}
