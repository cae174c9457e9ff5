package io.cattino.cli.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of ours, of which every line counts. */
class TomlOwnFileTest {

    @TempDir Path directory = Path.of("");

    private TomlDocument file(String text) throws IOException {
        Path path = directory.resolve("config.toml");
        Files.writeString(path, text);
        return TomlDocument.readOwn(path);
    }

    private static String written(TomlDocument file) throws IOException {
        file.write();
        return Files.readString(file.path());
    }

    @Test
    void readsValuesAndLists() throws IOException {
        TomlDocument file =
                file(
                        """
                        # mine
                        a_b = 1
                        "c" = "x # \\"y\\" \\u00e9" # said
                        d = ['p', "q,", 3,] # list
                        e = []
                        f = true

                        [t . "n.m"]
                        a = 'C:\\dir'
                        """);

        assertThat(file.all(""))
                .containsExactly(
                        Map.entry("a-b", "1"),
                        Map.entry("c", "x # \"y\" é"),
                        Map.entry("d", "p,q,,3"),
                        Map.entry("e", ""),
                        Map.entry("f", "true"));
        assertThat(file.get("t.n.m", "a")).contains("C:\\dir");
        assertThat(file.tablesIn("t")).containsExactly("n.m");
        assertThat(TomlDocument.readOwn(directory.resolve("none")).all("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    word            | 'word' is no setting
                    a = b c         | cannot read the value
                    a = "open       | cannot read the value
                    a = [1,         | cannot read the value
                    a = {b = 1}     | cannot read the value
                    a = \"""         | cannot read the value
                    [a.b.c]         | is no table
                    [[a]]           | is no table
                    """)
    void saysWhichLineItCannotRead(String line, String said) {
        assertThatThrownBy(() -> file("\n# x\n" + line + "\n"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("config.toml, line 3: ")
                .hasMessageContaining(said);
    }

    @Test
    void aCharacterThatThereIsNotIsReplaced() throws IOException {
        Path file = directory.resolve("escape.toml");
        Files.writeString(file, "a = \"x\\UFFFFFFFF\"\nb = \"\\U0001F600\"\n");

        assertThat(TomlDocument.readOwn(file).get("", "a")).contains("x\uFFFD");
        assertThat(TomlDocument.readOwn(file).get("", "b")).contains("\uD83D\uDE00");
    }

    @Test
    void changesOnlyWhatIsSet() throws IOException {
        String text =
                """
                # mine
                a = 1

                [t.x] # first
                b = 2
                # after

                [t.y]
                c = 3
                """;
        assertThat(written(file(text).with("", "a", "it's \"me\"")))
                .isEqualTo(text.replace("a = 1", "a = \"it's \\\"me\\\"\""));
        assertThat(written(file(text).with("", "n", "5")))
                .isEqualTo(text.replace("a = 1\n", "a = 1\nn = 5\n"));
        assertThat(written(file(text).with("t.x", "n", "v")))
                .isEqualTo(text.replace("# after\n", "# after\nn = \"v\"\n"));
        assertThat(written(file(text).with("t.new.one", "n", "v")))
                .isEqualTo(text + "\n[t.\"new.one\"]\nn = \"v\"\n");
        assertThat(written(file(text).without("t.x", "b"))).isEqualTo(text.replace("b = 2\n", ""));
        assertThat(written(file(text).withoutTable("t.y")))
                .isEqualTo(text.substring(0, text.indexOf("[t.y]")));
        assertThat(written(file(text).withoutTable("t.x")))
                .isEqualTo("# mine\na = 1\n\n[t.y]\nc = 3\n");
    }

    @Test
    void whatIsThereTwiceIsAMistake() {
        assertThatThrownBy(() -> file("a_b = 1\na-b = 2\n"))
                .hasMessageEndingWith("config.toml, line 2: a-b is there twice");
        assertThatThrownBy(() -> file("[t]\n\n['t']\n"))
                .hasMessageEndingWith("config.toml, line 3: '['t']' is there twice");
    }

    @Test
    void commentsRightAboveATableAreThatTables() throws IOException {
        String text = "[t.x]\nb = 2\n# about y\n[t.y]\nc = 3\n";

        assertThat(written(file(text).with("t.x", "n", "v")))
                .isEqualTo(text.replace("b = 2\n", "b = 2\nn = \"v\"\n"));
        assertThat(written(file(text).withoutTable("t.x")))
                .isEqualTo(text.replace("[t.x]\nb = 2\n", ""));
    }

    @Test
    void takesAwayAValueOfSeveralLines() throws IOException {
        assertThat(written(file("a = [\n1,\n]\r\nb = 2 # two").without("", "a")))
                .isEqualTo("b = 2 # two");
    }
}
