package io.cattino.cli;

import static io.cattino.cli.FakeFarm.ran;
import static io.cattino.cli.FakeFarm.reason;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_CANCELLED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.cattino.cli.server.Home;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.WatchEventsRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** wait and watch. */
class FollowTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    private Task done(String name) {
        return farm.put(name, TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
    }

    @Test
    void severalEndWithZeroOrOne() {
        done("a");
        done("g/b");
        farm.put("bad", TASK_STATUS_FAILED, task -> ran(task, "gpu-1", 3));

        assertThat(cli().run("wait", "a", "g").exit()).isZero();
        assertThat(cli().run("wait", "a", "bad").exit()).isEqualTo(1);
        assertThat(cli().run("wait", "bad").exit()).isEqualTo(3);
        assertThat(cli().run("wait", "nope").exit()).isEqualTo(125);
        assertThat(cli().run("wait", "a", "nope").exit()).isEqualTo(1);
        assertThat(cli().run("wait").exit()).isEqualTo(2);
    }

    @Test
    void tellsPeopleOfEachAndOfTheWhole() {
        done("a");
        farm.put("bad", TASK_STATUS_FAILED, task -> ran(task, "gpu-1", 137));
        farm.log(
                "bad",
                LogKind.LOG_KIND_STDERR,
                IntStream.range(0, 30)
                        .mapToObj(i -> "line " + i)
                        .collect(Collectors.joining("\n")));

        Cli.Result result = cli().tty(80).run("wait", "a", "bad");

        assertThat(result.out())
                .isEqualTo(
                        """
                        a    ✓ Done       1m00s
                        bad  ✗ Failed     1m00s  signal 9 (exit 137)
                        2 tasks: 1 done, 1 failed
                        Output: /runs/1/<fullname>/{stdout,stderr}.log
                        """);
        assertThat(result.err().lines()).hasSize(20).first().isEqualTo("  │ line 10");
    }

    @Test
    void saysWhatCannotStart() {
        done("a");
        farm.put(
                "b",
                TASK_STATUS_WAITING,
                task -> task.setStuck(true).setReason(reason("Dependency", "after x (Failed)")));

        Cli.Result result = cli().tty(80).run("wait", "a", "b");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("b cannot start: after x (Failed)\n");
        assertThat(result.out()).contains("2 tasks: 1 cannot start, 1 done");
    }

    @Test
    void waitingMayTakeTooLong() {
        farm.put("slow", TASK_STATUS_RUNNING, task -> ran(task, "gpu-1"));
        farm.put("slower", TASK_STATUS_RUNNING, task -> ran(task, "gpu-1"));

        Cli.Result result = cli().run("wait", "slow", "slower", "--timeout", "50ms");

        assertThat(result.exit()).isEqualTo(124);
        assertThat(result.err()).contains("2 tasks (slow, slower) have not ended");
    }

    @Test
    void watchWritesTheLogOfAnEndedTask() {
        farm.put("a", TASK_STATUS_FAILED, task -> ran(task, "gpu-1", 1));
        farm.log("a", LogKind.LOG_KIND_STDOUT, "one\ntwo");
        farm.log("a", LogKind.LOG_KIND_STDERR, "oops\n");

        assertThat(cli().run("watch", "a")).isEqualTo(new Cli.Result(0, "one\ntwo", ""));
        assertThat(cli().run("watch", "a", "-s", "stderr").out()).isEqualTo("oops\n");
    }

