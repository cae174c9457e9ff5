package io.cattino.cli;

import static io.cattino.cli.FakeFarm.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.EdgeCondition;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.OnDisconnect;
import io.cattino.proto.v1.OverrideMode;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskSpec;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.Term;
import io.cattino.proto.v1.Where;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CreateTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    private TaskSpec created(String... args) {
        Cli.Result result =
                cli().run(
                                Stream.concat(Stream.of("create"), Stream.of(args))
                                        .toArray(String[]::new));
        assertThat(result.err()).doesNotContain("error:");
        assertThat(result.exit()).isZero();
        return farm.submits.getLast().getTasks(0);
    }

    @Test
    void wholeDevicesMayHaveToBeLarge() {
        DeviceNeed one = DeviceNeed.newBuilder().setCount(1).build();
        assertThat(created("--exclusive", "true").getDevices()).isEqualTo(one);
        assertThat(created("--exclusive", "-c", "2", "true").getDevices().getCount()).isEqualTo(2);
        TaskSpec large = created("--exclusive", "-M", "40G", "-C", "gpu.model=A100", "true");
        assertThat(large.getDevices()).isEqualTo(one);
        assertThat(large.getWhere().getMustList())
                .extracting(Term::getKey)
                .containsExactly("gpu.model", "gpu.memory");
        assertThat(large.getWhere().getMust(1))
                .isEqualTo(
                        Term.newBuilder()
                                .setKey("gpu.memory")
                                .setOperator(Term.Operator.OPERATOR_AT_LEAST)
                                .addValues("40960")
                                .build());
        assertThat(cli().run("create", "--exclusive", "-M", "50%", "true").err())
                .contains("--exclusive with -M 50%", "an amount");
        assertThat(cli().run("create", "--exclusive", "-c", "0", "true").err())
                .contains("--exclusive needs at least 1 device");
    }

    static Stream<Arguments> quoting() {
        return Stream.of(
                quoted(List.of("python train.py"), "python", "train.py"),
                quoted(
                        List.of("python3 -c \"print('a b', \\\"c\\\")\""),
                        "python3",
                        "-c",
                        "print('a b', \"c\")"),
                quoted(List.of("echo 'it'\\''s'"), "echo", "it's"),
                quoted(List.of("echo \"\""), "echo", ""),
                quoted(List.of("echo a\\ b"), "echo", "a b"),
                quoted(List.of("echo $HOME * | wc"), "echo", "$HOME", "*", "|", "wc"),
                quoted(List.of("echo ${add: 1+2}"), "echo", "${add:", "1+2}"),
                quoted(List.of("echo \"${add: 1+2}\""), "echo", "${add: 1+2}"),
                // What a shell makes of: -- \${add: '1+2'}. The agent joins them.
                quoted(List.of("echo", "--", "${add:", "1+2}"), "echo", "${add:", "1+2}"),
                quoted(List.of("--", "echo", "$${x", "${a} }"), "echo", "$${x", "${a} }"),
                quoted(List.of("echo", "a b", "c"), "echo", "a b", "c"),
                quoted(
                        List.of("python train.py", "--", "--lr", "0 1", "-n", "x"),
                        "python",
                        "train.py",
                        "--lr",
                        "0 1",
                        "-n",
                        "x"),
                quoted(List.of("--", "/opt/my prog", "-x", "'"), "/opt/my prog", "-x", "'"),
                quoted(List.of("--", "echo one line"), "echo", "one", "line"),
                quoted(List.of("echo", "@file", "--", "@", "--"), "echo", "@file", "@", "--"),
                quoted(List.of("echo 日本語 'ü\tß'"), "echo", "日本語", "ü\tß"));
    }

    private static Arguments quoted(List<String> typed, String... argv) {
        return Arguments.of(typed, List.of(argv));
    }

    @ParameterizedTest
    @MethodSource("quoting")
    void keepsEveryArgumentAsAShellWould(List<String> typed, List<String> argv) {
        TaskSpec task = created(typed.toArray(String[]::new));

        assertThat(task.getCommand().getArgvList()).isEqualTo(argv);
        assertThat(task.getCommand().getShell()).isFalse();
    }

    @Test
    void withShellKeepsTheLine() {
        TaskSpec task = created("--shell", "echo $HOME | wc -l", "--", "a b");

        assertThat(task.getCommand().getArgvList()).containsExactly("echo $HOME | wc -l 'a b'");
        assertThat(task.getCommand().getShell()).isTrue();
    }

    @Test
    void sendsWhatWasAskedFor() {
        TaskSpec task =
                created(
                        "python train.py",
                        "-n",
                        "train",
                        "-g",
                        "pipe",
                        "-p",
                        "5",
                        "-c",
                        "2",
                        "-M",
                        "20000",
                        "--cpus",
                        "4",
                        "-l",
                        "exp=7",
                        "-e",
                        "A=b=c",
                        "-d",
                        "x,y",
                        "--after",
                        "z",
                        "--after-any",
                        "w",
                        "--override",
                        "rename",
                        "--on-disconnect",
                        "Fail",
                        "--lost-after",
                        "2m",
                        "--allow-unfit");

        assertThat(task.getFullname()).isEqualTo("pipe/train");
        assertThat(task.getPriority()).isEqualTo(5);
        assertThat(task.getCpus()).isEqualTo(4);
        assertThat(task.getOnDisconnect()).isEqualTo(OnDisconnect.ON_DISCONNECT_FAIL);
        assertThat(task.getLostAfter().getSeconds()).isEqualTo(120);
        assertThat(task.getDevices())
                .isEqualTo(DeviceNeed.newBuilder().setCount(2).setMib(20000).build());
        assertThat(task.getLabelsMap()).containsOnly(Map.entry("exp", "7"));
        assertThat(task.getEnvMap()).containsOnly(Map.entry("A", "b=c"));
        SubmitRequest request = farm.submits.getLast();
        assertThat(request.getOverrideMode()).isEqualTo(OverrideMode.OVERRIDE_MODE_RENAME);
        assertThat(request.getAllowUnfit()).isTrue();
        assertThat(request.getGroups(0).getOpen()).isTrue();
        assertThat(request.getEdgesList().stream().map(Edge::getFrom))
                .containsExactlyInAnyOrder("x", "y", "z", "w");
        assertThat(
                        request.getEdgesList().stream()
                                .filter(edge ->
                                        edge.getCondition() == EdgeCondition.EDGE_CONDITION_ANY)
                                .map(Edge::getFrom))
                .containsExactly("w");
    }

    @Test
    void readsMemoryAndDevicesAsDocumented() {
        assertThat(created("ls").getDevices().getCount()).isZero();
        assertThat(created("ls", "-c", "2").getDevices())
                .isEqualTo(DeviceNeed.newBuilder().setCount(2).build());
        assertThat(created("ls", "-M", "20G").getDevices())
                .isEqualTo(DeviceNeed.newBuilder().setCount(1).setMib(20480).build());
        assertThat(created("ls", "-M", "50%").getDevices())
                .isEqualTo(DeviceNeed.newBuilder().setCount(1).setSharePpm(500_000).build());
    }

    @Test
    void takesTheEnvironmentButForSecrets() {
        Cli.Result result =
                cli().env("PATH", "/bin")
                        .env("HF_TOKEN", "s")
                        .env("SSH_TTY", "t")
                        .env("CATTINO_ARGV0", "meow")
                        .run("create", "ls", "-n", "a");

        assertThat(farm.submits.getLast().getContext().getEnvironmentMap())
                .containsOnlyKeys("PATH", "HOME", "XDG_CONFIG_HOME");
        assertThat(result.out()).isEqualTo("a\n");
        assertThat(result.err())
                .isEqualTo(
                        "Not sent: HF_TOKEN   (send: --export ALL,HF_TOKEN)\nFollow it: meow watch a\n");
    }

    @Test
    void exportsWhatIsNamed() {
        Cli cli = cli().env("PATH", "/bin").env("HF_TOKEN", "s");

        cli.run("create", "ls", "--export", "ALL,HF_TOKEN");
        assertThat(farm.submits.getLast().getContext().getEnvironmentMap())
                .containsOnlyKeys("PATH", "HOME", "XDG_CONFIG_HOME", "HF_TOKEN");
        cli.run("create", "ls", "--export", "PATH");
        assertThat(farm.submits.getLast().getContext().getEnvironmentMap())
                .containsOnlyKeys("PATH");
        cli.run("create", "ls", "--export", "NONE");
        assertThat(farm.submits.getLast().getContext().getEnvironmentMap()).isEmpty();
        assertThat(cli.run("create", "ls", "--export", "NOPE").exit()).isEqualTo(2);
    }

    @Test
    void runsHereOrWhereItIsTold() throws IOException {
        Path inside = Files.createDirectory(directory.resolve("exp"));

        created("ls");
        assertThat(farm.submits.getLast().getContext().getWorkingDirectory())
                .isEqualTo(directory.toString());
        created("ls", "-D", "exp");
        assertThat(farm.submits.getLast().getContext().getWorkingDirectory())
                .isEqualTo(inside.toString());
    }

    @Test
    void tellsPeopleWhatWasMade() {
        Cli tty = cli().tty(80);

        assertThat(tty.run("create", "ls", "-n", "train", "-c", "2", "-M", "20000").out())
                .isEqualTo("Created train        2 devices × 20000 MiB, priority 1\n");
        assertThat(tty.run("create", "ls", "-n", "cpu").out())
                .isEqualTo(
                        "Created cpu          no device (it sees no GPU; -c 1 asks for one), priority 1\n");
        assertThat(tty.run("create", "ls", "-n", "b", "-c", "1", "-p", "3").out())
                .isEqualTo("Created b            1 whole device, priority 3\n");
        assertThat(tty.run("create", "ls", "-n", "c").err()).isEqualTo("Follow it: meow watch c\n");
        assertThat(tty.run("create", "ls", "-n", "d", "-q").err()).isEmpty();
    }

    @Test
    void aTakenNameShowsTheWaysOut() {
        farm.failures.add(
                FakeFarm.refusal(
                        Status.Code.ALREADY_EXISTS,
                        "NAME_EXISTS",
                        "'train' already exists (Done)",
                        ""));

        Cli.Result result = cli().run("create", "ls", "-n", "train");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: 'train' already exists (Done), exit 4
                          meow create ... --override rename    another name
                          meow create ... --override allow     replaces it, if it has ended
                        """);
    }

    @Test
    void saysWhereItMayRun() {
        Where where =
                created(
                                "ls",
                                "-c",
                                "1",
                                "-C",
                                "gpu.model=A100|H100,!label.old",
                                "-w",
                                "gpu-0[1-4]",
                                "-x",
                                "gpu-02,gpu-03",
                                "--prefer",
                                "label.rack=r1")
                        .getWhere();
        assertThat(where.getNodesList()).containsExactly("gpu-0[1-4]");
        assertThat(where.getExcludedList()).containsExactly("gpu-02", "gpu-03");
        assertThat(where.getMustList())
                .containsExactly(
                        term("gpu.model", Term.Operator.OPERATOR_EQUAL, "A100", "H100"),
                        term("label.old", Term.Operator.OPERATOR_ABSENT));
        assertThat(where.getPreferList())
                .containsExactly(term("label.rack", Term.Operator.OPERATOR_EQUAL, "r1"));
        assertThat(created("ls").hasWhere()).isFalse();
    }

    private static Term term(String key, Term.Operator operator, String... values) {
        return Term.newBuilder()
                .setKey(key)
                .setOperator(operator)
                .addAllValues(List.of(values))
                .build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "-C; gpu.modle=A100; constraint: there is no 'gpu.modle'",
                "-C; node=gpu-01; constraint: nodes are named by nodelist, not by a term: gpu-01",
                "-w; gpu 01; nodelist: 'gpu 01' names no node",
                "-x; gpu-[4-1]; exclude: 'gpu-[4-1]' names no node",
                "--prefer; fast; prefer: there is no 'fast'"
            })
    void aMistakeInWhereItMayRunIsTold(String option, String value, String told) {
        Cli.Result result = cli().run("create", "ls", option, value);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(told);
        assertThat(farm.submits).isEmpty();
    }

    @Test
    void whatNeverFitsIsRefused() {
        farm.failures.add(
                FakeFarm.refusal(
                        Status.Code.FAILED_PRECONDITION,
                        "NEVER_FITS",
                        "never fits: 2 devices × 200000 MiB asked",
                        "ask for less, or queue it all the same: --allow-unfit"));

        Cli.Result result = cli().run("create", "ls", "-M", "200000");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: never fits: 2 devices × 200000 MiB asked, exit 4
                          ask for less, or queue it all the same: --allow-unfit
                        """);
    }

    @Test
    void anotherUsersServerIsNoPlaceForUs() {
        farm.failures.add(
                FakeFarm.refusal(
                        Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED", "the token is wrong", ""));

        Cli.Result result = cli().run("create", "ls");

        assertThat(result.exit()).isEqualTo(6);
        assertThat(result.err()).contains("export CATTINO_PORT=PORT");
    }

    @ParameterizedTest
    @CsvSource({
        "TASK_STATUS_DONE,      0,   '',              0",
        "TASK_STATUS_FAILED,    3,   '',              3",
        "TASK_STATUS_FAILED,    100, '',              100",
        "TASK_STATUS_FAILED,    137, Killed,          137",
        "TASK_STATUS_FAILED,    0,   Killed,          1",
        "TASK_STATUS_FAILED,    127, CommandNotFound, 127",
        "TASK_STATUS_FAILED,    ,    NodeLost,        1",
        "TASK_STATUS_CANCELLED, 143, '',              1"
    })
    void waitingEndsWithTheTasksOwnCode(TaskStatus status, Integer code, String reason, int exit) {
        farm.onSubmit =
                task -> {
                    Task.Builder ended =
                            task.toBuilder().setStatus(status).setReason(reason(reason, ""));
                    return code == null
                            ? ended.build()
                            : FakeFarm.ran(ended, "gpu-1", code).build();
                };

        assertThat(cli().run("create", "ls", "-W").exit()).isEqualTo(exit);
        assertThat(cli().run("create", "ls", "-f").exit()).isEqualTo(exit);
    }

    @Test
    void waitingEndsWhenItCanNeverStart() {
        farm.onSubmit =
                task ->
                        task.toBuilder()
                                .setStuck(true)
                                .setReason(reason("Dependency", "after x (Failed)"))
                                .build();

        for (String option : List.of("-W", "-f")) {
            Cli.Result result = cli().run("create", "ls", "-n", "a", option);

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err()).contains("a cannot start: after x (Failed)");
        }
    }

    @Test
    void ourOwnFailuresAre125WhileWeStandForATask() {
        farm.failures.add(FakeFarm.refusal(Status.Code.ALREADY_EXISTS, "NAME_EXISTS", "taken", ""));

        assertThat(cli().run("create", "ls", "-W").exit()).isEqualTo(125);
        assertThat(cli().run("create", "ls", "-W", "-n", "a/b").exit()).isEqualTo(2);
    }

    @Test
    void timeOutIs124() {
        for (String option : List.of("-W", "-f")) {
            Cli.Result result =
                    cli().run("create", "ls", "-n", "slow", option, "--timeout", "50ms");

            assertThat(result.exit()).isEqualTo(124);
            assertThat(result.err())
                    .contains("error: slow has not ended after 0s and goes on, exit 124");
        }
    }

    @Test
    void followingWritesTheLogAndNothingElse() {
        farm.onSubmit =
                task ->
                        FakeFarm.ran(
                                        task.toBuilder().setStatus(TaskStatus.TASK_STATUS_FAILED),
                                        "gpu-1",
                                        2)
                                .build();
        farm.log("a", LogKind.LOG_KIND_STDOUT, "epoch 1\nepoch 2\n");
        farm.log("a", LogKind.LOG_KIND_STDERR, "Traceback\nboom\n");

        Cli.Result result = cli().run("create", "ls", "-n", "a", "-f");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEqualTo("epoch 1\nepoch 2\n");
        assertThat(result.err()).isEqualTo("  │ Traceback\n  │ boom\na Failed: exit 2\n");
    }
}
