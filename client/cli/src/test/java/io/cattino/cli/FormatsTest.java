package io.cattino.cli;

import static io.cattino.cli.FakeFarm.gpus;
import static io.cattino.cli.FakeFarm.ran;
import static io.cattino.cli.FakeFarm.reason;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.cattino.proto.v1.Device;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.Parent;
import io.cattino.proto.v1.RecordedEvent;
import io.cattino.proto.v1.Squatter;
import io.cattino.proto.v1.TaskEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formats, filters, names and orders of {@code list}, which all reading commands share. */
class FormatsTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    @BeforeEach
    void fill() {
        farm.put("g/a", TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
        farm.put(
                "g/b",
                TASK_STATUS_RUNNING,
                task -> {
                    var running = ran(gpus(2, 20000).apply(task), "gpu-2");
                    running.getSpecBuilder().setPriority(5).putLabels("exp", "7");
                    return running;
                });
        farm.put("c", TASK_STATUS_WAITING, task -> task.setReason(reason("Held", "held: by ann")));
        farm.put(
                "old",
                TASK_STATUS_FAILED,
                task -> ran(task, "gpu-1", 137).setEndTime(FakeFarm.at("2026-11-20T08:10:00Z")));
    }

    @Test
    void hasEveryFormat() {
        assertThat(cli().run("list", "-o", "name").out()).isEqualTo("g/a\ng/b\nc\n");
        assertThat(cli().run("list", "-o", "jsonl", "--json=fullname,status").out())
                .isEqualTo(
                        """
                        {"fullname":"g/a","status":"Done"}
                        {"fullname":"g/b","status":"Running"}
                        {"fullname":"c","status":"Waiting"}
                        """);
        assertThat(cli().run("list", "status", "labels", "why", "-o", "yaml").out())
                .isEqualTo(
                        """
                        - fullname: g/a
                          status: Done
                          labels: {}
                          why: null
                        - fullname: g/b
                          status: Running
                          labels:
                            exp: "7"
                          why: null
                        - fullname: c
                          status: Waiting
                          labels: {}
                          why: "held: by ann"
                        """);
        assertThat(cli().run("list", "status", "-o", "table").out())
                .isEqualTo(
                        """
                        FULLNAME  STATUS
                        g/a       ✓ Done
                        g/b       ● Running
                        c         ○ Waiting
                        3 tasks: 1 running, 1 waiting, 1 done · 1 more finished (meow list --all)
                        """);
        assertThat(cli().run("list", "-o", "wide").out())
                .contains("COMMAND", "exp=7", "python train.py 'a b'");
        assertThat(cli().run("status", "-o", "yaml").out()).contains("epoch: 7\n", "running: 1\n");
        assertThat(cli().run("list", "--json", "-o", "json").out()).startsWith("[{\"fullname\"");
    }

    @Test
    void fillsTemplates() {
        assertThat(
                        cli().run(
                                        "list",
                                        "--format",
                                        "${fullname}\\t${labels.exp} $${x} ${attempts.0.node}")
                                .out())
                .isEqualTo("g/a\t- ${x} gpu-1\ng/b\t7 ${x} gpu-2\nc\t- ${x} -\n");
        assertThat(cli().run("list", "--format", "${fulname}").err())
                .contains("did you mean: fullname ?");
        assertThat(cli().run("list", "--format", "${fullname").exit()).isEqualTo(2);
        assertThat(cli().run("status", "--format", "${pid}").out()).isEqualTo("4242\n");
    }

    @Test
    void sorts() {
        assertThat(cli().run("list", "-o", "name", "--sort", "fullname").out())
                .isEqualTo("c\ng/a\ng/b\n");
        assertThat(cli().run("list", "-o", "name", "--sort", "-priority").out())
                .isEqualTo("g/b\ng/a\nc\n");
        assertThat(cli().run("list", "-o", "name", "--sort=start-time").out())
                .isEqualTo("c\ng/a\ng/b\n");
        assertThat(cli().tty(100).run("list", "--sort", "-priority", "--no-header").out())
                .startsWith("g/b  ● Running")
                .doesNotContain("NAME", "tasks:");
        assertThat(cli().run("list", "--sort", "nope").exit()).isEqualTo(2);
    }

    @Test
    void takesNamesBesideFields() {
        assertThat(cli().run("list", "g/*", "status").out()).isEqualTo("g/a\tDone\ng/b\tRunning\n");
        assertThat(cli().run("list", "-n", "g", "-o", "name").out()).isEqualTo("g/a\ng/b\n");
        assertThat(cli().run("list", "-n", "old", "--status", "failed", "-o", "name").out())
                .isEqualTo("old\n");
        assertThat(cli().run("list", "g/nope").exit()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "task.status == 'running' and task.priority > 2 | g/b",
                "task.labels.exp == '7'                         | g/b",
                "task.exit_code == 137                          | old",
                "task.name in ('a', 'c') and not task.group     | c",
                "task.why is not None and 'held' in task.why    | c",
                "task.run_time and task.run_time > 700          | g/b"
            })
    void filters(String filter, String expected) {
        assertThat(cli().run("list", "-o", "name", "--filter", filter).out())
                .isEqualTo(expected + "\n");
    }

    @Test
    void saysWhatIsWrongWithAFilter() {
        assertThat(cli().run("list", "--filter", "task.exit_code > 0"))
                .isEqualTo(
                        new Cli.Result(
                                2,
                                "",
                                "error: --filter: '>' not supported between instances of 'int' and 'NoneType', exit 2\n"
                                                .replace(
                                                        "'int' and 'NoneType'",
                                                        "'NoneType' and 'int'")
                                        + "  as in: --filter \"task.status == 'failed'\"\n"));
        assertThat(cli().run("list", "--filter", "task.statsu == 'x'").err())
                .contains("did you mean: task.status ?");
        Cli.Result none =
                cli().env("CATTINO_PYTHON", "/no/such/python")
                        .run("list", "--filter", "any(c == 'g' for c in task.fullname)");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("needs Python, and '/no/such/python' cannot be run");
    }

    @Test
    void asksTheUsersPythonWhatIsBeyond() {
        assumeThat(python()).as("python3 is here").isTrue();
        Cli cli = cli().env("CATTINO_PYTHON", "python3");

        assertThat(
                        cli.run(
                                        "list",
                                        "-o",
                                        "name",
                                        "--filter",
                                        "re.search('^g/', task.fullname) and task.status == 'done'")
                                .out())
                .isEqualTo("g/a\n");
        assertThat(
                        cli.run(
                                        "list",
                                        "-o",
                                        "name",
                                        "--filter",
                                        "task.labels.exp is None if 1 else 0")
                                .out())
                .isEqualTo("g/a\nc\nold\n");
        Cli.Result wrong = cli.run("list", "--filter", "task.nothing if 1 else 0");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("AttributeError", "'nothing'");
        assertThat(cli.run("list", "--filter", "status == 'x'").err()).contains("NameError");
    }

    private static boolean python() {
        try {
            Process process = new ProcessBuilder("python3", "-c", "").start();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void listsGpusAndWhoHoldsThem() {
        farm.nodes.add(
                ShowTest.node("gpu-2", io.cattino.proto.v1.Node.State.STATE_READY).toBuilder()
                        .setDevices(
                                0,
                                ShowTest.device(0)
                                        .setAttempts(1)
                                        .setPromisedMib(20000)
                                        .setUsedMib(12288))
                        .setDevices(
                                1,
                                ShowTest.device(1)
                                        .setAttempts(1)
                                        .setPromisedMib(20000)
                                        .setUsedMib(24576)
                                        .setExternalMib(24576)
                                        .addSquatters(
                                                Squatter.newBuilder()
                                                        .setPid(815)
                                                        .setUser("bob")
                                                        .setCommand("python3")
                                                        .setStartTime(
                                                                FakeFarm.at("2026-11-22T06:14:10Z"))
                                                        .setUsedMib(24000))
                                        .addSquatters(Squatter.newBuilder().setPid(816)))
                        .addDevices(ShowTest.device(2))
                        .build());

        assertThat(cli().tty(100).run("gpus", "-p").out())
                .isEqualTo(
                        """
                        gpu-2  ● Ready  3 GPUs, 1 free, seen 1s ago
                         [0] A100  20000 / 49152 MiB  ███▒▒░░░░░░░  g/b (ann)
                              g/b attempt 1, PID 4711, 20000 MiB promised
                         [1] A100  44576 / 49152 MiB  ▒▒▒▒▒▓▓▓▓▓▓░  g/b (ann), ! 24576 MiB used by bob
                              g/b attempt 1, PID 4711, 20000 MiB promised
                              ! python3, PID 815 of bob, for 2h, 24000 MiB, outside Cattino
                              ! ?, PID 816, 0 MiB, outside Cattino
                         [2] A100      0 / 49152 MiB  ░░░░░░░░░░░░  free
                        █ used by tasks   ▒ promised, not used yet   ▓ used by others   ░ free
                        """);
        assertThat(cli().run("gpus").out())
                .startsWith("gpu-2:0\tA100\tok\t49152\t12288\t20000\t0\tg/b\n");
        assertThat(cli().run("gpus", "gpu-3").exit()).isEqualTo(3);
        assertThat(cli().run("gpus", "--json=gpu,tasks").out())
                .startsWith("[{\"gpu\":\"gpu-2:0\",\"tasks\":[\"g/b\"]}");
        assertThat(cli().run("describe", "node/gpu-2").out()).contains("Tasks\tg/b\n");
    }

    @Test
    void tellsWhereCardsAreAndTheirDriver() {
        farm.nodes.add(
                ShowTest.node("gpu-2", io.cattino.proto.v1.Node.State.STATE_READY).toBuilder()
                        .setDevices(
                                0,
                                ShowTest.device(0)
                                        .setUuid("GPU-5e1f")
                                        .setDriver("570.86.15")
                                        .setPciBusId("0000:3b:00.0")
                                        .setNumaNode(0))
                        .setDevices(1, ShowTest.device(1).setDriver("570.86.15"))
                        .build());

        assertThat(cli().tty(100).run("gpus").out())
                .startsWith("gpu-2  ● Ready  2 GPUs, 2 free, driver 570.86.15, seen 1s ago\n")
                .doesNotContain("PCI");
        assertThat(cli().tty(100).run("describe", "node/gpu-2").out())
                .contains("      GPU-5e1f, PCI 0000:3b:00.0, NUMA node 0\n");
        assertThat(cli().run("gpus", "--json=driver,pci_bus_id,numa_node").out())
                .isEqualTo(
                        """
                        [{"driver":"570.86.15","pci_bus_id":"0000:3b:00.0","numa_node":0},\
                        {"driver":"570.86.15","pci_bus_id":null,"numa_node":null}]
                        """);
    }

    @Test
    void tellsHowCardsFareWhereThereIsRoom() {
        farm.nodes.add(
                ShowTest.node("gpu-2", io.cattino.proto.v1.Node.State.STATE_READY).toBuilder()
                        .setDevices(
                                0,
                                ShowTest.device(0)
                                        .setTemperatureCelsius(61)
                                        .setUtilizationPercent(100)
                                        .setPowerMilliwatts(301_499)
                                        .setEccUncorrected(2)
                                        .setLastXid(31))
                        .setDevices(
                                1,
                                ShowTest.device(1)
                                        .setTemperatureCelsius(9)
                                        .setState(Device.State.STATE_SICK)
                                        .setHealth("Xid 79: the GPU has fallen off the bus"))
                        .build());

        assertThat(cli().tty(100).run("gpus").out())
                .contains(
                        """
                         [0] A100   61°C  100 %   301 W      0 / 49152 MiB  ░░░░░░░░░░░░  g/b (ann)
                         [1] A100    9°C                     0 / 49152 MiB  ░░░░░░░░░░░░  ! sick: Xid 79: the GPU has falle…
                        """);
        assertThat(cli().tty(80).run("gpus").out())
                .contains(" [0] A100   61°C  100 %      0 / 49152 MiB  ░░░░░░░░░░░░  g/b (ann)\n");
        assertThat(cli().tty(72).run("gpus").out())
                .contains(" [0] A100   61°C      0 / 49152 MiB  ░░░░░░░░░░░░  g/b (ann)\n");
        assertThat(cli().tty(60).run("gpus").out())
                .contains(" [0] A100      0 / 49152 MiB  ░░░░░░░░░░░░  g/b (ann)\n");
        assertThat(cli().tty(120).run("describe", "node/gpu-2").out())
                .contains("      2 uncorrected ECC errors, last Xid 31\n")
                .contains("! sick: Xid 79: the GPU has fallen off the bus, g/b")
                .doesNotContain(" \n");
        assertThat(cli().tty(200).run("nodes").out())
                .contains("GPU 1 sick: Xid 79: the GPU has fallen off the bus");
        String fields = "utilization_percent,temperature_celsius,power_milliwatts";
        assertThat(cli().run("gpus", "--json=" + fields + ",ecc_uncorrected,last_xid,health").out())
                .isEqualTo(
                        """
                        [{"utilization_percent":100,"temperature_celsius":61,\
                        "power_milliwatts":301499,"ecc_uncorrected":2,"last_xid":31,"health":null},\
                        {"utilization_percent":null,"temperature_celsius":9,\
                        "power_milliwatts":null,"ecc_uncorrected":null,"last_xid":null,\
                        "health":"Xid 79: the GPU has fallen off the bus"}]
                        """);
        assertThat(cli().run("gpus").out()).contains("gpu-2:1\tA100\tsick\t");
    }

    @Test
    void saysWhy() {
        farm.put(
                "w",
                TASK_STATUS_WAITING,
                task -> gpus(2, 40000).apply(task).setReason(reason("Memory", "gpu-07: full")));

        assertThat(cli().tty(80).run("why", "w").out())
                .isEqualTo(
                        """
                        Name:        w
                        Status:      ○ Waiting   14m10s
                        Needs:       2 devices × 40000 MiB, priority 1
                        Queue:       2 tasks ahead; passed over 1× by smaller ones
                        Why waiting: Memory: the only node cannot take it now
                                       gpu-07  GPU 2 has 38112 MiB free, 40000 wanted
                        What helps:  meow set w.requires_memory_per_device 38112   fits on gpu-07 now
                        """);
        assertThat(cli().run("why", "g/a").out()).contains("Status\t✓ Done: it does not wait\n");
        assertThat(cli().run("why", "c", "--json=fullname,ahead,vetoes,helps").out())
                .startsWith("{\"fullname\":\"c\",\"ahead\":2,\"vetoes\":[{\"code\":\"Memory\"");
        assertThat(cli().run("why", "g").exit()).isEqualTo(2);
    }

    @Test
    void namesEachCommandThatHelpsOnce() {
        farm.put("bad", TASK_STATUS_FAILED, task -> ran(task, "gpu-1", 3));
        farm.put(
                "child",
                TASK_STATUS_WAITING,
                task ->
                        task.setStuck(true)
                                .setReason(
                                        reason("Dependency", "after bad (failed: exit 3)")
                                                .toBuilder()
                                                .setHint("meow rerun bad"))
                                .addParents(Parent.newBuilder().setTaskId(5).setFullname("bad")));

        assertThat(cli().run("why", "child").out())
                .contains(
                        "\tmeow rerun bad   it starts when that is Done\n",
                        "\tmeow set child.after ''   it starts without\n")
                .doesNotContain("\tmeow rerun bad\n");
    }

    @Test
    void tellsASignalInOnePairOfBrackets() {
        farm.put(
                "killed",
                TASK_STATUS_FAILED,
                task -> ran(task, "gpu-1", 143).setReason(reason("Killed", "Killed")));

        assertThat(cli().run("list", "-n", "killed", "why").out())
                .isEqualTo("killed\tKilled (signal 15, exit 143)\n");
    }

    private static RecordedEvent event(TaskEvent.Kind kind, UnaryOperator<TaskEvent.Builder> more) {
        return RecordedEvent.newBuilder()
                .setRevision(7)
                .setEvent(
                        more.apply(
                                TaskEvent.newBuilder()
                                        .setKind(kind)
                                        .setFullname("g/b")
                                        .setTaskId(2)
                                        .setStatus(TASK_STATUS_WAITING)
                                        .setTime(FakeFarm.at("2026-11-22T08:01:10Z"))))
                .build();
    }

    @Test
    void tellsWhatHappened() {
        farm.events.add(event(TaskEvent.Kind.KIND_CREATED, event -> event));
        farm.events.add(
                event(
                        TaskEvent.Kind.KIND_FINISHED,
                        event ->
                                event.setStatus(TASK_STATUS_FAILED)
                                        .setAttempt(1)
                                        .setNode("gpu-1")
                                        .setExitCode(137)));

        assertThat(cli().tty(80).run("events").out())
                .isEqualTo(
                        """
                        AGE  NAME  EVENT      TRY  NODE   REASON
                        13m  g/b   ○ Created  -    -
                        13m  g/b   ✗ Failed   1    gpu-1  signal 9 (exit 137)
                        """);
        assertThat(
                        cli().run(
                                        "events", "g", "--node", "gpu-1", "--since", "10m",
                                        "--limit", "5")
                                .out())
                .isEqualTo(
                        """
                        g/b	2026-11-22T08:01:10.000Z	Created	Waiting	-	-	-	-
                        g/b	2026-11-22T08:01:10.000Z	Finished	Failed	1	gpu-1	137	-
                        """);
        ListEventsRequest asked = farm.asked(ListEventsRequest.class).getLast();
        assertThat(asked.getQuery().getNamesList()).containsExactly("g");
        assertThat(asked.getNode()).isEqualTo("gpu-1");
        assertThat(asked.getSince()).isEqualTo(FakeFarm.at("2026-11-22T08:04:10Z"));
        assertThat(asked.getLimit()).isEqualTo(5);
        assertThat(cli().run("events", "--since", "yesterday").exit()).isEqualTo(2);
        assertThat(cli().run("events", "--limit", "99999").exit()).isEqualTo(2);
    }
}
