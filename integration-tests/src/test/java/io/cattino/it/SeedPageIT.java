package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs the code of the ancestor's page on tasks as it stands: {@code -Dcattino.seedPage=PATH}, of
 * the page or a directory with it, seen from the repository's root. The page is not a part of this
 * project.
 */
@EnabledIfSystemProperty(named = "cattino.seedPage", matches = ".+")
class SeedPageIT {
    @RegisterExtension final Farm farm = Farm.running("--fake-gpus", "4x24576");

    /** From the first import on, up to the next paragraph, which begins with a capital. */
    private static List<String> blocks() throws IOException {
        Path page = Distribution.checkout().resolve(System.getProperty("cattino.seedPage"));
        if (Files.isDirectory(page)) {
            try (Stream<Path> files = Files.list(page)) {
                page = files.sorted().findFirst().orElseThrow();
            }
        }
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readString(page).lines().toList()) {
            if (block == null && line.matches("(from|import) cattino.*")) {
                block = new StringBuilder();
            } else if (block != null && line.matches("[A-Z].*")) {
                blocks.add(block.toString());
                block = null;
            }
            if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }

    private List<String> run(String block) throws IOException {
        Files.writeString(farm.cwd().resolve("task.py"), block);
        Meow meow =
                farm.meow()
                        .with(
                                "PATH",
                                farm.cwd().resolve("bin") + ":" + farm.environment().get("PATH"));
        List<String> created = meow.run("create", "task.py").exits(0).lines();
        meow.run(Stream.concat(Stream.of("wait"), created.stream()).toArray(String[]::new))
                .exits(0);
        return created;
    }

    private String log(String fullname, String file) throws IOException {
        return Files.readString(
                Path.of(farm.client().task(fullname).info().directory()).resolve(file));
    }

    @Test
    void everyExampleRunsToItsDocumentedResult() throws IOException {
        // The page says python; not every machine has a program of that name.
        Path bin = Files.createDirectories(farm.cwd().resolve("bin"));
        Files.writeString(bin.resolve("python"), "#!/bin/sh\nexec python3 \"$@\"\n");
        assertThat(bin.resolve("python").toFile().setExecutable(true)).isTrue();
        for (String name : List.of("train", "eval", "step1", "step2", "step3")) {
            Files.writeString(farm.cwd().resolve(name + ".py"), "print('" + name + "')");
        }
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(5);

        assertThat(run(blocks.get(0))).containsExactly("hello");
        assertThat(log("hello", "stdout.log")).isEqualTo("hello world\n");

        assertThat(run(blocks.get(1))).containsExactly("pipeline/train", "pipeline/eval");
        assertThat(log("pipeline/eval", "stdout.log")).isEqualTo("eval\n");
        assertThat(farm.client().task("pipeline/eval").info().parents())
                .extracting(parent -> parent.fullname())
                .containsExactly("pipeline/train");

        assertThat(run(blocks.get(2)))
                .containsExactly(
                        "group_of_step1/step1", "group_of_step1/step2", "group_of_step1/step3");
        assertThat(log("group_of_step1/step3", "stdout.log")).isEqualTo("step3\n");

        assertThat(
                        run(
                                blocks.get(3)
                                        + "\nimport cattino\ncattino.export(MyTask('true', task_name='mine'))\n"))
                .containsExactly("mine");
        assertThat(log("mine", "hooks.log")).isEqualTo("Task mine starting\nTask mine finished\n");

        assertThat(run(blocks.get(4))).containsExactly("train");
        assertThat(farm.client().task("train").info().status()).isEqualTo(TaskStatus.DONE);
    }
}
