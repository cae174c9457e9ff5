package io.cattino.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TomlFileTest {

    @TempDir Path directory = Path.of("");

    private TomlFile file(String text) throws IOException {
        Path path = directory.resolve("config.toml");
        Files.writeString(path, text);
        return TomlFile.read(path);
    }

    private static String written(TomlFile file) throws IOException {
        file.write();
        return Files.readString(file.path());
    }

    @Test
    void readsValuesAndLists() throws IOException {
        TomlFile file =
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
        assertThat(TomlFile.read(directory.resolve("none")).all("")).isEmpty();
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

        assertThat(TomlFile.read(file).get("", "a")).contains("x\uFFFD");
        assertThat(TomlFile.read(file).get("", "b")).contains("\uD83D\uDE00");
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
    void onlyItsOwnerReadsItAndLinksStayLinks() throws IOException {
        Path link = directory.resolve("deep/er/config.toml");
        TomlFile.read(link).with("", "a", "1").write();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(link)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(link.getParent())))
                .isEqualTo("rwx------");

        Path dotfiles = directory.resolve("dotfiles.toml");
        Files.move(link, dotfiles);
        Files.createSymbolicLink(link, dotfiles);
        TomlFile.read(link).with("", "a", "2").write();
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readString(dotfiles)).isEqualTo("a = 2\n");
    }
}
