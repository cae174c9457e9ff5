package io.cattino.it;

import static org.awaitility.Awaitility.await;

import io.cattino.client.DeviceInfo;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * A farm of four cards in which one of everything stands still: tasks that run until a gate opens,
 * tasks that wait for cards and for others, and tasks that ended in each way.
 */
final class Scene {
    /** Runs until the gate opens. */
    static final String HOLDS = "head -n 1 gate";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final MeowClient client;
    private final Farm farm;

    private Scene(Farm farm) {
        this.farm = farm;
        this.client = farm.client();
    }

    /** The farm's options for it. */
    static Farm farm() {
        return Farm.running("--fake-gpus", "4x24576", "--name", "gpu-01");
    }

    /** Sets it up; the gate is in the directory of the tasks. */
    static Scene set(Farm farm) {
        Scene scene = new Scene(farm);
        scene.measure();
        scene.ended();
        scene.running();
        scene.waiting();
        return scene;
    }

    /** Waits until every card is known to be free: none is given out before it was measured. */
    static void measure(Farm farm) {
        new Scene(farm).measure();
    }

    private void measure() {
        add(task("measure").command("true").minDevices(4));
        until("measure", task -> task.status() == TaskStatus.DONE);
        await("all cards are free")
                .atMost(PATIENCE)
                .until(() ->
                        client.nodes().list().getFirst().devices().stream()
                                .allMatch(card ->
                                        card.attempts() == 0
                                                && card.state() == DeviceInfo.State.OK));
        client.task("measure").remove();
    }

    private void ended() {
        add(task("prepare").command("echo 'data is ready'"));
        until("prepare", task -> task.status() == TaskStatus.DONE);
        add(task("broken").shell("echo step 1; echo 'no such file: x.pt' >&2; exit 3"));
        until("broken", task -> task.status() == TaskStatus.FAILED);
        add(task("unwanted").command(HOLDS));
        until("unwanted", task -> task.status() == TaskStatus.RUNNING);
        client.task("unwanted").cancel();
        until("unwanted", task -> task.status() == TaskStatus.CANCELLED);
    }

    private void running() {
        add(
                task("train")
                        .shell("echo epoch 1 loss 2.31; echo epoch 2 loss 1.07; exec " + HOLDS)
                        .minDevices(2)
                        .memoryPerDevice(Memory.mib(20_000))
                        .priority(5)
                        .label("exp", "7"));
        until("train", task -> task.status() == TaskStatus.RUNNING);
        add(task("実験-1").command(HOLDS).memoryPerDevice(Memory.mib(4_000)));
        until("実験-1", task -> task.status() == TaskStatus.RUNNING);
    }

    private void waiting() {
        TaskInfo train = client.task("train").info();
        client.submit(
                Submission.builder()
                        .add(task("eval").command("python3 eval.py --of train").build())
                        .context(farm.context())
                        .after(train.fullname())
                        .build());
        until("eval", task -> !task.reason().isNone());
        add(
                task("big-model")
                        .command("python3 sft.py --model 'seven billion' --lr 0.0001 --epochs 3")
                        .minDevices(4)
                        .memoryPerDevice(Memory.mib(20_000)));
        until("big-model", task -> !task.reason().isNone());
    }

    private static ProcTask.Builder task(String name) {
        return ProcTask.builder(name);
    }

    private void add(ProcTask.Builder task) {
        client.submit(Submission.builder().add(task.build()).context(farm.context()).build());
    }

    private void until(String name, Predicate<TaskInfo> is) {
        await(name).atMost(PATIENCE).until(() -> is.test(client.task(name).info()));
    }
}
