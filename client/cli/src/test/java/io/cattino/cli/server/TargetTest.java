package io.cattino.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTest {

    private static final String HOME = System.getProperty("user.home");

    @TempDir Path root = Path.of("");

    private Home home = new Home(Path.of(""), "here");

    @BeforeEach
    void makeHome() throws IOException {
        home = new Home(root, "here");
        Files.createDirectories(home.server());
    }

    private Target find(@Nullable String flag, String... env) {
        Map<String, String> variables = new HashMap<>();
        variables.put("XDG_CONFIG_HOME", root.toString());
        for (int i = 0; i < env.length; i += 2) {
            variables.put(env[i], env[i + 1]);
        }
        return Target.find(flag, null, variables, home, Settings.of(home, root));
    }

    private void config(String text) throws IOException {
        Path file = root.resolve("cattino/config.toml");
        Files.createDirectories(root.resolve("cattino"));
        Files.writeString(file, text);
    }

    private Target inContext(String context, String... env) {
        Map<String, String> variables = new HashMap<>();
        variables.put("XDG_CONFIG_HOME", root.toString());
        variables.put("HOME", "/home/ann");
        for (int i = 0; i < env.length; i += 2) {
            variables.put(env[i], env[i + 1]);
        }
        return Target.find(null, context, variables, home, Settings.of(home, root));
    }

    @Test
    void aContextComesAfterTheVariablesAndBeforeTheSettings() throws IOException {
        config(
                """
                current-context = "lab"
                coordinator = "top:1"
                [contexts.lab] # the lab
                coordinator = ["l1:1", 'l2:2']
                token-file = "~/lab.token"
                [contexts."uni.edu"]
                coordinator = "u:3"
                """);
        Files.writeString(home.settings(), "coordinator = \"s:1\"\n");

        assertThat(find(null)).isEqualTo(new Target("l1:1,l2:2", Path.of(HOME, "lab.token"), true));
        assertThat(find(null, "CATTINO_PORT", "9").addresses()).isEqualTo("localhost:9");
        assertThat(find(null, "CATTINO_COORDINATOR", "c:3").addresses()).isEqualTo("c:3");
        assertThat(inContext("uni.edu", "CATTINO_COORDINATOR", "c:3"))
                .isEqualTo(new Target("u:3", null, true));
        assertThat(inContext("lab", "CATTINO_TOKEN_FILE", "/t").tokenFile())
                .isEqualTo(Path.of("/t"));
        assertThat(inContext("lab").tokenFile()).isEqualTo(Path.of("/home/ann/lab.token"));
        assertThatThrownBy(() -> inContext("lob"))
                .hasMessageContaining("there is no context 'lob'");
    }

    @Test
    void theTokenOfThisHostGoesToNoOtherHost() throws IOException {
        assertThat(find("far:1234").tokenFile()).isNull();
        assertThat(find("localhost:1,far:1234").tokenFile()).isNull();
        assertThat(find("127.0.0.1.far:1").tokenFile()).isNull();
        assertThat(find(null, "CATTINO_COORDINATOR", "far:3").tokenFile()).isNull();
        assertThat(find(null, "CATTINO_HOST", "far").tokenFile()).isNull();
        assertThat(find("far:1234", "CATTINO_TOKEN_FILE", "/t").tokenFile())
                .isEqualTo(Path.of("/t"));
        assertThat(find("127.0.0.1:1, [::1]:2/3,LocalHost").tokenFile()).isEqualTo(home.token());
        assertThat(find(null, "CATTINO_PORT", "9").tokenFile()).isEqualTo(home.token());
    }

    @Test
    void aProjectCannotHaveTheTokenSentToItsOwnCoordinators() throws IOException {
        config("token-file = \"/t\"\n");
        Path project = root.resolve("pyproject.toml");
        Files.writeString(project, "[tool.cattino]\ncoordinator = \"far:1\"\n");
        assertThat(find(null)).isEqualTo(new Target("far:1", null, true));
        assertThat(find(null, "CATTINO_COORDINATOR", "c:3").tokenFile()).isEqualTo(Path.of("/t"));
        Files.writeString(project, "[tool.cattino]\nhost = \"far\"\n");
        assertThat(find(null)).isEqualTo(new Target("far:19192", null, true));
        assertThat(find(null, "CATTINO_HOST", "mine").tokenFile()).isEqualTo(Path.of("/t"));
        assertThat(find(null, "CATTINO_TOKEN_FILE", "/own").tokenFile()).isEqualTo(Path.of("/own"));
        Files.writeString(project, "[tool.cattino]\nport = 7\n");
        assertThat(find(null).tokenFile()).isEqualTo(Path.of("/t"));
    }

    @Test
    void theConfigurationIsAskedLast() throws IOException {
        config("host = \"h\"\nport = 7\ntoken-file = \"/t\"\n");
        assertThat(find(null)).isEqualTo(new Target("h:7", Path.of("/t"), true));
        config("coordinator = \"top:1\"\n");
        assertThat(find(null).addresses()).isEqualTo("top:1");
        Files.writeString(home.settings(), "coordinator = \"s:1\"\n");
        assertThat(find(null).addresses()).isEqualTo("s:1");
    }

    private void server(long pid, String boot) throws IOException {
        Files.writeString(
                home.serverFile(),
                "{\"host\":\"here\",\"bootId\":\"%s\",\"pid\":%d,\"grpcPort\":20000,\"httpPort\":20001,\"version\":\"x\"}"
                        .formatted(boot, pid));
    }

    @Test
    void theNearestWins() throws IOException {
        server(ProcessHandle.current().pid(), "");
        assertThat(find(null).addresses()).isEqualTo("localhost:20000/20001");
        Files.writeString(home.settings(), "# mine\nport = 7\nhost = \"h0\" # there\n");
        assertThat(find(null).addresses()).isEqualTo("h0:7");
        Files.writeString(
                home.settings(),
                "coordinator = [\"c1:1\", \"c2:2\"]\nhost = 'h0'\n[table]\nport = 1\n");
        assertThat(find(null).addresses()).isEqualTo("c1:1,c2:2");
        assertThat(find(null, "CATTINO_HOST", "h1").addresses()).isEqualTo("h1:19192");
        assertThat(find(null, "CATTINO_PORT", "9").addresses()).isEqualTo("h0:9");
        assertThat(find(null, "CATTINO_HOST", "h1", "CATTINO_PORT", "9").addresses())
                .isEqualTo("h1:9");
        assertThat(find(null, "CATTINO_HOST", "h1", "CATTINO_COORDINATOR", "c:3").addresses())
                .isEqualTo("c:3");
        assertThat(find("f:4", "CATTINO_COORDINATOR", "c:3").addresses()).isEqualTo("f:4");
    }

    @Test
    void thisHostsOwnServerTellsItsHttpPortHoweverItIsNamed() throws IOException {
        server(ProcessHandle.current().pid(), "");
        assertThat(find("127.0.0.1:20000").addresses()).isEqualTo("127.0.0.1:20000/20001");
        assertThat(find("[::1]:20000").addresses()).isEqualTo("[::1]:20000/20001");
        assertThat(find(null, "CATTINO_PORT", "20000").addresses())
                .isEqualTo("localhost:20000/20001");
        assertThat(find("localhost:20000/3").addresses()).isEqualTo("localhost:20000/3");
        assertThat(find("localhost:20002").addresses()).isEqualTo("localhost:20002");
        assertThat(find("elsewhere:20000").addresses()).isEqualTo("elsewhere:20000");
    }

    @Test
    void withoutAnythingIsThisHost() {
        Target target = find(null);

        assertThat(target).isEqualTo(new Target("localhost:19192", null, false));
        assertThat(target.isLoopback()).isTrue();
        assertThat(target.port()).isEqualTo(19192);
    }

    @Test
    void theHomesTokenIsForTheHomesServer() throws IOException {
        assertThat(find(null).tokenFile()).isNull();
        assertThat(find(null, "CATTINO_PORT", "20000").tokenFile()).isEqualTo(home.token());
        server(ProcessHandle.current().pid(), "");
        assertThat(find(null).tokenFile()).isEqualTo(home.token());
    }

    @Test
    void aServerThatIsGoneCountsForNothing() throws IOException {
        server(Integer.MAX_VALUE, "");
        assertThat(find(null).port()).isEqualTo(19192);
        server(ProcessHandle.current().pid(), "another-boot");
        assertThat(find(null).port()).isEqualTo(19192);
        Files.writeString(home.serverFile(), "{\"pid\":");
        assertThat(find(null).port()).isEqualTo(19192);
    }

    @Test
    void knowsTheServerThatWasLost() throws IOException {
        assertThat(LocalServer.findLost(home)).isEmpty();
        server(Integer.MAX_VALUE, "");
        assertThat(LocalServer.findLost(home).map(LocalServer::pid))
                .contains((long) Integer.MAX_VALUE);
        server(ProcessHandle.current().pid(), "");
        assertThat(LocalServer.findLost(home)).isEmpty();
    }

    @Test
    void onlyThisHostsOwnServerMayBeStarted() {
        assertThat(find(null, "CATTINO_PORT", "9").chosen()).isFalse();
        assertThat(find(null, "CATTINO_HOST", "127.0.0.1").chosen()).isFalse();
        assertThat(find(null, "CATTINO_HOST", "gpu-01").chosen()).isTrue();
        assertThat(find("localhost:19192").chosen()).isTrue();
        assertThat(find(null, "CATTINO_COORDINATOR", "localhost").chosen()).isTrue();
    }

    @Test
    void readsAddressesAsPeopleWriteThem() {
        assertThat(find(" h:1/2,i:3/4 ").addresses()).isEqualTo("h:1/2,i:3/4");
        assertThat(find("localhost:1/2").port()).isEqualTo(1);
        assertThat(find("[::1]:1/2").host()).isEqualTo("::1");
        assertThat(find("[::1]:5").host()).isEqualTo("::1");
        assertThat(find("[::1]:5").isLoopback()).isTrue();
        assertThat(find("localhost").host()).isEqualTo("localhost");
        assertThat(find(null, "CATTINO_HOST", "::1").addresses()).isEqualTo("[::1]:19192");
        assertThat(find("localhost:1,localhost:2").isLoopback()).isFalse();
        assertThatThrownBy(() -> find(null, "CATTINO_PORT", "x"))
                .hasMessageContaining("'x' is no port");
    }

    @Test
    void theTokenMayLieElsewhere() {
        assertThat(find(null, "CATTINO_TOKEN_FILE", "/t").tokenFile()).isEqualTo(Path.of("/t"));
    }
}
