package io.cattino.it;

import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Shows what people read when something is wrong: what, why and the next command. Somebody has
 * looked at each of these messages.
 */
class MistakesIT {
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
        return new Golden(name, FARM.meow(), Normal.of(FARM));
    }

    private static Meow at(Meow meow, Path home) {
        return meow.with("CATTINO_HOME", home.toString());
    }

    @SideBySide
    void names() {
        Meow meow = FARM.meow();
        golden("mistakes-names")
                .mistake("", meow, "describe", "trian")
                .mistake("", meow, "describe", "nobody")
                .mistake("", meow, "watch", "nobody")
                .mistake("", meow, "kill", "nobody")
                .mistake("", meow, "kill", "eval")
                .mistake("", meow, "kill", "train", "nobody-*")
                .mistake("", meow, "kill", "backend")
                .mistake("", meow, "resume", "train")
                .mistake("", meow, "cancel", "prepare")
                .mistake("", meow, "kill", "-A", "[")
                .mistake("", meow, "drain", "gpu-2")
                .check();
    }

    @SideBySide
    void submissions() {
        Meow meow = FARM.meow();
        golden("mistakes-create")
                .mistake("", meow, "create", "-n", "train", "true")
                .mistake("", meow, "create", "-M", "20GX", "true")
                .mistake("", meow, "create", "-c", "8", "-M", "1000", "true")
                .mistake("", meow, "create", "-M", "80000", "true")
                .mistake("", meow, "create", "--after", "nobody", "true")
                .mistake("", meow, "create", "-D", "nowhere", "true")
                .mistake("", meow, "create", "-n", "a/b", "true")
                .mistake("", meow, "create", "python3", "--lr", "0.1")
                .mistake("", meow, "create", "'unclosed")
                .mistake("", meow, "create", "trian.py")
                .mistake("", meow, "create", "-p", "high", "true")
                .mistake("", meow, "create")
                .check();
    }

    @SideBySide
    void usage() {
        Meow meow = FARM.meow();
        golden("mistakes-usage")
                .mistake("", meow, "lst")
                .mistake("", meow, "--bogus")
                .mistake("", meow, "list", "--statu=Running")
                .mistake("", meow, "list", "statsu")
                .mistake("", meow, "list", "--status", "Broken")
                .mistake("", meow, "list", "--filter", "task.status ==")
                .mistake("", meow, "wait", "train", "--timeout", "3q")
                .mistake("", meow, "set", "retry-limt", "3")
                .mistake("", meow, "set", "retry-limit", "many")
                .mistake("", meow, "set", "override-exist-tasks", "maybe")
                .mistake("", meow, "set", "eval.colour", "red")
                .mistake("", meow, "set", "train.priority", "9")
                .mistake("", meow, "set", "eval.priority", "high")
                .mistake("", meow, "clean", "--before", "yesterday")
                .mistake("", meow, "watch", "-s", "both", "train")
                .check();
    }

    /** A task whose directory is not there when it starts, and one whose program is not. */
    @SideBySide
    void programs() {
        for (ProcTask task :
                List.of(
                        ProcTask.builder("homeless")
                                .command("true")
                                .workingDirectory(FARM.path("gone"))
                                .build(),
                        ProcTask.builder("typo").command("pyhton3 train.py").build())) {
            FARM.client().submit(Submission.builder().add(task).context(FARM.context()).build());
            await(task.name())
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> FARM.client().task(task.name()).info().status().isEnded());
        }
        golden("mistakes-programs")
                .pipe("wait", "homeless")
                .terminals(List.of(100), "describe", "homeless")
                .pipe("wait", "typo")
                .terminals(List.of(100), "describe", "typo")
                .check();
    }

    @SideBySide
    void servers() throws IOException {
        Path broken = Files.createDirectory(FARM.path("broken-home"));
        Files.writeString(broken.resolve("settings.toml"), "coordinator = \"unclosed\n");
        Path file = Files.writeString(FARM.path("file"), "");
        Path token = Files.writeString(FARM.path("token"), "cattino_of_somebody_else\n");
        ServerFile running = FARM.server().file();
        String there = "localhost:" + running.grpcPort() + "/" + running.httpPort();
        // Bound, so that nobody else gets it, but not listened on.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String port = Integer.toString(silent.getLocalPort());
            Meow alone = FARM.meow().with("CATTINO_PORT", port).with("CATTINO_HTTP_PORT", port);
            Meow down = at(alone, Files.createDirectory(FARM.path("empty-home")));
            Meow tokenless = at(alone, FARM.path("empty-home"));
            golden("mistakes-servers")
                    .mistake("no server", down, "list")
                    .mistake("no server", down, "test")
                    .mistake("no server", down, "kill", "train")
                    .mistake("no server", down, "wait", "train")
                    .mistake("no server", down, "list", "--json")
                    .mistake("not an address", down, "-H", "a:b:c", "list")
                    .mistake("no token", tokenless, "-H", there, "list")
                    .mistake(
                            "another's token",
                            alone.with("CATTINO_TOKEN_FILE", token.toString()),
                            "-H",
                            there,
                            "list")
                    .mistake(
                            "no token file",
                            alone.with("CATTINO_TOKEN_FILE", "/nowhere/token"),
                            "-H",
                            there,
                            "list")
                    .mistake("settings.toml is broken", at(FARM.meow(), broken), "list")
                    .mistake("the home is a file", at(alone, file), "create", "true")
                    .mistake("no home there", at(alone, Path.of("/proc/x")), "create", "true")
                    .check();
        }
    }
}
