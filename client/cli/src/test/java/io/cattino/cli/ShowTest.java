package io.cattino.cli;

import static io.cattino.cli.FakeFarm.gpus;
import static io.cattino.cli.FakeFarm.ran;
import static io.cattino.cli.FakeFarm.reason;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.cattino.proto.v1.Device;
import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.DrainNodeRequest;
import io.cattino.proto.v1.ForgetNodeRequest;
import io.cattino.proto.v1.HoldFencesRequest;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.OnDisconnect;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.Setting;
import io.cattino.proto.v1.Task;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** describe, test, set, nodes, drain, status, exit. */
class ShowTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    static Node node(String name, Node.State state) {
        return Node.newBuilder()
                .setName(name)
                .setState(state)
                .setCpus(16)
                .setMemoryMib(131072)
                .setSlots(128)
                .setRunning(1)
                .setAgentVersion("0.1.0")
                .setLastSeenTime(FakeFarm.at("2026-11-22T08:14:09Z"))
                .addDevices(device(0).setAttempts(1).setPromisedMib(24576))
                .addDevices(device(1))
                .build();
    }

    static Device.Builder device(int index) {
        return Device.newBuilder()
                .setIndex(index)
                .setKind("cuda")
                .setModel("A100")
                .setTotalMib(49152)
                .setState(Device.State.STATE_OK);
    }

    @Test
    void saysOfWhenItIsWhatNobodyWhoLeadsHasTold() {
        farm.put("a", TASK_STATUS_RUNNING);
        farm.stale = "130";
        Cli.Result list = cli().run("list", "--json");
        assertThat(list.exit()).isZero();
        assertThat(list.out()).contains("\"a\"").doesNotContain("as of");
        assertThat(list.err())
                .contains("as of ")
                .contains(" (2m ago): no coordinator leads, the state store may be away");
    }

    @Test
    void describesWhyATaskWaits() {
        farm.put(
                "pipeline/eval",
                TASK_STATUS_WAITING,
                task ->
                        gpus(2, 40000)
                                .apply(task)
                                .setReason(
                                        reason(
                                                "Memory",
                                                "no node has 2 GPUs with 40000 MiB free")));

        assertThat(cli().tty(80).run("describe", "pipeline/eval").out())
                .isEqualTo(
                        """
                        Name:        pipeline/eval   (id 1, by ann)
                        Status:      ○ Waiting   14m10s
                        Command:     python train.py 'a b'
                        Working dir: /home/ann/exp
                        Needs:       2 devices × 40000 MiB, priority 1
                        Created:     14m ago   2026-11-22T08:00:00.000Z
                        Queue:       2 tasks ahead; passed over 1× by smaller ones
                        Why waiting: Memory: the only node cannot take it now
                                       gpu-07  GPU 2 has 38112 MiB free, 40000 wanted
                        What helps:  meow set pipeline/eval.requires_memory_per_device 38112   fits on gpu-07 now
                        Logs:        /runs/1/pipeline/eval/{stdout,stderr}.log
                        """);
        assertThat(cli().run("show", "pipeline/eval").out())
                .contains("Needs\t2 devices × 40000 MiB, priority 1\n");
        assertThat(cli().run("describe", "pipeline/eval", "--json").out())
                .contains(
                        "\"vetoes\":[{\"code\":\"Memory\",\"node\":\"gpu-07\",\"have\":38112,\"want\":40000");
    }

    @Test
    void describesAttemptsAndGroups() {
        farm.put("g/a", TASK_STATUS_FAILED, task -> ran(ran(task, "gpu-1", 100), "gpu-2", 1));
        farm.put("g/b", TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
        farm.nodes.add(node("gpu-1", Node.State.STATE_READY));

        assertThat(cli().tty(80).run("describe", "g/a").out())
                .contains(
                        "Attempts:    #1 gpu-1 [GPU 0,1] · 1m00s · exit 100\n             #2 gpu-2 [device 0,1] · 1m00s · exit 1\n");
        assertThat(cli().tty(80).run("describe", "g").out())
                .contains("Tasks:       1 Failed, 1 Done", "└─ b");
    }

    @Test
    void whatAnUnknownNameMayHaveMeantTheServerSays() {
        farm.suggestion = "did you mean: g/a ?";
        farm.requests.clear();

        Cli.Result unknown = cli().run("wait", "g/c", "g/d", "g/e");

        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.err())
                .isEqualTo("error: task 'g/c' does not exist, exit 1\n  did you mean: g/a ?\n");
        assertThat(farm.requests).hasSize(2);
        assertThat(cli().run("describe", "g/c").exit()).isEqualTo(3);
    }

    @Test
    void testsTheServerAndTasks() {
        farm.put("runs", TASK_STATUS_RUNNING, task -> ran(task, "gpu-1"));
        farm.put("waits", TASK_STATUS_WAITING);
        farm.put("g/done", TASK_STATUS_DONE);

        assertThat(cli().run("test"))
                .isEqualTo(
                        new Cli.Result(
                                1,
                                "The server is starting with PID 4242: its agent has not registered yet.\n",
                                ""));
        farm.nodes.add(node("gpu-1", Node.State.STATE_READY).toBuilder().setDraining(true).build());
        assertThat(cli().run("test"))
                .isEqualTo(new Cli.Result(0, "backend is running with PID 4242.\n", ""));
        assertThat(cli().run("test", "backend").exit()).isZero();
        assertThat(cli().run("test", "runs"))
                .isEqualTo(new Cli.Result(0, "runs is running with PID 4711.\n", ""));
        assertThat(cli().run("test", "waits"))
                .isEqualTo(new Cli.Result(1, "waits has not started yet.\n", ""));
        assertThat(cli().run("test", "g/done"))
                .isEqualTo(new Cli.Result(1, "g/done has already ended: Done.\n", ""));
        assertThat(cli().run("test", "nope").exit()).isEqualTo(3);
        assertThat(cli().run("test", "g").exit()).isEqualTo(2);
    }

    @Test
    void setsSettings() {
        farm.settings.put(
                "override-exist-tasks",
                Setting.newBuilder().setKey("override-exist-tasks").setValue("forbid").build());

        assertThat(cli().run("set", "override_exist_tasks", "rename").err())
                .isEqualTo("override-exist-tasks is rename now (default: forbid).\n");
        Cli.Result mistyped = cli().run("set", "override-exits-tasks", "rename");
        assertThat(mistyped.exit()).isEqualTo(2);
        assertThat(mistyped.err()).contains("did you mean: override-exist-tasks ?");
    }

    @Test
    void setsAttributesOfTheLongestName() {
        farm.put("a", TASK_STATUS_WAITING);
        farm.put("a.b", TASK_STATUS_WAITING, gpus(2, 1000));

        assertThat(cli().run("set", "a.b.priority", "-5").exit()).isZero();
        assertThat(farm.asked(SetTaskRequest.class).getLast().getFullname()).isEqualTo("a.b");
        assertThat(farm.asked(SetTaskRequest.class).getLast().getPriority()).isEqualTo(-5);
        assertThat(cli().run("set", "a.b.min_devices", "3").err())
                .isEqualTo("a.b: 3 devices × 1000 MiB, priority -5\n");
        assertThat(cli().run("set", "a.requires-memory-per-device", "50%").exit()).isZero();
        assertThat(farm.asked(SetTaskRequest.class).getLast().getDevices())
                .isEqualTo(DeviceNeed.newBuilder().setCount(1).setSharePpm(500_000).build());
        assertThat(cli().run("set", "a.b.priorty", "1").err()).contains("did you mean: priority ?");
        assertThat(cli().run("set", "a.b.priority", "high").exit()).isEqualTo(2);
        assertThat(cli().run("set", "x.priority", "1").exit()).isEqualTo(3);
    }

    @Test
    void listsNodes() {
        farm.nodes.add(node("gpu-01", Node.State.STATE_READY));
        farm.nodes.add(node("gpu-09", Node.State.STATE_LOST).toBuilder().clearDevices().build());

        assertThat(cli().tty(120).run("nodes").out())
                .isEqualTo(
                        """
                        NAME    STATE    GPUS  FREE  MODEL     GPU MEM           CPUS  MEM   TASKS  AGENT  SEEN
                        gpu-01  ● Ready  2     1     A100 48G  ▒▒▒░░░░░░░░░ 25%  16    128G  1      0.1.0  1s
                        gpu-09  ✗ Lost   -     -     -         -                 16    128G  1      0.1.0  1s
                        2 nodes: 1 ready, 1 lost · 2 GPUs, 1 free
                        """);
        assertThat(cli().run("nodes").out())
                .startsWith("gpu-01\tReady\tfalse\t2\t1\t1\t2026-11-22T08:14:09.000Z\n");
        assertThat(cli().run("nodes", "--json").out())
                .startsWith(
                        "[{\"name\":\"gpu-01\",\"id\":\"\",\"state\":\"Ready\",\"draining\":false,");
    }

    @Test
    void aMachineWithoutCardsHasItsMemory() {
        farm.nodes.add(
                node("laptop", Node.State.STATE_READY).toBuilder()
                        .clearDevices()
                        .addDevices(device(0).setKind("host").setModel("Host memory"))
                        .build());

        assertThat(cli().tty(120).run("nodes").out())
                .isEqualTo(
                        """
                        NAME    STATE    GPUS  FREE  MODEL  PROMISED         CPUS  MEM   TASKS  AGENT  SEEN
                        laptop  ● Ready  -     -     -      ░░░░░░░░░░░░ 0%  16    128G  1      0.1.0  1s
                        1 node: 1 ready · no GPUs
                        """);
    }

    @Test
    void drainsAndForgetsNodes() {
        farm.nodes.add(node("gpu-01", Node.State.STATE_READY));

        assertThat(cli().run("drain", "gpu-01", "--reason", "fan").err())
                .isEqualTo(
                        "gpu-01 is draining; one task on it goes on.\nLet it take tasks again: meow undrain gpu-01\n");
        assertThat(farm.asked(DrainNodeRequest.class).getFirst().getReason()).isEqualTo("fan");
        assertThat(cli().run("drain", "gpu-02"))
                .isEqualTo(
                        new Cli.Result(
                                3,
                                "",
                                "error: there is no node 'gpu-02', exit 3\n  see meow nodes\n"));
        assertThat(cli().run("drain", "gpu-01", "--wait", "--timeout", "10ms").exit())
                .isEqualTo(124);
        farm.nodes.set(0, farm.nodes.getFirst().toBuilder().setRunning(0).build());
        assertThat(cli().run("drain", "gpu-01", "-W").err())
                .startsWith(
                        "gpu-01 is draining; nothing runs on it.\nNothing runs on gpu-01 any more.\n");
        assertThat(cli().run("node", "forget", "gpu-09").err()).isEqualTo("gpu-09 is forgotten.\n");
        assertThat(farm.asked(ForgetNodeRequest.class)).hasSize(1);
        assertThat(cli().run("node", "reboot", "gpu-09").exit()).isEqualTo(2);
    }

    @Test
    void drainsWithADeadline() {
        farm.nodes.add(node("gpu-01", Node.State.STATE_READY));

        assertThat(cli().run("drain", "gpu-01", "--deadline", "1h30m").err())
                .startsWith("gpu-01 is draining; one task on it goes on, for 1h30m at most.\n");
        assertThat(farm.asked(DrainNodeRequest.class).getLast().getDeadline())
                .isEqualTo(span(5400));
        assertThat(cli().run("drain", "gpu-01", "--deadline", "0").err())
                .startsWith("gpu-01 is draining; one task on it is stopped, to go elsewhere.\n");
        assertThat(farm.asked(DrainNodeRequest.class).getLast().hasDeadline()).isTrue();
    }

    private static Duration span(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    @Test
    void showsWhatKeepsNodesFromTakingTasks() {
        Node well = node("gpu-01", Node.State.STATE_READY).toBuilder().clearDevices().build();
        farm.nodes.add(
                well.toBuilder()
                        .setDraining(true)
                        .setDrainReason("fan swap")
                        .setDrainRemaining(span(2520))
                        .build());
        farm.nodes.add(
                well.toBuilder()
                        .setName("gpu-02")
                        .addTroubles("DiskFull")
                        .addTroubles("OfTomorrow")
                        .build());

        assertThat(cli().tty(140).run("nodes").out())
                .isEqualTo(
                        """
                        NAME    STATE       GPUS  FREE  MODEL  PROMISED  CPUS  MEM   TASKS  AGENT  SEEN  NOTE
                        gpu-01  ◑ Draining  -     -     -      -         16    128G  1      0.1.0  1s    "fan swap", 42m00s left
                        gpu-02  ◑ Ready     -     -     -      -         16    128G  1      0.1.0  1s    its disk is full, OfTomorrow
                        2 nodes: 1 draining, 1 ready · no GPUs
                        """);
        assertThat(cli().run("nodes", "--json=name,drain_remaining,troubles").out())
                .isEqualTo(
                        """
                        [{"name":"gpu-01","drain_remaining":2520,"troubles":[]},{"name":"gpu-02","drain_remaining":null,"troubles":["DiskFull","OfTomorrow"]}]
                        """);
        assertThat(cli().run("describe", "node/gpu-01").out())
                .contains("Draining\tyes: fan swap   (42m00s left)\n")
                .doesNotContain("Troubles");
        assertThat(cli().run("describe", "node/gpu-02").out())
                .contains("Troubles\tits disk is full, OfTomorrow\n");
    }

    @Test
    void describesWhatWasSaidOfALossOfContact() {
        farm.put("plain", TASK_STATUS_WAITING);
        farm.put("after", TASK_STATUS_WAITING, loss(OnDisconnect.ON_DISCONNECT_UNSPECIFIED));
        farm.put("both", TASK_STATUS_WAITING, loss(OnDisconnect.ON_DISCONNECT_REQUEUE));
        farm.put("waits", TASK_STATUS_WAITING, loss(OnDisconnect.ON_DISCONNECT_WAIT));

        assertThat(cli().run("describe", "plain").out()).doesNotContain("Disconnect");
        assertThat(cli().run("describe", "after").out())
                .contains("Disconnect\tas the farm does, after 1m30s\n");
        assertThat(cli().run("describe", "both").out())
                .contains("Disconnect\trequeue, after 1m30s\n");
        assertThat(cli().run("describe", "waits").out()).contains("Disconnect\twait\n");
        assertThat(cli().run("list", "--json=fullname,on_disconnect,lost_after").out())
                .contains("{\"fullname\":\"plain\",\"on_disconnect\":null,\"lost_after\":null}")
                .contains(
                        "{\"fullname\":\"both\",\"on_disconnect\":\"requeue\",\"lost_after\":90}");
    }

    @Test
    void tellsAndChangesWhereATaskMayRun() {
        farm.put("plain", TASK_STATUS_WAITING);
        assertThat(cli().run("list", "--json=constraint,nodelist,exclude,prefer").out())
                .isEqualTo(
                        "[{\"constraint\":null,\"nodelist\":null,\"exclude\":null,\"prefer\":null}]\n");
        assertThat(cli().run("set", "plain.constraint", "gpu.model = A100 , label.ssd").err())
                .isEqualTo("plain: no device, gpu.model=A100, label.ssd, priority 1\n");
        cli().run("set", "plain.nodelist", "gpu-0[1-4]");
        cli().run("set", "plain.exclude", "gpu-02");
        cli().run("set", "plain.prefer", "gpu.memory>=40G");
        assertThat(cli().run("describe", "plain").out())
                .contains(
                        "Needs\tno device, gpu.model=A100, label.ssd, node=gpu-0[1-4], node!=gpu-02, rather gpu.memory>=40960, priority 1\n");
        assertThat(cli().run("list", "--json=constraint,nodelist,exclude,prefer").out())
                .isEqualTo(
                        "[{\"constraint\":\"gpu.model=A100,label.ssd\",\"nodelist\":\"gpu-0[1-4]\",\"exclude\":\"gpu-02\",\"prefer\":\"gpu.memory>=40960\"}]\n");
        cli().run("set", "plain.constraint", "");
        cli().run("set", "plain.nodelist", "");
        cli().run("set", "plain.exclude", "");
        assertThat(cli().run("set", "plain.prefer", "").err())
                .isEqualTo("plain: no device, priority 1\n");
        assertThat(cli().run("set", "plain.constraint", "rack=1").exit()).isEqualTo(2);
    }

    private static UnaryOperator<Task.Builder> loss(OnDisconnect policy) {
        return task -> {
            task.getSpecBuilder().setOnDisconnect(policy).setLostAfter(span(90));
            return task;
        };
    }

    @Test
    void holdsFencesForAnHourIfNothingElseIsSaid() {
        assertThat(cli().run("status", "--json=fence_hold").out())
                .isEqualTo("{\"fence_hold\":null}\n");
        assertThat(cli().run("hold-fences").err())
                .isEqualTo(
                        "No node is given up for the next 1h00m.\nWhat is left of it: meow status\n");
        assertThat(cli().run("hold-fences", "25h"))
                .isEqualTo(
                        new Cli.Result(
                                2,
                                "",
                                "error: the duration of a fence hold must be between 1s and 24h, not 25h, exit 2\n"));
        assertThat(cli().run("hold-fences", "20m").exit()).isZero();
        assertThat(farm.asked(HoldFencesRequest.class).getLast().getDuration())
                .isEqualTo(span(1200));
        assertThat(cli().tty(80).run("status").out())
                .contains("\nFences   held: no node is given up for 20m00s\n");
        assertThat(cli().run("status", "--json=fence_hold").out())
                .isEqualTo("{\"fence_hold\":1200}\n");
    }

    @Test
    void tellsTheStatus() {
        farm.put("runs", TASK_STATUS_RUNNING);

        assertThat(cli().tty(80).run("status").out())
                .isEqualTo(
                        """
                        Leader   localhost:19192 (PID 4242, up 1h00m, epoch 7)
                        Version  0.1.0, all in one
                        Nodes    0 of 0 ready
                        Tasks    1 running, 0 waiting · 0 done, 0 failed, 0 cancelled
                        Files    /home/ann/.cache/cattino
                        """);
        assertThat(cli().run("status").out()).contains("pid\t4242\n", "running\t1\n");
        assertThat(cli().run("status", "--json").out())
                .contains("\"epoch\":7,", "\"git_revision\":");
    }

    @Test
    void endsTheServer() {
        farm.put("runs", TASK_STATUS_RUNNING);

        assertThat(cli().typing("n\n").run("exit").exit()).isEqualTo(1);
        assertThat(cli().typing("").run("exit", "-y").err())
                .isEqualTo("Backend exiting...\nThe server has exited; 1 task cancelled.\n");
        assertThat(cli().run("exit").exit()).isZero();
    }
}
