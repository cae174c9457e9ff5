package io.cattino.it;

import io.cattino.client.GroupHandle;
import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskGraph;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskListener;
import io.cattino.client.TaskResult;
import java.io.PrintStream;
import java.time.Duration;

/** The example of docs/java.md, as it stands there. */
final class PipelineExample {
    private PipelineExample() {}

    static TaskResult run(MeowClient meow, PrintStream out) throws Exception {
        ProcTask train =
                ProcTask.builder("train")
                        .command("sh", "-c", "echo trained on device $CUDA_VISIBLE_DEVICES")
                        .minDevices(2)
                        .memoryPerDevice(Memory.mib(1_000))
                        .priority(5)
                        .build();
        ProcTask eval =
                ProcTask.builder("eval")
                        .command("echo 'accuracy 0.93'")
                        .memoryPerDevice(Memory.fraction(0.1))
                        .build();
        TaskGraph order = TaskGraph.builder().edge(train, eval).build();
        TaskGroup pipeline = TaskGroup.builder("pipeline").add(train, eval).strategy(order).build();

        GroupHandle group = meow.submit(pipeline);
        TaskHandle evaluation = group.task("eval");
        evaluation.addListener(
                new TaskListener() {
                    @Override
                    public void onEnd(TaskEvent event) {
                        out.println(event.fullname() + " is " + event.status());
                    }
                });
        TaskResult result = evaluation.await(Duration.ofMinutes(5));
        try (LogStream log = evaluation.log(LogKind.STDOUT)) {
            log.lines().forEach(out::println);
        }
        return result;
    }
}
