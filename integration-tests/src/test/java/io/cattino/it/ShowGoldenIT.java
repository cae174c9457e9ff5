package io.cattino.it;

import java.util.List;
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

    private static Golden golden(String name) {
        return golden(name, Normal.of(FARM));
    }

    private static Golden golden(String name, Normal normal) {
        return new Golden(name, FARM.meow(), normal);
    }

    @SideBySide
    void list() {
        Normal normal = Normal.of(FARM).rule("<time> ⇥ \\d+$", "<time> ⇥ <s>"); // how long it ran
        golden("list", normal)
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
        Normal normal = Normal.of(FARM).rule("\\b\\d+(\\.\\d+)?G  (?=\\d+/128)", "<mem>  ");
        golden("nodes", normal)
                .pipe("nodes")
                .terminals(WIDTHS, "nodes")
                .colours(100, "nodes")
                .check();
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
    void meow() {
        golden("meow").pipe("meow").pipe("--version").terminals(List.of(60), "meow").check();
    }
}
