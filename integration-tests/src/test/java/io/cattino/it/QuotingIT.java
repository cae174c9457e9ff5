package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proves that a command does what people who know a shell expect of the line that they typed: what
 * bash hands over reaches the program, quoted once and expanded never.
 */
class QuotingIT {
    @RegisterExtension static final Farm FARM = Farm.running("--fake-gpus", "4x24576");

    static Stream<Arguments> lines() {
        return Stream.of(
                // The line of the first plan: quotes in quotes in quotes.
                typed(
                        "meow create \"python3 -c \\\"print('a b', \\\\\\\"c\\\\\\\")\\\"\"",
                        "a b c\n"),
                typed("meow create 'printf \"%s|\" \"a b\" c'", "a b|c|"),
                typed(
                        "meow create \"printf '%s|' a\\\\ b 'c\\\\d' \\\"e\\\\\\\"f\\\"\"",
                        "a b|c\\d|e\"f|"),
                typed("meow create \"echo 'it'\\\"'\\\"'s'\"", "it's\n"),
                // What follows INPUT is taken as it is.
                typed("meow create printf '%s|' 'a b' '' 'c\"d' \"e'f\"", "a b||c\"d|e'f|"),
                typed("meow create printf -- '%s|' --lr -1 '*' '~' ';' '&&'", "--lr|-1|*|~|;|&&|"),
                typed("meow create printf -- %s '\\n\\\\'", "\\n\\\\"),
                typed("meow create printf -- %s $'a\\nb\\tc'", "a\nb\tc"),
                typed("meow create printf -- '%s|' '実験 é' '🙂'", "実験 é|🙂|"),
                typed(
                        "meow create python3 -- -c 'import sys; print(sys.argv[1:])' '' ' ' '#c'",
                        "['', ' ', '#c']\n"),
                typed("meow create 'sh -c \"echo \\\"<\\$1>\\\"\" sh' -- 'a  b'", "<a  b>\n"),
                // No shell looks at it, unless it is asked for.
                typed("meow create 'echo $HOME * $(id) `id` > x'", "$HOME * $(id) `id` > x\n"),
                typed(
                        "meow create --shell 'x=\"a  b\"; echo \"$x\" | tr a-z A-Z; echo $((1 + 2))'",
                        "A  B\n3\n"),
                // Magic is resolved once, and can be written down.
                typed(
                        "meow create -n wizard echo '${fullname}' '$${fullname}'",
                        "wizard ${fullname}\n"),
                typed(
                        "meow create --shell -n muggle 'echo \"${fullname:-no magic}\"'",
                        "no magic\n"));
    }

    private static Arguments typed(String line, String printed) {
        return Arguments.of(line, printed);
    }

    @ParameterizedTest
    @MethodSource("lines")
    @Execution(ExecutionMode.CONCURRENT)
    void printsWhatAShellUserExpects(String line, String printed) throws Exception {
        List<String> created = type(line);
        assertThat(created).as(line).hasSize(1);
        assertThat(output(created.getFirst())).as(line).isEqualTo(printed);
    }

    @SideBySide
    void aTaskForEachCombinationOfTheLists() throws Exception {
        List<String> created =
                type("meow create -m -n run \"printf '%s|'\" -- --lr [0.1,0.3] x=[a,b]");
        List<String> printed = new ArrayList<>();
        for (String name : created) {
            printed.add(name + " " + output(name));
        }
        assertThat(printed)
                .containsExactly(
                        "run_0 --lr|0.1|x=a|",
                        "run_1 --lr|0.1|x=b|",
                        "run_2 --lr|0.3|x=a|",
                        "run_3 --lr|0.3|x=b|");
    }

    @SideBySide
    void whatPeopleFromSlurmAreShownRuns() throws Exception {
        List<String> printed = type("set -e\n" + Readme.firstBlock("docs/coming-from.md"));
        assertThat(printed).containsExactly("eval", "evaluated");
    }

    /** Types a line to bash; the answer is the names that it printed. */
    private static List<String> type(String line) {
        String path = Distribution.meow().getParent() + ":" + FARM.environment().get("PATH");
        return FARM.meow().with("PATH", path).shell(line).exits(0).lines();
    }

    private static String output(String name) throws Exception {
        await(name)
                .atMost(Duration.ofMinutes(1))
                .until(() -> FARM.client().task(name).info().status().isEnded());
        TaskInfo task = FARM.client().task(name).info();
        assertThat(task.status()).as("%s", task).isEqualTo(TaskStatus.DONE);
        try (LogStream log = FARM.client().log(name, LogKind.STDOUT)) {
            return new String(log.inputStream().readAllBytes(), UTF_8);
        }
    }
}
