package io.cattino.cli.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TomlDocumentTest {

    private static final String PROJECT =
            """
            # ours
            [project]
            name = "x"   # a name
            dependencies = [
              "torch", # host = "no"
              "[tool.cattino]",
            ]
            text = \"""
            [tool.cattino]
            host = "no"
            \"""

            [tool.cattino] # the farm
            host = "a"  # keep me
            list = ["b", "c"]
            under_score = 5

            [[tool.other]]
            host = "other"
            """;

    @TempDir Path directory = Path.of("");

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("x.toml"), text);
    }

    private String set(String text, String table, String key, String value) throws IOException {
        Path file = file(text);
        TomlDocument.read(file).with(table, key, value).write();
        return Files.readString(file);
    }

    @Test
    void readsSingleValuesOfAnyFile() throws IOException {
        TomlDocument document = TomlDocument.read(file(PROJECT));

        assertThat(document.get("tool.cattino", "host")).contains("a");
        assertThat(document.get("tool.cattino", "list")).contains("b,c");
        assertThat(document.get("tool.cattino", "under-score")).contains("5");
        assertThat(document.get("tool.cattino", "port")).isEmpty();
        assertThat(document.get("", "host")).isEmpty();
        assertThat(TomlDocument.read(directory.resolve("none")).get("", "host")).isEmpty();
    }

    @Test
    void changesOneValueAndNothingElse() throws IOException {
        assertThat(set(PROJECT, "tool.cattino", "host", "b\"c"))
                .isEqualTo(PROJECT.replace("host = \"a\"  # keep", "host = \"b\\\"c\"  # keep"));
        assertThat(set(PROJECT, "tool.cattino", "port", "7"))
                .isEqualTo(PROJECT.replace("under_score = 5\n", "under_score = 5\nport = 7\n"));
    }

    @Test
    void addsATableWhereThereIsNone() throws IOException {
        assertThat(set("[project]\nname = \"x\"", "tool.cattino", "host", "a"))
                .isEqualTo("[project]\nname = \"x\"\n\n[tool.cattino]\nhost = \"a\"\n");
        assertThat(set("", "tool.cattino", "host", "a"))
                .isEqualTo("[tool.cattino]\nhost = \"a\"\n");
    }

    @Test
    void putsWhatIsInNoTableBeforeTheFirstOne() throws IOException {
        assertThat(set("a = 1\n\n[t]\nhost = 2\n", "", "host", "x"))
                .isEqualTo("a = 1\nhost = \"x\"\n\n[t]\nhost = 2\n");
        assertThat(set("", "", "host", "x")).isEqualTo("host = \"x\"\n");
        assertThat(set("a = 1", "", "host", "x")).isEqualTo("a = 1\nhost = \"x\"\n");
    }

    @Test
    void keepsLineEndsOfAnotherSystem() throws IOException {
        assertThat(set("a = 1\r\n[t]\r\n", "", "a", "2")).isEqualTo("a = 2\r\n[t]\r\n");
        assertThat(set("a = 1\r\n[t]\r\n", "t", "b", "2")).isEqualTo("a = 1\r\n[t]\r\nb = 2\r\n");
    }

    @Test
    void replacesAValueOfSeveralLines() throws IOException {
        assertThat(set("host = [\n 'a', # b\n]\nport = 1\n", "", "host", "x"))
                .isEqualTo("host = \"x\"\nport = 1\n");
    }

    @Test
    void keepsTheModeOfAFileAndMakesNewOnesPrivate() throws IOException {
        Path old = file("a = 1\n");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r--r--"));
        TomlDocument.read(old).with("", "a", "2").write();
        Path fresh = directory.resolve("deep/home/settings.toml");
        TomlDocument.read(fresh).with("", "a", "2").write();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
                .isEqualTo("rw-r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(fresh.resolveSibling(""))))
                .isEqualTo("rwx------");
    }

    @Test
    void followsALinkToTheFile() throws IOException {
        Path real = file("a = 1\n");
        Path link = Files.createSymbolicLink(directory.resolve("link.toml"), real);

        TomlDocument.read(link).with("", "a", "2").write();

        assertThat(link).isSymbolicLink();
        assertThat(real).hasContent("a = 2");
    }

    @Test
    void namesTheLineOfAValueThatItCannotRead() throws IOException {
        Path file = file("a = 1\nhost = {x = 1}\n");

        assertThatThrownBy(() -> TomlDocument.read(file).get("", "host"))
                .isInstanceOf(Failure.class)
                .hasMessageEndingWith("x.toml, line 2: cannot read the value of host");
    }
}
