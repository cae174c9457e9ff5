package io.cattino.cli;

import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Path home() {
        return directory.resolve("home");
    }

    /** With the farm's server. */
    private Cli cli() {
        return new Cli(directory, farm);
    }

    /** On a machine where no server runs. */
    private Cli alone() {
        return new Cli(directory).env("CATTINO_PORT", "1");
    }

    @BeforeEach
    void fill() throws IOException {
        for (String run :
                List.of(
                        "2025-12-31/23-59-59",
                        "2026-01-31/08-00-00",
                        "2026-02-01/00-00-00",
                        "2026-02-01/00-00-00_1",
                        "2026-02-28/12-30-15")) {
            Path task = Files.createDirectories(home().resolve(run).resolve("g/train"));
            Files.writeString(task.resolve("stdout.log"), "x".repeat(1000));
        }
        Files.createDirectories(home().resolve("hosts/me/server"));
        Files.writeString(home().resolve("settings.toml"), "host = \"localhost\"\n");
    }

    private List<String> left() throws IOException {
        try (var files = Files.walk(home(), 2)) {
            return files.map(file -> home().relativize(file).toString())
                    .filter(name -> name.matches("\\d{4}-.*/.*"))
                    .sorted()
                    .toList();
        }
    }

    private void uses(String run, TaskStatus status) {
        farm.put(
                "t" + run.length() + status.getNumber(),
                status,
                task -> task.setRunDir(home().resolve(run).toString()));
    }

    @Test
    void nothingGivenDeletesNothing() throws IOException {
        Cli.Result result = cli().run("clean");

        assertThat(result.exit()).isZero();
        assertThat(result.err()).startsWith("Nothing was deleted: say which run directories.\n");
        assertThat(left()).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "2025,                1",
        "2026-01,             2",
        "2026-1,              2",
        "2026-02-01,          4",
        "2026-02-28 11,       4",
        "2026-02-28 12:30:14, 4",
        "2026-02-28 12:30,    5",
        "2026-02,             5",
        "2026,                5"
    })
    void beforeMeansUpToTheEndOfWhatIsGiven(String time, int deleted) throws IOException {
        Cli.Result result = cli().run("clean", "-b", time);

        assertThat(result.exit()).isZero();
        assertThat(result.out().lines())
                .hasSize(deleted)
                .allMatch(line -> line.contains("home/20"));
        assertThat(left()).hasSize(5 - deleted);
    }

    @Test
    void afterAndBeforeAreAPeriod() throws IOException {
        assertThat(cli().run("clean", "-a", "2026-01", "-b", "2026-02-01").exit()).isZero();
        assertThat(left()).containsExactly("2025-12-31/23-59-59", "2026-02-28/12-30-15");
        assertThat(cli().run("clean", "--after", "2026-02-28T12:30:15").exit()).isZero();
        assertThat(left()).containsExactly("2025-12-31/23-59-59");
        assertThat(home().resolve("2026-02-28")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"yesterday", "2026-13", "2026-02-30", "'2026-02-01 25'", "20260201"})
    void whatIsNoTimeIsRefused(String time) throws IOException {
        assertThat(cli().run("clean", "-b", time).exit()).isEqualTo(2);
        assertThat(cli().run("clean", "-a", "2026-03", "-b", "2026-02").exit()).isEqualTo(2);
        assertThat(left()).hasSize(5);
    }

    @Test
    void whatWaitsOrRunsIsKept() throws IOException {
        uses("2026-02-01/00-00-00_1", TASK_STATUS_WAITING);
        uses("2026-02-28/12-30-15", TASK_STATUS_DONE);

        Cli.Result result = cli().run("clean", "-A");

        assertThat(result.exit()).isZero();
        assertThat(left()).containsExactly("2026-02-01/00-00-00_1");
        assertThat(result.err()).contains("Kept 1 of tasks that wait or run");
        assertThat(home().resolve("hosts/me/server")).exists();
        assertThat(home().resolve("settings.toml")).exists();
    }

    @Test
    void whatIsUsedIsKeptWhateverItIsCalled() throws Exception {
        Path link = home().resolveSibling("link");
        Files.createSymbolicLink(link, home());
        ProcessBuilder task = new ProcessBuilder("cat");
        task.environment().put("CATTINO_RUN_DIR", link + "/2026-01-31/08-00-00");
        Process running = task.start();
        try {
            assertThat(alone().run("clean", "-A").exit()).isZero();
            assertThat(left()).containsExactly("2026-01-31/08-00-00");
        } finally {
            running.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatRunsWithoutAServerIsKept() throws Exception {
        ProcessBuilder task = new ProcessBuilder("cat");
        task.environment().put("CATTINO_RUN_DIR", home() + "/2026-01-31/08-00-00");
        Process running = task.start();
        try {
            assertThat(alone().run("clean", "-A").exit()).isZero();
            assertThat(left()).containsExactly("2026-01-31/08-00-00");
        } finally {
            running.destroyForcibly().waitFor();
        }
        assertThat(alone().run("clean", "-A").exit()).isZero();
        assertThat(left()).isEmpty();
    }

    @Test
    void withoutAServerTheSettingsGoAsWell() {
        Cli.Result result = alone().run("clean", "-A");

        assertThat(result.err()).contains("The settings are gone as well");
        assertThat(home().resolve("settings.toml")).doesNotExist();
        assertThat(home().resolve("hosts/me/server")).exists();
    }

    @Test
    void otherHostsServersAreNotIgnored() throws IOException {
        Files.writeString(home().resolve("hosts/me/server/server.json"), "{}");

        Cli.Result result = alone().run("clean", "-A");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).contains("is used by servers on me");
        assertThat(left()).hasSize(5);
        assertThat(alone().run("clean", "-A", "-y").exit()).isZero();
        assertThat(left()).isEmpty();
    }

    @Test
    void aFarmThatDoesNotAnswerIsNotGuessedAt() throws IOException {
        assertThat(
                        new Cli(directory)
                                .run("clean", "-A", "-H", "localhost:1", "--timeout", "1s")
                                .exit())
                .isEqualTo(5);
        assertThat(left()).hasSize(5);
    }

    @Test
    void anotherUsersServerIsNoneOfOurs() throws IOException {
        farm.clusterFailures.add(
                FakeFarm.refusal(
                        Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED", "the token is wrong", ""));

        assertThat(cli().run("clean", "-A").exit()).isZero();
        assertThat(left()).isEmpty();
    }

    @Test
    void allAndATimeContradictEachOther() throws IOException {
        assertThat(cli().run("clean", "-A", "-b", "2025").exit()).isEqualTo(2);
        assertThat(cli().typing("n\n").run("clean", "-A", "-b", "2025").exit()).isEqualTo(1);
        assertThat(left()).hasSize(5);
        assertThat(cli().typing("y\n").run("clean", "-A", "-b", "2025").exit()).isZero();
        assertThat(left()).isEmpty();
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Path precious = Files.createDirectories(directory.resolve("precious"));
        Files.writeString(precious.resolve("model.pt"), "weights");
        Files.createDirectories(precious.resolve("08-00-00"));
        Files.createSymbolicLink(
                home().resolve("2026-01-31/08-00-00/g/train/checkpoint"), precious);
        Files.createSymbolicLink(home().resolve("2026-01-01"), precious);
        Files.createSymbolicLink(home().resolve("2026-01-31/09-00-00"), precious);

        assertThat(cli().run("clean", "-A").exit()).isZero();

        assertThat(precious.resolve("model.pt")).exists();
        assertThat(precious.resolve("08-00-00")).exists();
        assertThat(left()).containsExactly("2026-01-31/09-00-00");
    }

    @Test
    void whatATaskProtectedIsDeletedAllTheSame() throws IOException {
        Files.setPosixFilePermissions(
                home().resolve("2026-01-31/08-00-00/g/train"),
                PosixFilePermissions.fromString("r-xr-xr-x"));

        assertThat(cli().run("clean", "-b", "2026-01").exit()).isZero();
        assertThat(left()).hasSize(3);
    }

    @Test
    void tellsPeopleHowMuchItWas() {
        Cli.Result result = cli().tty(80).run("clean", "-b", "2026-01", "-v");

        assertThat(result.out())
                .contains("Deleted " + home().resolve("2025-12-31/23-59-59"))
                .endsWith("Deleted 2 run directories, 2 KiB.\n");
        assertThat(cli().tty(80).run("clean", "-b", "2025").out())
                .isEqualTo("There is nothing to delete.\n");
    }
}
