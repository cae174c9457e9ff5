package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MagicTest {

    private static final Map<String, String> VALUES =
            Map.of(
                    "task_name", "train",
                    "fullname", "group/train",
                    "run_dir", "/runs/1",
                    "cattino.node", "gpu-05",
                    "nested", "${task_name}!",
                    "loop", "${loop}",
                    "grow", "x${grow}",
                    "ping", "${pong}",
                    "pong", "${ping}",
                    "dollar", "$1\\");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u00a7',
            textBlock =
                    """
                    plain                      | plain
                    ${task_name}               | train
                    --out=${run_dir}/${fullname}.pt | --out=/runs/1/group/train.pt
                    ${cattino.node}            | gpu-05
                    ${unknown}                 | ${unknown}
                    ${unknown}-${task_name}    | ${unknown}-train
                    ${HOME}                    | ${HOME}
                    $task_name                 | $task_name
                    {task_name}                | {task_name}
                    ${}                        | ${}
                    ${ task_name }             | ${ task_name }
                    $${task_name}              | ${task_name}
                    $${task_name} ${task_name} | ${task_name} train
                    $$${task_name}             | $${task_name}
                    ${nested}                  | train!
                    ${eval: {'a': 1}}          | ${eval: {'a': 1}}
                    ${eval: '${task_name}'}    | ${eval: '${task_name}'}
                    ${task_name                | ${task_name
                    task_name}                 | task_name}
                    ${dollar}                  | $1\\
                    """)
    void resolves(String text, String expected) {
        assertThat(Magic.resolve(text, VALUES)).isEqualTo(expected);
    }

    @Test
    void endsWhenValuesNeverDo() {
        assertThat(Magic.resolve("${loop}", VALUES)).isEqualTo("${loop}");
        assertThat(Magic.resolve("${ping}", VALUES)).isIn("${ping}", "${pong}");
        assertThat(Magic.resolve("${grow}", VALUES)).startsWith("xxx").hasSizeLessThan(200_000);
        Map<String, String> bomb = Map.of("b", "${b}${b}");
        assertThat(Magic.resolve("${b}", bomb)).hasSizeLessThan(200_000);
    }

    @Test
    void joinsWhatAnExpressionWasSplitInto() {
        assertThat(Magic.join(List.of("python", "${eval:", "1+2}", "x")))
                .containsExactly("python", "${eval: 1+2}", "x");
        assertThat(Magic.join(List.of("${eval:", "{'a':", "1}", "}", "y")))
                .containsExactly("${eval: {'a': 1} }", "y");
        assertThat(Magic.join(List.of("a${x", "b}c", "${y", "z}")))
                .containsExactly("a${x b}c", "${y z}");
    }

    @Test
    void leavesApartWhatIsNeverClosed() {
        assertThat(Magic.join(List.of("echo", "${x", "y"))).containsExactly("echo", "${x", "y");
        assertThat(Magic.join(List.of("$${x", "y}"))).containsExactly("$${x", "y}");
        assertThat(Magic.join(List.of("{x", "y}"))).containsExactly("{x", "y}");
        assertThat(Magic.join(List.of())).isEmpty();
        assertThat(Magic.join(List.of("", ""))).containsExactly("", "");
    }

    @Test
    void resolvesEachArgumentByItself() {
        assertThat(Magic.resolve(List.of("${task_name}", "a b", "${run_dir}"), VALUES))
                .containsExactly("train", "a b", "/runs/1");
    }

    @Test
    void standsArgumentsThatAreMadeToBreakIt() {
        String pairs = "{}".repeat(60_000);
        assertThat(Magic.resolve("${" + pairs + "}", VALUES)).isEqualTo("${" + pairs + "}");
        assertThat(Magic.resolve("${" + pairs, VALUES)).isEqualTo("${" + pairs);
        assertThat(Magic.resolve("${".repeat(60_000), VALUES)).hasSize(120_000);
        long before = System.nanoTime();
        assertThat(Magic.join(Collections.nCopies(100_000, "${"))).hasSize(100_000);
        assertThat(System.nanoTime() - before).isLessThan(20_000_000_000L);
    }
}