    @Test
    void watchHasAHeaderAndAFooterForPeople() {
        farm.put("a", TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
        farm.log("a", LogKind.LOG_KIND_STDOUT, "one");

        Cli.Result result = cli().tty(50).run("watch", "a");

        assertThat(result.out()).isEqualTo("one\n");
        assertThat(result.err())
                .isEqualTo(
                        """
                        ── a · attempt 1 · gpu-1 [device 0,1] ────────────
                        ── a finished: Done, exit 0, 1m00s ───────────────
                        """);
    }

    @Test
    void theFooterOfAFailureHasItsLastErrors() {
        farm.put("a", TASK_STATUS_FAILED, task -> ran(task, "gpu-1", 1));
        farm.log("a", LogKind.LOG_KIND_STDERR, "1\n2\n3\n4\n5\n6\n");

        assertThat(cli().tty(50).run("watch", "a").err())
                .endsWith(
                        """
                        ── a finished: Failed, exit 1, 1m00s ─────────────
                          │ 2
                          │ 3
                          │ 4
                          │ 5
                          │ 6
                          all of it: meow logs a -s stderr
                        """);
    }

    @Test
    void bothStreamsOfAnEndedTaskComeOneAfterTheOther() {
        done("a");
        farm.log("a", LogKind.LOG_KIND_STDOUT, "out 1\nout 2");
        farm.log("a", LogKind.LOG_KIND_STDERR, "err 1\n");

        assertThat(cli().run("logs", "a", "-s", "all").out()).isEqualTo("out 1\nout 2\nerr 1\n");
        assertThat(cli().env("CLICOLOR_FORCE", "1").run("watch", "a", "-s", "all").out())
                .contains("out 1\n");
    }

    private void hooked(String ofStart, String ofEnd) {
        done("g/a");
        done("g/i/b");
        done("g/@on_end");
        farm.log("g/a", LogKind.LOG_KIND_HOOKS, "of a\n");
        farm.log("g", LogKind.LOG_KIND_HOOKS, ofStart);
        farm.log("g/@on_end", LogKind.LOG_KIND_HOOKS, ofEnd);
    }

    @Test
    void whatHooksOfAGroupPrintedIsShownOnceWhereOneNodeHasAllOfIt() {
        hooked("starts\nends\n", "starts\nends\n");
        String all = "g │ starts\ng │ ends\ng/a │ of a\n";
        assertThat(cli().run("logs", "-s", "hooks", "g")).isEqualTo(new Cli.Result(0, all, ""));
        assertThat(cli().run("logs", "-s", "hooks", "g*").out()).isEqualTo(all);
        assertThat(cli().run("logs", "-s", "hooks", "g", "--tail", "1").out())
                .isEqualTo("g │ ends\ng/a │ of a\n");
        assertThat(cli().run("watch", "-s", "hooks", "g").out().lines())
                .containsExactlyInAnyOrder("g │ starts", "g │ ends", "g/a │ of a");
        assertThat(cli().run("logs", "-s", "hooks", "g/a").out()).isEqualTo("of a\n");
        assertThat(cli().run("logs", "-s", "hooks", "g/@on_end").out()).isEqualTo("starts\nends\n");
        assertThat(cli().run("logs", "g").out()).isEmpty();
    }

    @Test
    void whatHooksOfAGroupPrintedOnTwoNodesIsShownOfBoth() {
        hooked("starts\n", "ends\n");
        assertThat(cli().run("logs", "-s", "hooks", "g").out())
                .isEqualTo("g │ starts\ng/a │ of a\ng │ ends\n");
        hooked("starts\n", "starts\nends\n");
        assertThat(cli().run("watch", "-s", "hooks", "g").out().lines())
                .containsExactlyInAnyOrder("g │ starts", "g/a │ of a", "g │ ends");
    }

    @Test
    void whatHooksOfAGroupPrintedIsShownThoughNoTaskOfItStarted() {
        farm.put("g/a", TASK_STATUS_FAILED);
        farm.log("g", LogKind.LOG_KIND_HOOKS, "cannot start\n");
        assertThat(cli().run("logs", "-s", "hooks", "g"))
                .isEqualTo(new Cli.Result(0, "g │ cannot start\n", ""));
        farm.put("h/a", TASK_STATUS_WAITING);
        assertThat(cli().run("logs", "-s", "hooks", "h").exit()).isEqualTo(1);
    }

    @Test
    void logsEndWhereTheLogDoes() {
        farm.put("a", TASK_STATUS_RUNNING, task -> ran(task, "gpu-1"));
        farm.put("b", TASK_STATUS_WAITING);
        farm.log("a", LogKind.LOG_KIND_STDOUT, "one\ntwo\nthree");

        assertThat(cli().run("logs", "a")).isEqualTo(new Cli.Result(0, "one\ntwo\nthree", ""));
        assertThat(cli().run("logs", "a", "--tail", "2").out()).isEqualTo("two\nthree");
        assertThat(cli().run("logs", "a", "--tail", "3").out()).isEqualTo("one\ntwo\nthree");
        assertThat(cli().run("logs", "a", "--tail", "99").out()).isEqualTo("one\ntwo\nthree");
        assertThat(cli().run("logs", "a", "--tail", "0").out()).isEmpty();
        assertThat(cli().run("logs", "a", "--tail=-1").exit()).isEqualTo(2);
        Cli.Result second = cli().run("logs", "a", "--attempt", "2");
        assertThat(second.exit()).isEqualTo(3);
        assertThat(second.err()).contains("a has no attempt 2; the newest is 1");
        assertThat(cli().run("logs", "b"))
                .isEqualTo(
                        new Cli.Result(
                                1,
                                "",
                                "error: b has not started, exit 1\n  wait for it: meow watch b\n"));
    }

    @Test
    void theTailOfALongLogIsItsLastLines() {
        done("a");
        String log =
                IntStream.range(0, 30_000)
                        .mapToObj(i -> "line " + i + "\n")
                        .collect(Collectors.joining());
        farm.log("a", LogKind.LOG_KIND_STDOUT, log);

        assertThat(cli().run("watch", "a", "--tail", "1").out()).isEqualTo("line 29999\n");
        assertThat(cli().run("logs", "a", "--tail", "20000").out().lines())
                .hasSize(20_000)
                .first()
                .isEqualTo("line 10000");
    }

    @Test
    void logsMayBeginAtATime() {
        done("a");
        farm.log("a", LogKind.LOG_KIND_STDOUT, "one\ntwo\n");

        assertThat(cli().run("logs", "a", "--since", "2026-11-22T08:00:00Z", "--tail", "1").out())
                .isEqualTo("two\n");
        ReadLogRequest asked = (ReadLogRequest) farm.requests.getLast();
        assertThat(asked.getSince())
                .isEqualTo(
                        Timestamp.newBuilder()
                                .setSeconds(Instant.parse("2026-11-22T08:00:00Z").getEpochSecond())
                                .build());
        assertThat(asked.getTailLines()).isEqualTo(1);
        Cli.Result wrong = cli().run("logs", "a", "--since", "yesterday");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("cannot read 'yesterday' as a duration");
    }

    @Test
    void theServersLogIsAFileOfThisHost() throws IOException {
        Path log = new Home(directory.resolve("home"), Home.of(Map.of()).hostname()).log();
        Files.createDirectories(log.getParent());
        Files.writeString(log, "one\ntwo\n");

        assertThat(new Cli(directory).run("logs").out()).isEqualTo("one\ntwo\n");
        assertThat(new Cli(directory).run("logs", "--tail", "1").out()).isEqualTo("two\n");
        assertThat(new Cli(directory).run("watch").out()).isEqualTo("one\ntwo\n");
        Files.writeString(
                log,
                "2026-11-22T08:00:00.000Z INFO a\n  more\n2026-11-22T09:00:00.000Z INFO b\n  more\n");
        assertThat(new Cli(directory).run("logs", "--since", "2026-11-22T08:30:00Z").out())
                .isEqualTo("2026-11-22T09:00:00.000Z INFO b\n  more\n");
        assertThat(new Cli(directory).run("logs", "--since", "2026-11-22T09:30:00Z").out())
                .isEmpty();
        assertThat(
                        new Cli(directory)
                                .run("logs", "--since", "2026-11-22T07:00:00Z", "--tail", "1")
                                .out())
                .isEqualTo("  more\n");
        assertThat(new Cli(directory).run("-H", "far:1", "logs").exit()).isEqualTo(2);
    }

    @Test
    void watchDoesNotWaitIfToldSo() {
        farm.put(
                "a",
                TASK_STATUS_WAITING,
                task -> task.setReason(reason("Dependency", "after train")));

        Cli.Result result = cli().run("watch", "a", "--no-wait");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "error: a has not started: after train, exit 1\n  wait for it: meow watch a\n");
    }

