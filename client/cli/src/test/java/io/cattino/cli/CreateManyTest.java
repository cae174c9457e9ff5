package io.cattino.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.OnDisconnect;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmittedTask;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskSpec;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** create: multirun, scripts, files of variables, JSON. */
class CreateManyTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    private SubmitRequest submitted(String... args) {
        Cli.Result result = cli().run(args);
        assertThat(result.err()).doesNotContain("error:");
        assertThat(result.exit()).isZero();
        return farm.submits.getLast();
    }

    private static List<String> names(SubmitRequest request) {
        return request.getTasksList().stream().map(TaskSpec::getFullname).toList();
    }

    private static List<List<String>> commands(SubmitRequest request) {
        return request.getTasksList().stream()
                .map(task -> List.copyOf(task.getCommand().getArgvList()))
                .toList();
    }

    private void script(String name, String... lines) throws IOException {
        Files.write(directory.resolve(name), List.of(lines));
    }

    @Test
    void multirunIsOneSubmissionOfAllCombinations() {
        SubmitRequest request =
                submitted(
                        "create",
                        "python train.py",
                        "-n",
                        "run",
                        "-m",
                        "--",
                        "--lr",
                        "[0.1,0.3]",
                        "x=[a,b]");

        assertThat(farm.submits).hasSize(1);
        assertThat(names(request)).containsExactly("run_0", "run_1", "run_2", "run_3");
        assertThat(commands(request))
                .containsExactly(
                        List.of("python", "train.py", "--lr", "0.1", "x=a"),
                        List.of("python", "train.py", "--lr", "0.1", "x=b"),
                        List.of("python", "train.py", "--lr", "0.3", "x=a"),
                        List.of("python", "train.py", "--lr", "0.3", "x=b"));
    }

    @Test
    void multirunNamesTasksByTheirArguments() {
        SubmitRequest request =
                submitted(
                        "create",
                        "-m",
                        "python train.py --model=big",
                        "-n",
                        "${arg.model}-${cattino.arg.lr}-${arg.x}",
                        "-g",
                        "sweep",
                        "--",
                        "--lr",
                        "[0.1,0.3]",
                        "x=[a,b]");

        assertThat(names(request))
                .containsExactly(
                        "sweep/big-0.1-a", "sweep/big-0.1-b", "sweep/big-0.3-a", "sweep/big-0.3-b");
        assertThat(request.getGroupsList()).hasSize(1);
        assertThat(request.getGroups(0).getOpen()).isTrue();
    }

    @Test
    void multirunCanNameGroupsByArguments() {
        SubmitRequest request =
                submitted(
                        "create",
                        "-m",
                        "prog",
                        "-g",
                        "m-${arg.m}",
                        "-n",
                        "run",
                        "--",
                        "m=[a,b]",
                        "s=[1,2]");

        assertThat(names(request))
                .containsExactly("m-a/run_0", "m-a/run_1", "m-b/run_2", "m-b/run_3");
    }

    @Test
    void multirunWithOneCombinationKeepsTheName() {
        assertThat(names(submitted("create", "-m", "prog", "-n", "run", "--", "x=[a]")))
                .containsExactly("run");
        Cli.Result nothing = cli().run("create", "-m", "prog", "-n", "other", "--", "x=a");
        assertThat(nothing.out()).isEqualTo("other\n");
        assertThat(nothing.err()).contains("-m: no argument behind INPUT is a list");
    }

    @Test
    void multirunWithoutNamesInventsThem() {
        assertThat(names(submitted("create", "-m", "prog", "--", "[a,b]")))
                .hasSize(2)
                .allMatch(name -> name.matches("[A-Za-z0-9]{5}"));
    }

    @Test
    void namesThatMeetAreRefusedBeforeAnythingIsStored() {
        Cli.Result result =
                cli().run("create", "-m", "prog", "-n", "r-${arg.x}", "--", "x=[a,b]", "y=[1,2]");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("-n names two tasks 'r-a'");
        assertThat(farm.submits).isEmpty();
    }

    @Test
    void multirunUnderAShell() {
        SubmitRequest request =
                submitted("create", "-m", "--shell", "echo $HOME", "--", "lr=[1,'a b']");

        assertThat(commands(request))
                .containsExactly(List.of("echo $HOME lr=1"), List.of("echo $HOME 'lr=a b'"));
    }

    @Test
    void tellsOfSeveralAsATree() {
        Cli.Result result =
                cli().tty(120)
                        .run(
                                "create", "-m", "prog", "-g", "sweep", "-n", "run", "-c", "1", "-M",
                                "20000", "--", "x=[a,b]");

        assertThat(result.out())
                .isEqualTo(
                        "Created 2 tasks      sweep/{run_0, run_1}   each 1 device × 20000 MiB, priority 1\n");
        assertThat(result.err()).isEqualTo("See how they do: meow list\n");
        assertThat(cli().run("create", "-m", "prog", "-n", "p", "--", "x=[a,b]").out())
                .isEqualTo("p_0\np_1\n");
    }

    @Test
    void followsAllOfThemEachBehindItsName() {
        farm.onSubmit = CreateManyTest::doneUnlessB;
        farm.log("p_0", LogKind.LOG_KIND_STDOUT, "epoch 1\n");
        farm.log("p_1", LogKind.LOG_KIND_STDOUT, "epoch 2\n");

        Cli.Result result = cli().run("create", "-m", "prog", "-n", "p", "-f", "--", "x=[a,b]");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out().lines())
                .containsExactlyInAnyOrder("p_0 │ epoch 1", "p_1 │ epoch 2");
        assertThat(result.err()).contains("p_1 Failed: exit 3");
    }

    @Test
    void ourOwnFailuresAreOneWhileWeStandForSeveralTasks() {
        farm.failures.add(FakeFarm.refusal(Status.Code.ALREADY_EXISTS, "NAME_EXISTS", "taken", ""));

        assertThat(cli().run("create", "-m", "prog", "-W", "--", "x=[a,b]").exit()).isEqualTo(1);
    }

    @Test
    void waitsForAllOfThem() {
        farm.onSubmit = CreateManyTest::doneUnlessB;

        assertThat(cli().run("create", "-m", "prog", "-W", "--", "x=[a,b]").exit()).isEqualTo(1);
        assertThat(cli().run("create", "-m", "prog", "-W", "--", "x=[a,c]").exit()).isZero();
    }

    private static Task doneUnlessB(Task task) {
        boolean fails = task.getSpec().getCommand().getArgvList().contains("x=b");
        return FakeFarm.ran(
                        task.toBuilder()
                                .setStatus(
                                        fails
                                                ? TaskStatus.TASK_STATUS_FAILED
                                                : TaskStatus.TASK_STATUS_DONE),
                        "gpu-1",
                        fails ? 3 : 0)
                .build();
    }

    @Test
    void aScriptBringsItsOptions() throws IOException {
        script(
                "train.sh",
                "#!/bin/bash",
                "#MEOW -n train -c 2 -M 20GiB",
                "#MEOW -l exp=7 -e A=1 -e B=1 --after x",
                "#MEOW --on-disconnect requeue --lost-after 90",
                "python train.py");

        SubmitRequest request =
                submitted(
                        "create",
                        "train.sh",
                        "-n",
                        "mine",
                        "-e",
                        "B=2",
                        "-d",
                        "y",
                        "--lost-after=1m",
                        "--",
                        "--lr");
        TaskSpec task = request.getTasks(0);

        assertThat(task.getFullname()).isEqualTo("mine");
        assertThat(task.getCommand().getArgvList()).containsExactly("bash", "train.sh", "--lr");
        assertThat(task.getDevices().getCount()).isEqualTo(2);
        assertThat(task.getDevices().getMib()).isEqualTo(20480);
        assertThat(task.getOnDisconnect()).isEqualTo(OnDisconnect.ON_DISCONNECT_REQUEUE);
        assertThat(task.getLostAfter().getSeconds()).isEqualTo(60);
        assertThat(task.getLabelsMap()).containsOnly(Map.entry("exp", "7"));
        assertThat(task.getEnvMap()).containsOnly(Map.entry("A", "1"), Map.entry("B", "2"));
        assertThat(request.getEdgesList()).hasSize(2);
    }

    @Test
    void aScriptIsFoundFromElsewhere() throws IOException {
        script("run.sh", "echo");
        Files.createDirectory(directory.resolve("sub"));

        assertThat(commands(submitted("create", "run.sh", "-D", "sub")))
                .containsExactly(List.of("bash", directory.resolve("run.sh").toString()));
    }

    @Test
    void aMistakeInAScriptNamesTheLine() throws IOException {
        script("unknown.sh", "#MEOW -c 2", "#MEOW --prioritty 3");
        script("later.sh", "#MEOW -N 2");
        script("word.sh", "#MEOW -c 2 python");
        script("value.sh", "#MEOW -p high");
        script("twice.sh", "#MEOW -n a", "#MEOW -n b");

        Cli.Result unknown = cli().run("create", "unknown.sh");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err())
                .isEqualTo(
                        """
                        error: unknown.sh, line 2 (#MEOW): unknown option '--prioritty', exit 2
                          did you mean: --priority ?
                        """);
        assertThat(cli().run("create", "later.sh").err())
                .contains("later.sh, line 1 (#MEOW): the option -N is not supported yet");
        assertThat(cli().run("create", "word.sh").err()).contains("'python' is no option");
        assertThat(cli().run("create", "value.sh").err())
                .contains("value.sh, line 1 (#MEOW): Invalid value for option '--priority'");
        assertThat(cli().run("create", "twice.sh").err())
                .contains("twice.sh, line 2 (#MEOW): option '--task-name'")
                .contains("only once");
        assertThat(farm.submits).isEmpty();
    }

    @Test
    void anotherSchedulersScriptIsNotMisread() throws IOException {
        script("slurm.sh", "#!/bin/bash", "#SBATCH -N 2", "echo");

        Cli.Result result = cli().run("create", "slurm.sh");

        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("slurm.sh has #SBATCH lines, which are not read");
    }

    @Test
    void variablesComeFromFiles() throws IOException {
        script("a.env", "A=1", "B='x y'");
        script("b.env", "B=2", "C=3");

        assertThat(
                        submitted(
                                        "create",
                                        "ls",
                                        "--env-file",
                                        "a.env",
                                        "--env-file",
                                        "b.env",
                                        "-e",
                                        "C=4")
                                .getTasks(0)
                                .getEnvMap())
                .containsOnly(Map.entry("A", "1"), Map.entry("B", "2"), Map.entry("C", "4"));
        script("bad.env", "A=1", "oops");
        assertThat(cli().run("create", "ls", "--env-file", "bad.env").err())
                .contains("bad.env, line 2: expected KEY=VALUE, not 'oops'");
    }

    @Test
    void holdsWhatIsNotToStartYet() {
        Cli.Result result = cli().run("create", "ls", "-n", "a", "--hold");

        assertThat(farm.submits.getLast().getTasks(0).getHold()).isTrue();
        assertThat(result.err()).isEqualTo("Let it start: meow unhold a\n");
        assertThat(submitted("create", "ls").getTasks(0).getHold()).isFalse();
    }

    private static SubmittedTask.Builder startsUnlessB(SubmittedTask.Builder task) {
        return task.getFullname().endsWith("b")
                ? task.setReason(FakeFarm.reason("Memory", "40000 MiB free on 0 of 4 devices"))
                : task.setNode("gpu-03")
                        .addDevices(DeviceShare.newBuilder().setIndex(4))
                        .addDevices(DeviceShare.newBuilder().setIndex(5));
    }

    @Test
    void tellsWhereItStarts() {
        farm.prospect = CreateManyTest::startsUnlessB;

        assertThat(cli().tty(80).run("create", "ls", "-n", "a", "-c", "2").out())
                .isEqualTo(
                        """
                        Created a            2 whole devices, priority 1
                                             can start now on gpu-03 [4,5]
                        """);
        assertThat(cli().tty(80).run("create", "ls", "-n", "b", "-c", "2").out())
                .endsWith("                     waits: 40000 MiB free on 0 of 4 devices\n");
        assertThat(
                        cli().tty(80)
                                .run(
                                        "create",
                                        "-m",
                                        "ls",
                                        "-n",
                                        "x${arg.x}",
                                        "-c",
                                        "2",
                                        "--",
                                        "x=[a,b,c]")
                                .out())
                .isEqualTo(
                        """
                        Created 3 tasks      xa, xb, xc   each 2 whole devices, priority 1
                                             2 can start now
                                             1 waits: 40000 MiB free on 0 of 4 devices
                        """);
    }

    @Test
    void aDryRunCreatesNothing() {
        farm.prospect = CreateManyTest::startsUnlessB;
        String[] command = {"create", "ls", "-n", "a", "-c", "2", "--dry-run"};

        assertThat(cli().tty(80).run(command).out())
                .isEqualTo(
                        """
                        Would create a            2 whole devices, priority 1
                                                  can start now on gpu-03 [4,5]
                        """);
        assertThat(cli().run(command).out()).isEqualTo("a\tgpu-03\t4,5\t-\n");
        assertThat(cli().run("create", "ls", "-n", "b", "--dry-run").out())
                .isEqualTo("b\t-\t-\t40000 MiB free on 0 of 4 devices\n");
        assertThat(cli().run("create", "ls", "-n", "a", "--dry-run", "--json").out())
                .isEqualTo(
                        "[{\"fullname\":\"a\",\"node\":\"gpu-03\",\"assigned_device_indices\":[4,5],\"reason\":\"\",\"reason_text\":\"\"}]\n");
        assertThat(farm.submits).allMatch(SubmitRequest::getDryRun);
        assertThat(farm.tasks).isEmpty();
        assertThat(cli().run("create", "ls", "-W", "--dry-run").exit()).isEqualTo(2);
        assertThat(
                        new Cli(directory)
                                .env("CATTINO_PORT", "1")
                                .run("create", "ls", "--dry-run")
                                .exit())
                .isEqualTo(5);
    }

    @Test
    void oneOptionTwiceIsRefusedByName() {
        Cli.Result result = cli().run("create", "ls", "-n", "a", "-n", "b");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--task-name is given twice");
    }

    @Test
    void anOptionBehindTheCommandsWordsIsNoticed() {
        assertThat(cli().run("create", "python", "train.py", "-n", "x").err())
                .contains("-n behind the command is read as meow's own option");
        assertThat(cli().run("create", "python train.py", "-n", "y").err())
                .doesNotContain("behind the command");
        assertThat(cli().run("create", "-n", "z", "python", "train.py", "--", "-n").err())
                .doesNotContain("behind the command");
        assertThat(cli().run("create", "-c", "1", "--", "sh", "-c", "true").err())
                .doesNotContain("behind the command");
    }

    @Test
    void waitsForTheNewestSubmissionOfTheUser() {
        farm.put(
                "mine",
                TaskStatus.TASK_STATUS_RUNNING,
                task -> task.setUser(System.getProperty("user.name")));
        farm.put("theirs", TaskStatus.TASK_STATUS_RUNNING);

        assertThat(submitted("create", "ls", "--after", "last,th*").getEdgesList())
                .extracting(Edge::getFrom)
                .containsExactlyInAnyOrder("mine", "theirs");
        assertThat(cli().run("create", "ls", "--after", "no*").exit()).isEqualTo(3);
    }

    @Test
    void aValueThatIsTheProgramsOwnGetsTheHint() {
        Cli.Result result = cli().run("create", "python3", "-c", "print(1)");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("put the command's own options after --");
    }

    @Test
    void aQuoteThatIsNotClosedShowsAWayOut() {
        Cli.Result result = cli().run("create", "echo it's");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: the quote ' at column 8 is never closed in: echo it's, exit 2
                          or give the words one by one: meow create -- echo "it's"
                        """);
    }

    @Test
    void writesJson() {
        Cli.Result result = cli().run("create", "ls", "-n", "a", "--json=fullname,priority");

        assertThat(result.out()).isEqualTo("[{\"fullname\":\"a\",\"priority\":1}]\n");
        assertThat(cli().run("create", "ls", "--json", "-f").exit()).isEqualTo(2);
        assertThat(cli().run("create", "ls", "-M", "3GB", "--json").err())
                .startsWith("{\"error\":{\"code\":\"usage\"");
    }
}
