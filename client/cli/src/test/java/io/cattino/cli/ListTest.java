package io.cattino.cli;

import static io.cattino.cli.FakeFarm.gpus;
import static io.cattino.cli.FakeFarm.ran;
import static io.cattino.cli.FakeFarm.reason;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_CANCELLED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListTest {

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
        farm.put("pipeline/prepare", TASK_STATUS_DONE, task -> ran(task, "gpu-03", 0));
        farm.put(
                "pipeline/train",
                TASK_STATUS_RUNNING,
                task -> ran(gpus(2, 20000).apply(task), "gpu-03"));
        farm.put(
                "pipeline/eval",
                TASK_STATUS_WAITING,
                task ->
                        gpus(1, 20000)
                                .apply(task)
                                .setReason(reason("Dependency", "after pipeline/train")));
        farm.put(
                "old-run", TASK_STATUS_FAILED, task -> ran(gpus(1, 8000).apply(task), "gpu-05", 1));
        farm.put(
                "flaky",
                TASK_STATUS_WAITING,
                task ->
                        ran(task, "gpu-05", 100)
                                .clearEndTime()
                                .setReason(reason("RetryBackoff", "retry 3/16 in 40s")));
        farm.put(
                "日本語",
                TASK_STATUS_CANCELLED,
                task -> task.setEndTime(FakeFarm.at("2026-11-22T08:10:00Z")));
        farm.put(
                "ancient",
                TASK_STATUS_DONE,
                task -> task.setEndTime(FakeFarm.at("2026-11-20T08:10:00Z")));
    }

    @Test
    void onATerminalIsATree() {
        assertThat(cli().tty(120).run("list").out())
                .isEqualTo(
                        """
                        NAME        STATUS       DEVICES   NODE    PRIO  AGE  TIME    REASON
                        pipeline/   ◐ 1/3                                14m
                        ├─ prepare  ✓ Done       -         gpu-03  1     14m  1m00s
                        ├─ train    ● Running    2×20000M  gpu-03  1     14m  13m00s
                        └─ eval     ○ Waiting    1×20000M  -       1     14m  -       after pipeline/train
                        old-run     ✗ Failed     1×8000M   gpu-05  1     14m  1m00s   exit 1
                        flaky       ↻ Waiting    -         -       1     14m  -       retry 3/16 in 40s
                        日本語      ⊘ Cancelled  -         -       1     14m  -
                        6 tasks: 1 running, 2 waiting, 1 failed, 1 cancelled, 1 done · 1 more finished (meow list --all)
                        """);
    }

    @Test
    void inANarrowTerminalLeavesOutColumnsAndCuts() {
        String out = cli().tty(60).run("list").out();

        assertThat(out).startsWith("NAME        STATUS").doesNotContain("PRIO").contains("└─ eval");
        assertThat(out.lines().filter(line -> !line.contains("tasks:")))
                .allSatisfy(line ->
                        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(60));
    }

    @Test
    void hasColoursOnlyWhereTheyAreWanted() {
        Cli tty = cli().env("CATTINO_FORCE_TTY", "100");

        assertThat(tty.run("list").out())
                .contains("\u001b[32m● Running\u001b[0m", "\u001b[31m✗ Failed\u001b[0m");
        assertThat(tty.run("list", "--color", "never").out()).doesNotContain("\u001b");
        assertThat(cli().run("list").out()).doesNotContain("\u001b");
        assertThat(tty.env("TERM", "dumb").run("list").out()).doesNotContain("\u001b");
        assertThat(tty.env("CLICOLOR_FORCE", "1").run("list").out()).contains("\u001b");
        assertThat(tty.env("NO_COLOR", "1").run("list").out()).doesNotContain("\u001b");
    }

    @Test
    void onAPipeIsTabsAndFullValues() {
        Cli.Result result = cli().run("ls");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .isEqualTo(
                        """
                        pipeline/prepare	Done	0	-	gpu-03	1	2026-11-22T08:00:00.000Z	60	-
                        pipeline/train	Running	2	20000	gpu-03	1	2026-11-22T08:00:00.000Z	780	-
                        pipeline/eval	Waiting	1	20000	-	1	2026-11-22T08:00:00.000Z	-	after pipeline/train
                        old-run	Failed	1	8000	gpu-05	1	2026-11-22T08:00:00.000Z	60	exit 1
                        flaky	Waiting	0	-	gpu-05	1	2026-11-22T08:00:00.000Z	-	retry 3/16 in 40s
                        日本語	Cancelled	0	-	-	1	2026-11-22T08:00:00.000Z	-	-
                        """);
    }

    @Test
    void showsTheFieldsThatAreNamed() {
        assertThat(cli().run("list", "status", "pid", "cmd", "--status", "running").out())
                .isEqualTo("pipeline/train\tRunning\t4711\tpython train.py 'a b'\n");
        assertThat(
                        cli().tty(80)
                                .run(
                                        "ps",
                                        "priority",
                                        "assigned_device_indices",
                                        "--status",
                                        "Running")
                                .out())
                .isEqualTo(
                        """
                        FULLNAME        PRIORITY  ASSIGNED_DEVICE_INDICES
                        pipeline/train  1         0,1
                        1 task: 1 running
                        """);
    }

    @Test
    void speaksJson() {
        assertThat(
                        cli().run(
                                        "list",
                                        "--json=fullname,status,node,pid",
                                        "--status=Running,Cancelled")
                                .out())
                .isEqualTo(
                        """
                        [{"fullname":"pipeline/train","status":"Running","node":"gpu-03","pid":4711},{"fullname":"日本語","status":"Cancelled","node":null,"pid":null}]
                        """);
        assertThat(cli().run("list", "--json", "--status", "failed").out())
                .isEqualTo(
                        """
                        [{"fullname":"old-run","status":"Failed","reason":null,"exit_code":1,"attempt":1,"priority":1,"min_devices":1,"requires_memory_per_device":8000,"node":"gpu-05","pid":4711,"create_time":"2026-11-22T08:00:00.000Z","start_time":"2026-11-22T08:01:10.000Z","end_time":"2026-11-22T08:02:10.000Z","group":null,"cmd":"python train.py 'a b'"}]
                        """);
    }

    @Test
    void showsOldOnesWhenAsked() {
        assertThat(cli().run("list").out()).doesNotContain("ancient");
        for (String option : new String[] {"-a", "-A", "--all"}) {
            assertThat(cli().run("list", option).out()).contains("ancient\tDone");
        }
        assertThat(cli().run("list", "--status", "done").out()).contains("ancient\tDone");
    }

    @Test
    void anEmptyFarmIsNoFailure() {
        farm.tasks.clear();

        assertThat(cli().run("list")).isEqualTo(new Cli.Result(0, "", ""));
        assertThat(cli().tty(80).run("list")).isEqualTo(new Cli.Result(0, "", "No tasks found.\n"));
        assertThat(cli().run("list", "--json").out()).isEqualTo("[]\n");
    }
}
