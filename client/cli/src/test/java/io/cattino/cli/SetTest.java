package io.cattino.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.EdgeCondition;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.Setting;
import io.cattino.proto.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** set: the client's settings, and showing them all. */
class SetTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    @BeforeEach
    void fill() {
        farm.settings.put(
                "retry-limit",
                Setting.newBuilder()
                        .setKey("retry-limit")
                        .setValue("3")
                        .setDefaultValue("16")
                        .setDescription("How often.")
                        .build());
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    private Path settings() {
        return directory.resolve("home/settings.toml");
    }

    @Test
    void theClientsAreStoredInTheHome() throws IOException {
        Files.createDirectories(settings().getParent());
        Files.writeString(settings(), "# mine\nport = 5   # five\n");

        assertThat(cli().run("set", "host", "gpu-01").err())
                .isEqualTo(
                        "host is gpu-01 now for meow on this machine, in %s.\n"
                                .formatted(settings()));
        assertThat(cli().run("set", "port", "7").exit()).isZero();
        assertThat(settings()).hasContent("# mine\nport = 7  # five\nhost = \"gpu-01\"\n");
    }

    @Test
    void orInTheProjectIfThereIsOne() throws IOException {
        Path project = directory.resolve("pyproject.toml");
        Files.writeString(project, "[project]\nname = \"x\"\n");

        assertThat(cli().run("set", "timeout", "10s").err()).contains(project.toString());
        assertThat(project)
                .hasContent("[project]\nname = \"x\"\n\n[tool.cattino]\ntimeout = \"10s\"\n");
        assertThat(settings()).doesNotExist();
        assertThat(cli().run("set", "timeout").out())
                .isEqualTo("timeout\t10s\t5s\t%s\n".formatted(project));
    }

    @Test
    void theProjectsServerIsUsed() throws IOException {
        Files.writeString(
                directory.resolve("pyproject.toml"),
                "[tool.cattino]\ncoordinator = \"localhost:%d\"\n".formatted(farm.port()));

        assertThat(new Cli(directory).run("list").exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "port,        0",
        "port,        70000",
        "port,        x",
        "host,        a b",
        "host,        gpu-01:19192",
        "timeout,     soon",
        "coordinator, a:b:c",
        "coordinator, 'a:1,,b:2'"
    })
    void whatMakesNoSenseIsNotStored(String key, String value) {
        Cli.Result result = cli().run("set", key, value);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("'" + (value.contains(",") ? "" : value) + "'");
        assertThat(settings()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "host,        ::1",
        "host,        10.0.0.7",
        "timeout,     0",
        "coordinator, 'c1:19192/19193,c2'",
        "coordinator, '[::1]:19192'"
    })
    void whatMakesSenseIs(String key, String value) {
        assertThat(cli().run("set", key, value).exit()).isZero();
        assertThat(cli().run("set", key, value).exit()).isZero();
    }

    @Test
    void showsAllWithWhereTheyAreFrom() {
        cli().run("set", "port", Integer.toString(farm.port()));

        Cli.Result result = cli().run("set");

        assertThat(result.exit()).isZero();
        assertThat(result.out().lines())
                .containsExactly(
                        "retry-limit\t3\t16\tcluster",
                        "coordinator\t\t\tdefault",
                        "host\tlocalhost\tlocalhost\tdefault",
                        "port\t%d\t19192\t%s".formatted(farm.port(), settings()),
                        "timeout\t5s\t5s\tdefault");
        assertThat(cli().run("set", "--json").out())
                .startsWith(
                        "[{\"key\":\"retry-limit\",\"value\":\"3\",\"default\":\"16\",\"from\":\"cluster\"");
        assertThat(cli().run("set", "timeout", "--json=key,value").out())
                .isEqualTo("[{\"key\":\"timeout\",\"value\":\"5s\"}]\n");
        assertThat(cli().run("set", "--json=nope").exit()).isEqualTo(2);
        assertThat(cli().tty(120).run("set").out())
                .contains("SETTING", "retry-limit  3", "How often.");
        assertThat(cli().run("set", "retry_limit").out())
                .isEqualTo("retry-limit\t3\t16\tcluster\n");
    }

    @Test
    void withoutAServerTheClientsAreShown() {
        Cli.Result result = new Cli(directory).env("CATTINO_PORT", "1").run("set");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).startsWith("coordinator\t");
        assertThat(result.err()).isEqualTo("The cluster's are not shown: no server runs.\n");
    }

    @Test
    void changesWhatATaskWaitsForAndIsCalled() {
        farm.put("eval", TaskStatus.TASK_STATUS_WAITING);

        assertThat(cli().run("set", "eval.after", "train, pre").err())
                .isEqualTo("eval: no device, priority 1, after train, pre\n");
        assertThat(asked().getParents().getCondition())
                .isEqualTo(EdgeCondition.EDGE_CONDITION_SUCCESS);
        cli().run("set", "eval.after_any", "train");
        assertThat(asked().getParents().getCondition()).isEqualTo(EdgeCondition.EDGE_CONDITION_ANY);
        cli().run("set", "eval.after", "");
        assertThat(asked().hasParents()).isTrue();
        assertThat(asked().getParents().getNamesList()).isEmpty();
        assertThat(cli().run("set", "eval.labels", "a=1,b=x=y").err()).endsWith("a=1, b=x=y\n");
        assertThat(cli().run("set", "eval.labels", "a").exit()).isEqualTo(2);
        assertThat(cli().run("set", "eval.name", "score").err()).startsWith("score: ");
    }

    private SetTaskRequest asked() {
        return farm.asked(SetTaskRequest.class).getLast();
    }

    @Test
    void mistakesAreNamed() {
        assertThat(cli().run("set", "prot", "1").err()).contains("did you mean: port ?");
        assertThat(cli().run("set", "prot").err()).contains("did you mean: port ?");
        assertThat(cli().run("set", "train.priority").err())
                .contains("set train.priority to what?", "meow describe train");
        assertThat(cli().run("set", "visible-devices", "0").err())
                .contains("'visible-devices' (the agent's, on each machine) is not supported yet");
        assertThat(cli().run("set", "magic_constants").exit()).isEqualTo(2);
    }
}
