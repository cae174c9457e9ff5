package io.cattino.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** config: settings of a user, and their farms. */
class ConfigTest {

    @TempDir Path directory = Path.of("");

    private Cli cli = new Cli(directory);

    @BeforeEach
    void newCli() {
        cli = new Cli(directory);
    }

    private Path file() {
        return directory.resolve("config/cattino/config.toml");
    }

    @Test
    void keepsValues() throws IOException {
        assertThat(cli.run("config", "set", "coordinator", "c:1").exit()).isZero();
        assertThat(cli.run("config", "set", "token_file", "t").exit()).isZero();
        assertThat(cli.run("config", "get", "coordinator").out()).isEqualTo("c:1\n");
        assertThat(cli.run("config").out())
                .isEqualTo("coordinator\tc:1\ntoken-file\t" + directory.resolve("t") + "\n");
        assertThat(cli.run("config", "list", "--json").out())
                .isEqualTo(
                        "{\"coordinator\":\"c:1\",\"token-file\":\"%s\"}\n"
                                .formatted(directory.resolve("t")));
        assertThat(cli.run("config", "path").out()).isEqualTo(file() + "\n");
        cli.run("config", "unset", "token-file");
        assertThat(Files.readString(file())).isEqualTo("coordinator = \"c:1\"\n");
        Cli.Result unset = cli.run("config", "get", "port");
        assertThat(unset.exit()).isEqualTo(1);
        assertThat(unset.err())
                .isEqualTo(
                        "error: port is not set, exit 1\n  set it: meow config set port VALUE\n");
    }

    @Test
    void saysWhereSetComesBeforeIt() {
        Path settings = directory.resolve("home/settings.toml");
        cli.run("config", "set", "port", "5");
        assertThat(cli.run("set", "port").out()).isEqualTo("port\t5\t19192\t" + file() + "\n");

        assertThat(cli.run("set", "port", "7").err())
                .isEqualTo(
                        """
                        port is 7 now for meow on this machine, in %s.
                        It comes before the port 5 of %s.
                        """
                                .formatted(settings, file()));

        assertThat(cli.run("set", "port").out()).isEqualTo("port\t7\t19192\t" + settings + "\n");
        Cli.Result get = cli.run("config", "get", "port");
        assertThat(get.out()).isEqualTo("5\n");
        assertThat(get.err())
                .isEqualTo(
                        "%s sets port = 7, which comes before it; change it: meow set port VALUE\n"
                                .formatted(settings));
        assertThat(cli.run("config", "set", "port", "6").err()).isEqualTo(get.err());
    }

    @Test
    void switchesBetweenFarms() {
        assertThat(cli.tty(80).run("config", "contexts").out())
                .isEqualTo("You have no contexts.\n");
        cli.run("config", "set-context", "lab", "-H", "lab:1,lab:2", "--token-file", "/lab.token");
        cli.run("config", "set-context", "uni.edu", "--coordinator", "uni:1");
        Cli.Result use = cli.run("config", "use-context", "lab");

        assertThat(use.err())
                .isEqualTo("From now on: lab, lab:1,lab:2. Only once: meow --context NAME ...\n");
        assertThat(cli.run("config", "current-context").out()).isEqualTo("lab\n");
        assertThat(cli.run("config", "contexts").out())
                .isEqualTo(
                        """
                           NAME     COORDINATOR  TOKEN FILE
                        *  lab      lab:1,lab:2  /lab.token
                           uni.edu  uni:1        -
                        """);
        assertThat(new Cli(directory).run("config", "get-contexts").out())
                .isEqualTo("*\tlab\tlab:1,lab:2\t/lab.token\n\tuni.edu\tuni:1\t\n");
        assertThat(new Cli(directory).run("config", "contexts", "--json").out())
                .startsWith(
                        "[{\"name\":\"lab\",\"current\":true,\"coordinator\":\"lab:1,lab:2\",\"token_file\":\"/lab.token\"},");

        Cli.Result hidden =
                cli.env("CATTINO_HOST", "x").run("config", "use-context", "uni.edu", "-q");
        assertThat(hidden.err())
                .isEqualTo("CATTINO_HOST is set and comes before it; unset CATTINO_HOST\n");
        cli.run("config", "delete-context", "uni.edu");
        assertThat(cli.run("config", "current-context").exit()).isEqualTo(1);
        assertThat(cli.run("config", "use-context", "uni.edu").err())
                .contains("there is no context 'uni.edu'", "exit 3", "meow config contexts");
        assertThat(cli.run("config", "use-context", "lb").err()).contains("did you mean: lab ?");
    }

    @Test
    void aContextIsWhereCommandsGo() {
        try (FakeFarm farm = new FakeFarm()) {
            cli.run("config", "set-context", "here", "-H", "localhost:" + farm.port());
            cli.run("config", "set-context", "gone", "-H", "localhost:1");
            cli.run("config", "use-context", "here");

            assertThat(cli.run("list").exit()).isZero();
            assertThat(cli.run("list", "--context", "gone").exit()).isEqualTo(5);
            assertThat(cli.env("CATTINO_PORT", "1").run("list").exit()).isEqualTo(5);
            assertThat(cli.env("CATTINO_PORT", "1").run("--context=here", "list").exit()).isZero();
        }
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithItsLine() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "port = 1\ncoordinator: x\n");

        Cli.Result result = cli.run("list");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: %s, line 2: 'coordinator: x' is no setting, exit 2
                          write key = "value"
                        """
                                .formatted(file()));
    }
}
