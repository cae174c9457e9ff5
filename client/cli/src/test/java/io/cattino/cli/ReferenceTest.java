package io.cattino.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.cattino.cli.output.Terminals;
import io.cattino.cli.session.Globals;
import io.cattino.cli.session.Invocation;
import io.cattino.cli.session.Session;
import io.cattino.client.CommandLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page in docs/ says what the commands say, and what it shows can be typed. */
class ReferenceTest {
    private static final Path PAGE = Path.of("../../docs/cli-reference.md");
    private static final boolean UPDATE = "update".equals(System.getProperty("cattino.docs"));

    private static Reference reference() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Invocation invocation =
                new Invocation(
                        Map.of(),
                        Path.of(""),
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere,
                        Terminals.none(),
                        InstantSource.system());
        return new Reference(new Session(invocation, new Globals()));
    }

    @Test
    void saysWhatTheCommandsSay() throws IOException {
        String said = reference().page();
        if (UPDATE) {
            Files.writeString(PAGE, said);
        }
        assertThat(Files.readString(PAGE))
                .as("%s; write it anew with -Dcattino.docs=update", PAGE)
                .isEqualTo(said);
    }

    static Stream<String> commands() {
        return reference().commands().map(line -> line.getCommandName());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void showsExamplesThatCanBeTyped(String command) {
        List<String> examples = Manual.examples(command);
        assertThat(examples).as("examples of %s", command).isNotEmpty();
        for (String example : examples) {
            String first = example.split(" && ", -1)[0];
            List<String> words = CommandLine.split(first);
            assertThat(words.getFirst()).isEqualTo("meow");
            assertThat(words.get(1)).isEqualTo(command);
            assertThatCode(() -> reference().parse(words.subList(1, words.size())))
                    .as(example)
                    .doesNotThrowAnyException();
        }
    }
}