    @Test
    void watchEndsForWhatNeverStarted() {
        farm.put("a", TASK_STATUS_CANCELLED);

        Cli.Result result = cli().run("watch", "a");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("a is Cancelled and never started\n");
    }

    @Test
    void watchOfSeveralPutsTheirNamesBeforeTheLines() {
        farm.put("g/a", TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
        farm.put("g/b", TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
        farm.log("g/a", LogKind.LOG_KIND_STDOUT, "one\ntwo");
        farm.log("g/b", LogKind.LOG_KIND_STDOUT, "three\n");

        assertThat(cli().run("watch", "g").out().lines())
                .containsExactlyInAnyOrder("g/a │ one", "g/a │ two", "g/b │ three");
    }

    @Test
    void interruptedSaysThatTheTaskLivesOnAndIs130() throws IOException, InterruptedException {
        farm.put("slow", TASK_STATUS_RUNNING, task -> ran(task, "gpu-1"));
        farm.put("later", TASK_STATUS_WAITING);
        assertThat(interrupt(0, "wait", "slow"))
                .isEqualTo("130 Stopped waiting; slow goes on. Wait again: meow wait slow\n");
        assertThat(interrupt(1, "watch", "later"))
                .isEqualTo(
                        """
                        130 later has not started. Waiting... ^C to leave
                        Left the log; later goes on. Stop it: meow kill later
                        """);
    }

    /**
     * Interrupts a command that has asked for events, and has said so many lines; its exit code and
     * all that it said.
     */
    private String interrupt(int lines, String... args) throws IOException, InterruptedException {
        farm.requests.clear();
        ProcessBuilder builder =
                new ProcessBuilder(
                        "env",
                        "--default-signal=INT", // tests in the background of a shell ignore it
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.cattino.cli.Main",
                        args[0],
                        args[1]);
        builder.environment().clear();
        builder.environment().put("CATTINO_HOME", directory.toString());
        builder.environment().put("CATTINO_PORT", Integer.toString(farm.port()));
        Process process = builder.start();
        await().atMost(60, java.util.concurrent.TimeUnit.SECONDS)
                .until(() -> !farm.asked(WatchEventsRequest.class).isEmpty());
        try (BufferedReader err =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            for (int i = 0; i < lines; i++) {
                said.append(err.readLine()).append('\n');
            }
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
            err.lines().forEach(line -> said.append(line).append('\n'));
            return process.waitFor() + " " + said;
        }
    }

    @Test
    void aPlainLocaleDestroysNothing() throws IOException, InterruptedException {
        // Through a shell that knows the bytes: this JVM may have a plain locale itself.
        Process process =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "exec env LC_ALL=C CATTINO_ARGV0=meow \"$0\" -cp \"$1\" io.cattino.cli.Main \"$(printf 'l\\303\\274st')\"",
                                ProcessHandle.current().info().command().orElseThrow(),
                                System.getProperty("java.class.path"))
                        .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).contains("there is no command 'lüst'");
    }
}
