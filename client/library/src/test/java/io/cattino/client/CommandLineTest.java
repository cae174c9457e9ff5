package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of(
                        "python train.py --lr 0.1", List.of("python", "train.py", "--lr", "0.1")),
                Arguments.of("  a \t b\n c  ", List.of("a", "b", "c")),
                Arguments.of("", List.of()),
                Arguments.of("'' \"\"", List.of("", "")),
                Arguments.of(
                        "python3 -c \"print('a b', \\\"c\\\")\"",
                        List.of("python3", "-c", "print('a b', \"c\")")),
                Arguments.of("echo 'a \"b\" \\n $x'", List.of("echo", "a \"b\" \\n $x")),
                Arguments.of("a\\ b 'c'd\"e\"f", List.of("a b", "cdef")),
                Arguments.of("echo \"\\$HOME \\` \\\\ \\n\"", List.of("echo", "$HOME ` \\ \\n")),
                Arguments.of("echo \\${run_dir}/${name}", List.of("echo", "${run_dir}/${name}")),
                Arguments.of("a \\\nb", List.of("a", "b")),
                Arguments.of("\"a\\\nb\"", List.of("ab")),
                Arguments.of(
                        "ls *.py | wc > x && # y",
                        List.of("ls", "*.py", "|", "wc", ">", "x", "&&", "#", "y")),
                Arguments.of("'it'\"'\"'s'", List.of("it's")),
                Arguments.of("größe='ä ö' 猫", List.of("größe=ä ö", "猫")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void splitsAsAShell(String line, List<String> arguments) {
        assertThat(CommandLine.split(line)).isEqualTo(arguments);
        assertThat(CommandLine.split(CommandLine.join(arguments))).isEqualTo(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 'b", "a \"b", "\"a\\\"", "'"})
    void namesAQuoteThatIsNotClosed(String line) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandLine.split(line))
                .withMessageContaining("never closed in: " + line);
    }

    @Test
    void refusesABackslashAtTheEnd() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandLine.split("a \\"))
                .withMessageContaining("backslash");
    }

    @Test
    void joinQuotesOnlyWhatNeedsIt() {
        assertThat(CommandLine.join(List.of("python", "a b", "it's", "", "--x=1,2")))
                .isEqualTo("python 'a b' 'it'\"'\"'s' '' --x=1,2");
    }

    @Test
    void splitUndoesJoinForAnyCharacters() {
        String alphabet = "ab '\"\\$`\n\t*|#ä";
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<String> arguments =
                    Stream.generate(() -> word(random, alphabet)).limit(random.nextInt(5)).toList();
            assertThat(CommandLine.split(CommandLine.join(arguments))).isEqualTo(arguments);
        }
    }

    private static String word(Random random, String alphabet) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }
}
