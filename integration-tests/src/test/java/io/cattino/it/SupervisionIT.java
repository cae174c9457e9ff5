package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.AttemptInfo;
import io.cattino.client.LogKind;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.SubmitContext;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskResult;
import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that tasks get what was submitted (arguments, environment, directory, umask), that nothing
 * of them outlives their end, and that their output never holds them up (F38, F39, F42, F43, F48).
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SupervisionIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final List<String> NASTY =
            List.of(
                    "a b",
                    "it's",
                    "say \"hi\"",
                    "",
                    "$HOME",
                    "`id`",
                    "*",
                    "\\",
                    "a\\nb",
                    "new\nline",
                    "tab\there",
                    "ü€😀",
                    "-x",
                    "--",
                    "--name=v",
                    "~",
                    "#no",
                    "!!",
                    "%s%n",
                    "$((1+1))",
                    "a;b|c&d>e<f",
                    "$${literal}",
                    "{a,b}",
                    " ");

    @RegisterExtension
    static final Farm FARM = Farm.running("--fake-gpus", "2x24576", "--log-cap", "64MiB");

    private static Instant toldStubborn = Instant.EPOCH;

    /** One task takes its whole grace: it is told to end now, and the last test looks at it. */
    @BeforeAll
    static void killTheStubbornOne() throws Exception {
        TaskHandle stubborn =
                submit(
                        "stubborn",
                        "trap '' TERM; (trap '' TERM; exec sleep 1000) & echo ready; while :; do wait; done");
        stubborn.awaitStart(LIMIT);
        await().atMost(LIMIT).until(() -> log("stubborn", LogKind.STDOUT).contains("ready"));
        FARM.meow().run("kill", "stubborn").exits(0);
        toldStubborn = Instant.now();
        assertThat(stubborn.info().status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(stubborn.info().reason().code()).isEqualTo("Stopping");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aTaskThatIgnoresTermIsKilledAfterTheGrace() throws Exception {
        TaskHandle stubborn = FARM.client().task("stubborn");
        long pid = stubborn.info().pid();
        TaskResult result = stubborn.await(GRACE.plusSeconds(15));
        assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(result.reason().code()).isEqualTo("Killed");
        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(Duration.between(toldStubborn, result.endTime()))
                .isBetween(GRACE.minusSeconds(3), GRACE.plusSeconds(10));
        assertThat(Living.is(pid)).isFalse();
        assertNobodyLeft("stubborn");
    }

    private static TaskHandle submit(String name, String shell) {
        return FARM.client()
                .submit(
                        Submission.builder()
                                .add(ProcTask.builder(name).shell(shell).build())
                                .context(FARM.context())
                                .build())
                .tasks()
                .getFirst();
    }

    private static String log(String task, LogKind kind) {
        return String.join("\n", FARM.client().log(task, kind).lines().toList());
    }

    private static void assertNobodyLeft(String task) {
        await("every process of " + task + " is gone")
                .atMost(Duration.ofSeconds(60))
                .until(() -> Living.mentioning("CATTINO_FULLNAME=" + task).isEmpty());
    }

    @Test
    void aDaemonThatATaskLeftBehindIsGoneAndItsCardIsFree() throws Exception {
        ProcTask task =
                ProcTask.builder("daemon")
                        .shell("setsid sh -c 'sleep 1000 & sleep 1000' >/dev/null 2>&1 & sleep 0.3")
                        .minDevices(2)
                        .build();
        TaskHandle daemon = FARM.client().submit(task);
        assertThat(daemon.await(LIMIT).status()).isEqualTo(TaskStatus.DONE);
        assertNobodyLeft("daemon");
        TaskHandle next =
                FARM.client()
                        .submit(ProcTask.builder("next").command("true").minDevices(2).build());
        assertThat(next.await(LIMIT).isDone()).isTrue();
    }

    @Test
    void exit100IsRetriedWithBackoffAndEachAttemptKeepsItsLog() throws Exception {
        TaskHandle flaky =
                submit(
                        "flaky",
                        "echo out $CATTINO_ATTEMPT; echo err $CATTINO_ATTEMPT >&2; "
                                + "[ $CATTINO_ATTEMPT -ge 3 ] || exit 100");
        TaskResult result = flaky.await(LIMIT);
        assertThat(result.isDone()).isTrue();
        TaskInfo info = flaky.info();
        assertThat(info.attempts()).extracting(AttemptInfo::exitCode).containsExactly(100, 100, 0);
        Instant firstEnd = requireNonNull(info.attempts().get(0).endTime());
        Instant secondEnd = requireNonNull(info.attempts().get(1).endTime());
        assertThat(info.attempts().get(1).startTime()).isAfterOrEqualTo(firstEnd.plusMillis(900));
        assertThat(info.attempts().get(2).startTime()).isAfterOrEqualTo(secondEnd.plusMillis(1900));
        Path home = Path.of(info.directory());
        assertThat(home.resolve("stdout.log")).hasContent("out 3");
        assertThat(home.resolve("attempt-1/stdout.log")).hasContent("out 1");
        assertThat(home.resolve("attempt-2/stderr.log")).hasContent("err 2");
        try (var log = FARM.client().log("flaky", LogKind.STDOUT).attempt(2)) {
            assertThat(log.lines()).containsExactly("out 2");
        }
    }

    @Test
    void twentyMegabytesOfOutputThatNobodyReadsHoldNothingUp() throws Exception {
        long size = 20_000_000;
        TaskHandle loud = submit("loud", "head -c " + size + " /dev/zero | tr '\\0' x");
        assertThat(loud.await(LIMIT).isDone()).isTrue();
        AtomicLong read = new AtomicLong();
        try (var log = FARM.client().log("loud", LogKind.STDOUT).follow();
                OutputStream counter = counting(read)) {
            log.transferTo(counter);
        }
        assertThat(read).hasValue(size);
        assertThat(FARM.meow().run("watch", "loud").exits(0).out()).hasSize((int) size);
    }

    @Test
    void aFloodIsCutInItsMiddleAndTheReaderIsTold() throws Exception {
        TaskHandle flood = submit("flood", "seq 10000000 39999999");
        assertThat(flood.await(LIMIT).isDone()).isTrue();
        Path log = Path.of(flood.info().directory(), "stdout.log");
        assertThat(log).hasSize(270_000_000);
        await().atMost(LIMIT).until(() -> used(log) <= 64L << 20);
        Meow.Result all = FARM.meow().run("logs", "flood").exits(0);
        assertThat(all.out()).startsWith("10000000\n").endsWith("39999999\n");
        assertThat(all.err()).matches("… 2\\d\\d MiB dropped here …\n");
        assertThat(FARM.meow().run("logs", "flood", "--tail", "1").exits(0).out())
                .isEqualTo("39999999\n");
    }

    private static long used(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return 512
                * Long.parseLong(new String(stat.getInputStream().readAllBytes(), UTF_8).strip());
    }

    private static OutputStream counting(AtomicLong count) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                count.incrementAndGet();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                count.addAndGet(length);
            }
        };
    }

    @Test
    void argumentsArriveAsTheyWereTyped() throws IOException {
        Path show = FARM.path("show.sh");
        Files.writeString(show, "for a; do printf '<%s>\\n' \"$a\"; done\n");
        String[] arguments =
                Stream.concat(
                                Stream.of(
                                        "create",
                                        "-n",
                                        "nasty",
                                        "-f",
                                        "bash " + show + " 'one two' \"3 4\" 5\\ 6",
                                        "--"),
                                NASTY.stream())
                        .toArray(String[]::new);
        StringBuilder expected = new StringBuilder("<one two>\n<3 4>\n<5 6>\n");
        NASTY.forEach(argument ->
                expected.append('<').append(argument.replace("$${", "${")).append(">\n"));
        assertThat(FARM.meow().run(arguments).exits(0).out()).isEqualTo(expected.toString());
    }

    @Test
    void magicStringsAreResolvedWhenTheTaskStarts() {
        Meow.Result magic =
                FARM.meow()
                        .run(
                                "create",
                                "-n",
                                "magic",
                                "-g",
                                "deep",
                                "-f",
                                "echo",
                                "--",
                                "${task_name}",
                                "x${fullname}y",
                                "${run_dir}/${task_name}",
                                "${cattino.attempt}",
                                "${unknown}",
                                "$${fullname}");
        String runDir = FARM.client().task("deep/magic").info().runDir();
        assertThat(magic.exits(0).out())
                .isEqualTo(
                        "magic xdeep/magicy %s/magic 1 ${unknown} ${fullname}\n".formatted(runDir));
        assertThat(runDir)
                .startsWith(FARM.home().toString())
                .matches(".*/\\d{4}-\\d\\d-\\d\\d/\\d\\d-\\d\\d-\\d\\d(_\\d+)?");
    }

    @Test
    void aTaskGetsTheSubmittersEnvironmentDirectoryAndUmask() throws IOException {
        Path directory = Files.createDirectory(FARM.cwd().resolve("where I am"));
        Meow meow =
                FARM.meow()
                        .in(directory)
                        .with("COLOUR", "blue\nand green")
                        .with("API_TOKEN", "secret1")
                        .with("DB_PASSWORD", "secret2")
                        .with("MY_SECRET", "secret3")
                        .with("SSH_AUTH_SOCK", "/ssh")
                        .with("CUDA_VISIBLE_DEVICES", "7")
                        .with("DISPLAY", ":0");
        String show = "pwd; umask; env; cat <&0; touch made";
        Meow.Result result =
                meow.shell(
                        "umask 027; '%s' create -n env -M 100 -e MORE=more -f --shell '%s'"
                                .formatted(Distribution.meow(), show));
        assertThat(result.exits(0).out())
                .startsWith(directory.toRealPath() + "\n0027\n")
                .contains("COLOUR=blue\nand green\n", "MORE=more\n", "PYTHONUNBUFFERED=1\n")
                .contains(
                        "CATTINO_FULLNAME=env\n", "CATTINO_TASK_NAME=env\n", "CATTINO_ATTEMPT=1\n")
                .contains(
                        "CATTINO_COORDINATOR=",
                        "CATTINO_NODE=",
                        "CATTINO_TASK_ID=",
                        "CATTINO_RUN_DIR=")
                .contains("CUDA_DEVICE_ORDER=PCI_BUS_ID\n")
                .containsPattern("CUDA_VISIBLE_DEVICES=[01]\n")
                .doesNotContain("secret", "SSH_AUTH_SOCK", "DISPLAY", "CATTINO_HOME=");
        assertThat(result.err()).contains("API_TOKEN", "DB_PASSWORD", "MY_SECRET");
        assertThat(Files.getPosixFilePermissions(directory.resolve("made")))
                .hasToString("[OWNER_READ, OWNER_WRITE, GROUP_READ]");
    }

    @Test
    void aTaskMayCallMeow() {
        Meow.Result result =
                FARM.meow()
                        .run(
                                "create",
                                "-n",
                                "outer",
                                "-f",
                                Distribution.meow().toString(),
                                "--",
                                "list",
                                "--json=fullname,status");
        assertThat(result.exits(0).out()).contains("outer").contains("Running");
    }

    @Test
    void whatCannotBeStartedFailsAtOnceAndSaysWhy() throws Exception {
        Path notExecutable = Files.writeString(FARM.path("plain"), "text");
        assertFailsWith(
                "gone", task("gone").command("no-such-program").build(), 127, "CommandNotFound");
        assertFailsWith(
                "plain",
                task("plain").command(notExecutable.toString()).build(),
                126,
                "NotExecutable");
        TaskHandle nowhere =
                FARM.client()
                        .submit(
                                task("nowhere")
                                        .command("true")
                                        .workingDirectory(FARM.path("no-such-directory"))
                                        .build());
        assertThat(nowhere.await(LIMIT).reason().code()).isEqualTo("WorkdirMissing");
        assertThat(nowhere.info().attempts()).hasSize(1);
    }

    private static ProcTask.Builder task(String name) {
        return ProcTask.builder(name);
    }

    private static void assertFailsWith(String name, ProcTask task, int exitCode, String reason)
            throws Exception {
        SubmitContext context = FARM.context();
        TaskHandle handle =
                FARM.client()
                        .submit(Submission.builder().add(task).context(context).build())
                        .tasks()
                        .getFirst();
        TaskResult result = handle.await(LIMIT);
        assertThat(result.status()).as(name).isEqualTo(TaskStatus.FAILED);
        assertThat(result.exitCode()).as(name).isEqualTo(exitCode);
        assertThat(result.reason().code()).as(name).isEqualTo(reason);
        assertThat(handle.info().attempts()).as(name).hasSize(1);
        assertThat(result.reason().text()).as(name).isNotBlank();
    }
}
