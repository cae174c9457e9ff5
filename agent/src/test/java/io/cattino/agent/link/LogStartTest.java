package io.cattino.agent.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.exec.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogStartTest {
    @TempDir private Path directory;

    private String tail(String text, long lines) throws IOException {
        Path file = directory.resolve("log");
        Files.writeString(file, text);
        try (LogFile log = LogFile.open(file)) {
            byte[] bytes = text.getBytes(UTF_8);
            int from = Math.toIntExact(LogStart.tail(log, bytes.length, lines));
            return new String(bytes, from, bytes.length - from, UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "a;b;c; | 1 | c;",
                "a;b;c; | 2 | b;c;",
                "a;b;c; | 3 | a;b;c;",
                "a;b;c; | 9 | a;b;c;",
                "a;b;c  | 1 | c",
                "a;b;c  | 2 | b;c",
                "a;;    | 1 | ;",
                "a;;    | 2 | a;;",
                ";      | 1 | ;",
                "a      | 5 | a",
            })
    void beginsAtTheStartOfALine(String text, long lines, String expected) throws IOException {
        assertThat(tail(text.replace(';', '\n'), lines)).isEqualTo(expected.replace(';', '\n'));
    }

    @Test
    void anEmptyLogHasNoLines() throws IOException {
        assertThat(tail("", 3)).isEmpty();
    }

    @Test
    void readsBeyondOneBlock() throws IOException {
        String line = "x".repeat(50_000) + "\n";
        assertThat(tail(line.repeat(5), 3)).isEqualTo(line.repeat(3));
        assertThat(tail("é".repeat(40_000) + "\n" + "last\n", 1)).isEqualTo("last\n");
    }
}
