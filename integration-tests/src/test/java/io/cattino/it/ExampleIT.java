package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that a project like a user's compiles, tests itself with the test kit, and runs on a farm,
 * with the published artifacts alone.
 */
class ExampleIT {
    @RegisterExtension static final Farm FARM = Farm.running("--fake-gpus", "4x24576");

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void theExampleIsBuiltTestedAndRunFromThePublishedArtifacts() throws Exception {
        Path project = copied(Distribution.checkout().resolve("client/example"));
        Meow.Started maven = Published.in(FARM.path("repository")).maven(project).start("package");
        await().atMost(Duration.ofMinutes(10)).until(() -> !maven.isAlive());
        Meow.Result build = maven.result().exits(0);
        assertThat(build.out()).contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0");
        assertThat(libraries(project))
                .as("what a program takes along")
                .anyMatch(name -> name.startsWith("cattino-client-"))
                .noneMatch(name -> name.startsWith("cattino-coordinator-"))
                .noneMatch(name -> name.startsWith("cattino-testkit-"));

        Meow.Result run = program(project).run("nightly", "0.1", "scripts").exits(0);
        assertThat(run.lines()).contains("accuracy: 0.93");
        assertThat(FARM.meow().run("list", "-a").exits(0).out()).contains("nightly/evaluate");

        Meow.Result again = program(project).run("nightly", "0.1", "scripts").exits(1);
        assertThat(again.err()).contains("nightly");
    }

    private static Meow program(Path project) {
        Path target = project.resolve("target");
        String classPath = target.resolve("train-and-evaluate.jar") + File.pathSeparator;
        ServerFile server = FARM.server().file();
        return new Meow(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath + target.resolve("lib") + "/*",
                                "com.example.training.TrainAndEvaluate"),
                        FARM.environment(),
                        project)
                .with("CATTINO_COORDINATOR", "localhost:" + server.grpcPort())
                .with("CATTINO_TOKEN_FILE", server.tokenFile().toString());
    }

    private static List<String> libraries(Path project) throws IOException {
        try (Stream<Path> found = Files.list(project.resolve("target/lib"))) {
            return found.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Away from our checkout, whose settings would be taken for its own. */
    private static Path copied(Path source) throws IOException {
        Path copy = FARM.path("example");
        try (Stream<Path> found = Files.walk(source)) {
            for (Path path : found.filter(p -> !p.startsWith(source.resolve("target"))).toList()) {
                Files.copy(path, copy.resolve(source.relativize(path)));
            }
        }
        return copy;
    }
}
