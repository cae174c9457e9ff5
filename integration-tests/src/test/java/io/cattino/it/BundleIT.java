package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that a bundled folder need not be on the node: it is gone from its place before the task
 * starts.
 */
class BundleIT {

    @RegisterExtension
    static final Farm FARM = Farm.running("--fake-gpus", "1x24576", "--name", "gpu-01");

    private Path code;

    @BeforeEach
    void writeCode() throws IOException {
        code = Files.createDirectories(FARM.cwd().resolve("code"));
        Files.createDirectories(code.resolve("lib"));
        Files.writeString(code.resolve("lib/model.py"), "NAME = 'bundled model'\n");
        Files.writeString(code.resolve("data.txt"), "bundled data\n");
        Path program = Files.writeString(code.resolve("show.sh"), "#!/bin/sh\ncat data.txt\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                code.resolve("task.py"),
                """
                import cattino
                from cattino.tasks import ProcTask, TaskGroup
                from lib.model import NAME

                class Noted(ProcTask):
                    def on_start(self):
                        print("starting with", NAME, open("data.txt").read().strip())

                def measure():
                    print(NAME, __file__)

                cattino.export(TaskGroup([
                    Noted("./show.sh", task_name="hooked"),
                    ProcTask(measure, task_name="function"),
                    ProcTask("./show.sh", task_name="plain"),
                ], group_name="g"))
                """);
    }

    @AfterEach
    void forgetTasks() {
        FARM.meow().run("remove", "-A", "-y");
    }

    private void removeCode() throws IOException {
        try (Stream<Path> files = Files.walk(code)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String log(String fullname, String file) throws IOException {
        return Files.readString(
                Path.of(FARM.client().task(fullname).info().directory()).resolve(file));
    }

    @Test
    void aScriptAndItsModulesTravelToTheNode() throws IOException {
        Meow meow = FARM.meow().in(code);
        meow.run("create", "task.py", "--bundle", ".", "--hold").exits(0);
        removeCode();
        FARM.meow().run("unhold", "g").exits(0);
        FARM.meow().run("wait", "g").exits(0);
        assertThat(log("g/hooked", "hooks.log"))
                .isEqualTo("starting with bundled model bundled data\n");
        assertThat(log("g/hooked", "stdout.log")).isEqualTo("bundled data\n");
        assertThat(log("g/plain", "stdout.log")).isEqualTo("bundled data\n");
        assertThat(log("g/function", "stdout.log")).matches("bundled model /.*/@bundle/task.py\n");
    }

    @Test
    void aCommandRunsInItsCopyOfTheFolder() throws IOException {
        Meow meow = FARM.meow();
        meow.run("create", "./show.sh", "-n", "show", "--hold", "--bundle", "code", "-D", "code")
                .exits(0);
        Files.writeString(code.resolve("data.txt"), "changed since\n");
        meow.run("unhold", "show").exits(0);
        meow.run("wait", "show").exits(0);
        assertThat(log("show", "stdout.log")).isEqualTo("bundled data\n");
    }

    @Test
    void whatCannotTravelIsRefusedWithTheFix() throws IOException {
        Meow meow = FARM.meow();
        for (List<String> bad :
                List.of(
                        List.of("missing", "there is no folder "),
                        List.of("code", "the tasks run in "))) {
            Meow.Result refused = meow.run("create", "true", "--bundle", bad.getFirst());
            refused.exits(2);
            assertThat(refused.err()).contains(bad.getLast());
        }
        assertThat(meow.run("create", "true", "--bundle", "code").err())
                .contains("--bundle code -D code");
        Files.createDirectories(code.resolve("empty"));
        Meow.Result empty = meow.run("create", "true", "--bundle", "code", "-D", "code/empty");
        assertThat(empty.exits(2).err())
                .contains("code/empty, of which nothing travels", "--bundle code -D code");
        Path unfit = Files.writeString(code.resolve("back\\slash"), "");
        assertThat(meow.run("create", "true", "--bundle", "code", "-D", "code").exits(2).err())
                .contains("--bundle: ", "back\\slash");
        Files.delete(unfit);
        assertThat(meow.run("list", "-a").exits(0).out()).doesNotContain("true");
    }
}
