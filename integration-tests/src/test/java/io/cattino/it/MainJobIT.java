package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves the main job of the command line: on a fresh home the first {@code create} starts a
 * server, the task runs, its log is followed, its result shown; and every command says by its exit
 * code what happened.
 */
class MainJobIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Meow.Result first;
    private static MeowClient client;
    private static Gate gate;

    @BeforeAll
    static void createOnAFreshHome() {
        gate = FARM.gate("gate");
        first =
                meow(
                        "create",
                        "-n",
                        "hello",
                        "-M",
                        "100",
                        "-f",
                        "--shell",
                        "echo hello from $CATTINO_NODE; echo oops >&2; exit 3");
        client = Farm.client(ServerFile.read(FARM.home()).orElseThrow());
    }

    @AfterAll
    static void close() {
        client.close();
        gate.close();
    }

    private static Meow.Result meow(String... arguments) {
        return FARM.meow().run(arguments);
    }

    /** A task that works until the gate is opened. */
    private static String longTask(String name) {
        List<String> work = FARM.ledger().work(gate, 0);
        meow("create", "-n", name, work.get(0), "--", work.get(1), work.get(2), work.get(3))
                .exits(0);
        await(name + " runs")
                .atMost(LIMIT)
                .until(() -> client.task(name).info().status() == TaskStatus.RUNNING);
        return name;
    }

    @SideBySide
    void firstCreateStartsAServerAndFollowsTheLogToTheTasksExitCode() {
        first.exits(3);
        assertThat(first.out())
                .isEqualTo("hello from " + client.nodes().list().getFirst().name() + "\n");
        ServerFile server = ServerFile.read(FARM.home()).orElseThrow();
        assertThat(server.grpcPort()).isEqualTo(FARM.port());
        assertThat(first.err())
                .contains(
                        "Started a server: localhost:%d, PID %d"
                                .formatted(FARM.port(), server.pid()))
                .contains("meow exit")
                .doesNotContain("start again");
        assertThat(first.err().lines().filter(line -> line.contains("Started a server")))
                .hasSize(1);
        assertThat(ProcessHandle.of(server.pid())).isPresent();
    }

    @SideBySide
    void theServerThatCreateStartsIsDetached() throws Exception {
        long pid = ServerFile.read(FARM.home()).orElseThrow().pid();
        assertThat(Path.of("/proc/" + pid + "/cwd").toRealPath()).hasToString("/");
        assertThat(Path.of("/proc/" + pid + "/fd/0").toRealPath()).hasToString("/dev/null");
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        assertThat(words[3]).as("its session is its own").isEqualTo(Long.toString(pid));
    }

    @SideBySide
    void createOnAPipePrintsOnlyFullnamesOnStdout() {
        assertThat(meow("create", "-n", "piped", "-g", "grp", "true").exits(0).out())
                .isEqualTo("grp/piped\n");
        Meow.Result unnamed = meow("create", "true").exits(0);
        assertThat(unnamed.out()).matches("[a-zA-Z0-9]{5}\n");
    }

    @SideBySide
    void listOnAPipeIsTabsWithoutHeader() {
        Meow.Result list = meow("list", "-a").exits(0);
        assertThat(list.out()).doesNotContain("\u001b[").doesNotContain("NAME");
        assertThat(list.lines()).anySatisfy(line -> assertThat(line).startsWith("hello\tFailed\t"));
    }

    @SideBySide
    void listOnATerminalHasAHeaderAndSaysHowItEnded() {
        String list = FARM.meow().onTerminal("list", "-a").exits(0).out();
        assertThat(list).contains("NAME").contains("STATUS").contains("Failed").contains("exit 3");
    }

    @SideBySide
    void jsonListIsAnArrayWithTheDocumentedFields() {
        Meow.Result list = meow("list", "-a", "--json").exits(0);
        JsonArray tasks = JsonParser.parseString(list.out()).getAsJsonArray();
        JsonObject hello = find(tasks, "hello");
        assertThat(hello.keySet())
                .contains(
                        "fullname",
                        "status",
                        "reason",
                        "exit_code",
                        "attempt",
                        "priority",
                        "min_devices",
                        "requires_memory_per_device",
                        "node",
                        "pid",
                        "create_time",
                        "start_time",
                        "end_time",
                        "group",
                        "cmd");
        assertThat(hello.get("status").getAsString()).isEqualTo("Failed");
        assertThat(hello.get("exit_code").getAsInt()).isEqualTo(3);
        assertThat(hello.get("requires_memory_per_device").getAsInt()).isEqualTo(100);
        assertThat(hello.get("priority").getAsInt()).isEqualTo(1);
        JsonObject few =
                find(
                        JsonParser.parseString(
                                        meow("list", "-a", "--json=fullname,status").exits(0).out())
                                .getAsJsonArray(),
                        "hello");
        assertThat(few.keySet()).containsExactlyInAnyOrder("fullname", "status");
    }

    private static JsonObject find(JsonArray tasks, String fullname) {
        for (JsonElement task : tasks) {
            JsonObject object = task.getAsJsonObject();
            if (object.get("fullname").getAsString().equals(fullname)) {
                return object;
            }
        }
        throw new AssertionError("no " + fullname + " in " + tasks);
    }

    @SideBySide
    void describeSaysWhatWasRunWhereAndHowItEnded() {
        assertThat(meow("describe", "hello").exits(0).out())
                .contains("hello")
                .contains("Failed")
                .contains("echo oops")
                .contains("{stdout,stderr}.log");
    }

    @SideBySide
    void watchPrintsTheWholeLogOfAnEndedTask() {
        assertThat(meow("watch", "hello").exits(0).out()).startsWith("hello from ").endsWith("\n");
        assertThat(meow("watch", "-s", "stderr", "hello").exits(0).out()).isEqualTo("oops\n");
    }

    @SideBySide
    void waitEndsWithTheTasksOwnCode() {
        meow("wait", "hello").exits(3);
        meow("create", "-n", "fine", "--wait", "true").exits(0);
        meow("wait", "fine").exits(0);
        meow("wait", "fine", "hello").exits(1);
        meow("create", "-f", "--shell", "kill -TERM $$").exits(143);
        meow("create", "-W", "no-such-program-at-all").exits(127);
    }

    @SideBySide
    void timeoutEndsWaitingWith124AndLeavesTheTaskAlone() {
        String name = longTask("slow");
        meow("wait", "--timeout", "1", name).exits(124);
        assertThat(client.task(name).info().status()).isEqualTo(TaskStatus.RUNNING);
        meow("kill", "-f", name).exits(0);
        meow("wait", name).exits(137);
        assertThat(client.task(name).info().reason().code()).isEqualTo("Killed");
    }

    @SideBySide
    void interruptingWatchLeavesTheTaskRunning() {
        String talk = "echo ready; read -r _ <" + gate.path();
        meow("create", "-n", "watched", "--shell", talk).exits(0);
        Meow.Started watch = FARM.meow().interruptible().start("watch", "watched");
        await("it follows").atMost(LIMIT).until(() -> watch.out().equals("ready\n"));
        watch.interrupt();
        Meow.Result left = watch.result().exits(130);
        assertThat(left.err()).contains("goes on");
        assertThat(client.task("watched").info().status()).isEqualTo(TaskStatus.RUNNING);
        meow("remove", "watched").exits(0);
    }

    @SideBySide
    void cancelAndResumeATaskThatWaits() {
        longTask("parent");
        meow("create", "-n", "child", "--after", "parent", "true").exits(0);
        meow("cancel", "child").exits(0);
        assertThat(client.task("child").info().status()).isEqualTo(TaskStatus.CANCELLED);
        meow("cancel", "child").exits(4);
        meow("resume", "child").exits(0);
        assertThat(client.task("child").info().status()).isEqualTo(TaskStatus.WAITING);
        meow("set", "child.priority", "7").exits(0);
        assertThat(client.task("child").info().priority()).isEqualTo(7);
        meow("test", "parent").exits(0);
        meow("test", "child").exits(1);
        Meow.Result removed = meow("remove", "parent").exits(0);
        assertThat(removed.err()).as("it says who waits for ever now").contains("child");
        meow("wait", "child").exits(1);
        meow("remove", "child").exits(0);
        meow("describe", "child").exits(3);
    }

    @SideBySide
    void cancelOfARunningTaskEndsItsProcesses() {
        String name = longTask("running");
        long pid = client.task(name).info().pid();
        assertThat(Living.is(pid)).isTrue();
        meow("cancel", name).exits(0);
        meow("wait", name).exits(1);
        assertThat(client.task(name).info().status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(Living.is(pid)).isFalse();
    }

    @SideBySide
    void aTakenNameIsRefusedUnlessItIsToBeOverridden() {
        meow("create", "-n", "twice", "--wait", "true").exits(0);
        Meow.Result again = meow("create", "-n", "twice", "true").exits(4);
        assertThat(again.err()).contains("twice").contains("--override");
        assertThat(again.out()).isEmpty();
        assertThat(meow("create", "-n", "twice", "--override", "rename", "true").exits(0).out())
                .isEqualTo("twice_1\n");
        assertThat(meow("create", "-n", "twice", "--override", "allow", "true").exits(0).out())
                .isEqualTo("twice\n");
    }

    @SideBySide
    void unknownNamesExitWith3AndASuggestion() {
        for (String command : List.of("watch", "cancel", "remove", "test")) {
            meow(command, "helo").exits(3);
        }
        assertThat(meow("describe", "helo").exits(3).err()).contains("hello");
        Meow.Result after = meow("create", "--after", "nobody", "true").exits(3);
        assertThat(after.err()).contains("nobody");
        assertThat(after.out()).isEmpty();
    }

    @SideBySide
    void wrongUsageExitsWith2() {
        meow("create").exits(2);
        meow("create", "--no-such-option", "true").exits(2);
        meow("no-such-command").exits(2);
        assertThat(meow("create", "-n", "a/b", "true").exits(2).err()).contains("-g");
        meow("create", "-n", "backend", "true").exits(2);
        meow("create", "-M", "-5", "true").exits(2);
        meow("create", "missing.py").exits(2);
    }

    @SideBySide
    void aWrongTokenExitsWith6() throws Exception {
        Path token = FARM.path("wrong-token");
        Files.writeString(token, "not-the-token\n");
        FARM.meow().with("CATTINO_TOKEN_FILE", token.toString()).run("list").exits(6);
    }

    @SideBySide
    void theRestAnswers() {
        assertThat(meow("meow").exits(0).out()).startsWith("Cattino: ");
        long pid = ServerFile.read(FARM.home()).orElseThrow().pid();
        assertThat(meow("test").exits(0).out()).contains(Long.toString(pid));
        assertThat(meow("nodes").exits(0).out()).contains("Ready");
        meow("--help").exits(0);
    }
}
