package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proves what makes commands start fast, without a clock: they load neither Netty nor streams, and
 * take their classes from the archive that the build made; and that they work just as well without
 * it. {@link StartupBench} measures.
 */
class StartupIT {
    private static final String ARCHIVED = "source: shared objects file";

    @RegisterExtension static final Farm FARM = Farm.running("--fake-gpus", "1x24576");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "list --json",
                "test",
                "status",
                "nodes",
                "create true",
                "cancel nothing"
            })
    void commandsLoadLittleAndThatFromTheArchive(String command) throws IOException {
        Path log = Files.createTempFile(FARM.cwd(), "classes", ".log");
        Meow.Result result =
                FARM.meow()
                        .with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log)
                        .run(command.split(" "));
        assertThat(result.exitCode()).as(result.toString()).isIn(0, 3);
        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded)
                .as("classes of %s", command)
                .noneMatch(line -> line.contains("netty"))
                .noneMatch(line -> line.contains("io.cattino.client.internal.ServerStream"))
                .anyMatch(line -> line.contains(" io.cattino.cli.Main " + ARCHIVED))
                .anyMatch(line -> line.contains(" picocli.CommandLine " + ARCHIVED))
                .anyMatch(
                        line -> line.contains(" io.cattino.client.internal.HttpCall " + ARCHIVED));
        long ours = loaded.stream().filter(line -> line.contains(" io.cattino.")).count();
        long archived =
                loaded.stream()
                        .filter(line -> line.contains(" io.cattino.") && line.contains(ARCHIVED))
                        .count();
        assertThat(archived).isGreaterThan(ours * 9 / 10);
    }

    /** As after an upgrade of the JDK, or a copy that forgot the times of files. */
    @Test
    void anArchiveThatDoesNotFitIsNotMissed() throws IOException {
        Path copy = FARM.path("copy");
        copy(Distribution.meow().resolve("../..").normalize(), copy);
        Meow meow =
                new Meow(
                        List.of(copy.resolve("bin/meow").toString()),
                        FARM.environment(),
                        FARM.cwd());
        String expected = FARM.meow().run("test").exits(0).toString();

        Path archive = copy.resolve("lib/cli/meow.aot");
        assertWorks(meow, expected);
        try (Stream<Path> jars = Files.list(copy.resolve("lib/cli"))) {
            for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
            }
        }
        assertWorks(meow, expected);
        Files.writeString(archive, "no archive at all");
        assertWorks(meow, expected);
        Files.delete(archive);
        assertWorks(meow, expected);
    }

    private static void assertWorks(Meow meow, String expected) {
        Meow.Result result = meow.run("test").exits(0);
        assertThat(expected).contains(result.out());
        assertThat(result.err()).isEmpty();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(file -> !file.startsWith(from.resolve("lib/server"))).toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
