package io.cattino.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves what a file of options says, what comes before it, and how its mistakes are told. */
class OptionFileTest {
    private static final Map<String, String> NOTHING_SET = Map.of();

    @TempDir Path directory;

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("options.conf"), text);
    }

    private List<String> expand(String text, Map<String, String> environment, String... args)
            throws Exception {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--config=" + file(text));
        List<String> expanded =
                OptionFile.namedBy(all)
                        .orElseThrow()
                        .expand(ServerMain.commandLine(), all, environment);
        return expanded.subList(0, expanded.size() - 1);
    }

    @Test
    void saysWhatNobodyTyped() throws Exception {
        String text =
                """
                # the farm
                coordinator = ["a:1", "b:1"]
                name = "gpu-01"   # of this node
                slots = 4
                label = ["rack=a,b", "zone=#1"]
                insecure-plaintext = true
                """;
        assertThat(expand(text, NOTHING_SET, "agent", "run", "--name=gpu-02"))
                .containsExactly(
                        "agent",
                        "run",
                        "--coordinator=a:1",
                        "--coordinator=b:1",
                        "--slots=4",
                        "--label=rack=a,b",
                        "--label=zone=#1",
                        "--insecure-plaintext=true",
                        "--name=gpu-02");
    }

    @Test
    void givesWayToTheVariablesThatTheCommandAsks() throws Exception {
        Map<String, String> environment =
                Map.of("CATTINO_PORT", "7", "CATTINO_TOKEN_FILE", "/mine", "CATTINO_HOST", "x");
        String text = "port = 1\ntoken-file = \"/farm\"\nhost = \"127.0.0.2\"\n";
        assertThat(expand(text, environment, "coordinator", "run"))
                .containsExactly("coordinator", "run", "--token-file=/farm", "--host=127.0.0.2");
        assertThat(expand("token-file = \"/farm\"", environment, "agent", "run"))
                .containsExactly("agent", "run");
    }

    @Test
    void namesEveryLineThatMakesNoSense() {
        assertThatThrownBy(() ->
                        expand(
                                "slots\n\nname = \"a\"\nname = \"b\"\n",
                                NOTHING_SET,
                                "agent",
                                "run"))
                .isInstanceOf(Startup.Refused.class)
                .hasMessageContainingAll(
                        "options.conf:1: write NAME", ":4: 'name' was said before");
        assertThatThrownBy(() -> expand("slot = 1\nhelp = true\n", NOTHING_SET, "agent", "run"))
                .hasMessageContainingAll(
                        ":1: there is no 'slot'", "slots", ":2: there is no 'help'");
        assertThatThrownBy(() -> OptionFile.namedBy(List.of("--config", "/no/such.conf")))
                .hasMessage("config: there is no file /no/such.conf");
    }

    @Test
    void knowsWhereAnOptionIs() throws Exception {
        assertThat(OptionFile.read(file("\nport = x\n")).place("--port"))
                .endsWith("options.conf:2: ");
        assertThat(OptionFile.read(file("")).place("--port")).isEmpty();
    }
}
