package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shows what the commands print that only look; somebody has looked at each file. */
class ShowGoldenIT {
    private static final List<Integer> WIDTHS = List.of(60, 200);

    @RegisterExtension static final Farm FARM = Scene.farm();

    private static Gate gate;

    @BeforeAll
    static void set() {
        gate = Gate.make(FARM.cwd().resolve("gate"));
        Scene.set(FARM);
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    /** Without how long tasks ran. */
    private static Normal ran() {
        return Normal.of(FARM).rule("<time> ⇥ \\d+ ⇥", "<time> ⇥ <s> ⇥");
    }

    private static Golden golden(String name) {
        return golden(name, Normal.of(FARM));
    }

    private static Golden golden(String name, Normal normal) {
        return new Golden(name, FARM.meow(), normal);
    }

    @SideBySide
    void list() {
        golden("list", ran())
                .pipe("list")
                .terminals(WIDTHS, "list")
                .colours(100, "list")
                .pipe("list", "--status", "failed,done")
                .pipe("list", "-l", "exp=7")
                .pipe("list", "fullname", "status", "exit_code", "cmd")
                .terminals(WIDTHS, "list", "status", "priority", "cmd")
                .pipe("list", "--json=fullname,status,reason")
                .pipe("ls", "--json", "--status", "Failed")
                .check();
    }

    @SideBySide
    void formats() {
        String user = Pattern.quote(System.getProperty("user.name"));
        Normal normal =
                ran().rule("\\d+  " + user + "  ", "<pid>  <user>  ")
                        .rule("-  " + user + "  ", "-  <user>  ");
        golden("formats", normal)
                .pipe("list", "--filter", "task.status == 'running' and task.priority > 2")
                .pipe(
                        "list",
                        "--filter",
                        "len(task.fullname) < 6",
                        "--sort",
                        "-fullname",
                        "-o",
                        "name")
                .pipe("list", "-n", "train", "-o", "yaml")
                .pipe("list", "--status", "waiting", "-o", "jsonl", "--json=fullname,reason")
                .pipe("list", "-l", "exp=7", "--format", "${fullname} is ${status}")
                .terminals(List.of(250), "list", "-o", "wide") // never cut
                .terminals(List.of(100), "list", "--no-header", "--sort", "priority", "priority")
                .check();
    }

    @SideBySide
    void why() {
        golden("why")
                .pipe("why", "big-model")
                .terminals(WIDTHS, "why", "big-model")
                .colours(100, "why", "big-model")
                .terminals(List.of(100), "why", "eval")
                .terminals(List.of(100), "why", "train")
                .pipe("why", "prepare")
                .check();
    }

    @SideBySide
    void gpus() {
        Normal users = Normal.of(FARM).rule("\\(" + System.getProperty("user.name"), "(<user>");
        golden("gpus", users)
                .pipe("gpus")
                .terminals(List.of(200), "gpus")
                .colours(100, "gpus")
                .pipe("gpus", "--json")
                .check();
    }

    @SideBySide
    void describe() {
        golden("describe")
                .pipe("describe", "big-model")
                .terminals(WIDTHS, "describe", "big-model")
                .colours(100, "describe", "train")
                .terminals(List.of(100), "describe", "broken")
                .terminals(List.of(100), "describe", "unwanted")
                .terminals(List.of(100), "show", "eval")
                .check();
    }

    @SideBySide
    void nodes() {
        golden("nodes").pipe("nodes").terminals(WIDTHS, "nodes").colours(100, "nodes").check();
    }

    @SideBySide
    void status() {
        golden("status").pipe("status").terminals(WIDTHS, "status").check();
    }

    @SideBySide
    void test() {
        golden("test")
                .pipe("test")
                .pipe("test", "train")
                .pipe("test", "prepare")
                .pipe("test", "nobody")
                .terminals(List.of(60), "test", "train")
                .check();
    }

    @SideBySide
    void events() {
        golden("events")
                .pipe("events", "prepare")
                .terminals(List.of(100, 200), "events", "broken", "unwanted")
                .colours(100, "events", "train", "eval")
                .pipe("events", "--task", "nobody")
                .check();
    }

    /** What it finds depends on the machine; that it looks at everything does not. */
    @SideBySide
    void doctor() {
        Meow.Result result = FARM.meow().run("doctor");
        assertThat(result.lines().stream().map(line -> line.split("\t", -1)[1]))
                .contains("java", "home", "disk", "python", "server");
        assertThat(result.lines()).anyMatch(line -> line.startsWith("ok\tserver\t"));
    }

    @SideBySide
    void config() {
        Meow own = FARM.meow().with("XDG_CONFIG_HOME", FARM.path("config").toString());
        new Golden("config", own, Normal.of(FARM))
                .pipe("config", "list")
                .pipe("config", "set-context", "lab", "-H", "lab-1:19192,lab-2:19192")
                .pipe("config", "use-context", "lab")
                .pipe("config", "contexts")
                .terminals(List.of(100), "config", "contexts")
                .pipe("config", "set", "timeout", "10s")
                .terminals(List.of(100), "config", "list")
                .pipe("config", "get", "port")
                .pipe("config", "path")
                .pipe("config", "set", "colour", "red")
                .check();
    }

    @SideBySide
    void help() {
        golden("help")
                .pipe("--help")
                .pipe("kill", "--help")
                .terminals(List.of(60), "why", "--help")
                .pipe("completion")
                .pipe("completion", "tcsh")
                .check();
    }

    @SideBySide
    void meow() {
        golden("meow").pipe("meow").pipe("--version").terminals(List.of(60), "meow").check();
    }
}
