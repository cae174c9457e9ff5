package io.cattino.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {

    private static Map<String, String> parse(String text) {
        return DotEnv.parse("x.env", text.lines().toList());
    }

    @Test
    void readsVariables() {
        assertThat(
                        parse(
                                """
                                \uFEFF# a comment
                                PLAIN=a b

                                export EXPORTED = x   # and why
                                EMPTY=
                                HASH=a#b
                                COMMENT=#nothing
                                SINGLE='a $HOME \\n "b"'   # quoted
                                DOUBLE="line\\n\\"tab\\"\\t\\\\ \\$HOME \\x"
                                URL=postgres://u:p@h/db?x=1
                                DOTTED.name=1
                                PLAIN=again
                                """))
                .containsExactly(
                        Map.entry("PLAIN", "again"),
                        Map.entry("EXPORTED", "x"),
                        Map.entry("EMPTY", ""),
                        Map.entry("HASH", "a#b"),
                        Map.entry("COMMENT", ""),
                        Map.entry("SINGLE", "a $HOME \\n \"b\""),
                        Map.entry("DOUBLE", "line\n\"tab\"\t\\ $HOME \\x"),
                        Map.entry("URL", "postgres://u:p@h/db?x=1"),
                        Map.entry("DOTTED.name", "1"));
    }

    @Test
    void aValueMayBeLong() {
        String value = "x\\n".repeat(50_000);

        assertThat(parse("KEY=\"" + value + "\""))
                .containsExactly(Map.entry("KEY", "x\n".repeat(50_000)));
        assertThat(parse("KEY='" + value + "'")).containsExactly(Map.entry("KEY", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no equals", "1A=x", "=x", "A='x", "A=\"x", "A='x' y", "A-B=x"})
    void aMistakeNamesFileAndLine(String line) {
        assertThatThrownBy(() -> DotEnv.parse("x.env", List.of("A=1", line)))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("--env-file x.env, line 2: ");
    }

    @Test
    void whatCannotBeReadIsSaid(@TempDir Path directory) throws Exception {
        Path latin = directory.resolve("latin");
        Files.write(latin, "A=ü".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> DotEnv.read(latin)).hasMessageContaining("is not UTF-8");
        assertThatThrownBy(() -> DotEnv.read(directory.resolve("none")))
                .hasMessageContaining("there is no file");
        assertThatThrownBy(() -> DotEnv.read(directory)).isInstanceOf(Failure.class);
    }
}
