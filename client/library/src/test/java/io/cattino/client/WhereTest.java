package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WhereTest {

    /** The Python package reads the same. */
    private static final Path CASES = Path.of("../python/tests/where.cases");

    private static Stream<String> cases() throws IOException {
        List<String> lines =
                Files.readAllLines(CASES).stream().filter(line -> !line.startsWith("#")).toList();
        assertThat(lines).hasSizeGreaterThan(40);
        return lines.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsWhatPeopleWrite(String line) {
        int means = line.indexOf(" => ");
        if (means >= 0) {
            List<Term> terms = Term.parse(line.substring(0, means));
            assertThat(shown(terms)).isEqualTo(line.substring(means + 4).strip());
            String text = terms.stream().map(Term::toString).collect(Collectors.joining(","));
            assertThat(Term.parse(text)).as(text).isEqualTo(terms);
        } else {
            int says = line.indexOf(" !> ");
            assertThatThrownBy(() -> Term.parse(line.substring(0, says)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(line.substring(says + 4));
        }
    }

    private static String shown(List<Term> terms) {
        return terms.stream()
                .map(term ->
                        (term.key()
                                        + " "
                                        + term.operator()
                                        + " "
                                        + String.join(" | ", term.values()))
                                .strip())
                .collect(Collectors.joining("; "));
    }

    @Test
    void eachPartIsReadAndWrittenByItself() {
        Where where =
                Where.anywhere()
                        .withConstraint(" gpu.model = A100|H100 , gpu.memory>=40G")
                        .withNodes("gpu-0[1-4,7], big-*")
                        .withExcluded("gpu-02")
                        .withPreference("label.rack=r1,node=gpu-01");
        assertThat(where.constraint()).isEqualTo("gpu.model=A100|H100,gpu.memory>=40960");
        assertThat(where.nodelist()).isEqualTo("gpu-0[1-4,7],big-*");
        assertThat(where.nodes()).containsExactly("gpu-0[1-4,7]", "big-*");
        assertThat(where.exclude()).isEqualTo("gpu-02");
        assertThat(where.preference()).isEqualTo("label.rack=r1,node=gpu-01");
        assertThat(where)
                .hasToString(
                        "gpu.model=A100|H100, gpu.memory>=40960, node=gpu-0[1-4,7],big-*, node!=gpu-02, rather label.rack=r1 and node=gpu-01");
        assertThat(where.withConstraint("").withNodes(" ").withExcluded("").withPreference(""))
                .isEqualTo(Where.anywhere());
    }

    @Test
    void whatIsWrongNamesThePart() {
        Where where = Where.anywhere();
        assertThatThrownBy(() -> where.withConstraint("gpu.modle=A100"))
                .hasMessageStartingWith("constraint: there is no 'gpu.modle'");
        assertThatThrownBy(() -> where.withConstraint("node=gpu-01|gpu-02"))
                .hasMessage(
                        "constraint: nodes are named by nodelist, not by a term: gpu-01,gpu-02");
        assertThatThrownBy(() -> where.withConstraint("node!=gpu-01"))
                .hasMessage("constraint: nodes are named by exclude, not by a term: gpu-01");
        assertThatThrownBy(() -> where.withNodes("gpu-01,,gpu-02"))
                .hasMessageStartingWith("nodelist: '' names no node");
        assertThatThrownBy(() -> where.withExcluded("gpu 1"))
                .hasMessageStartingWith("exclude: 'gpu 1' names no node");
        assertThatThrownBy(() -> where.withPreference("fast"))
                .hasMessageStartingWith("prefer: there is no 'fast'");
    }

    @Test
    void aTaskKeepsIt() {
        ProcTask task =
                ProcTask.builder("t")
                        .command("true")
                        .where(it -> it.withConstraint("label.ssd").withNodes("a,b"))
                        .where(it -> it.withExcluded("c").withPreference("gpu.kind=cuda"))
                        .build();
        assertThat(task.where())
                .isEqualTo(
                        new Where(
                                List.of("a", "b"),
                                List.of("c"),
                                List.of(new Term("label.ssd", Term.Operator.PRESENT, List.of())),
                                List.of(
                                        new Term(
                                                "gpu.kind",
                                                Term.Operator.EQUAL,
                                                List.of("cuda")))));
        assertThat(ProcTask.builder("u").command("true").build().where())
                .isEqualTo(Where.anywhere());
    }
}
