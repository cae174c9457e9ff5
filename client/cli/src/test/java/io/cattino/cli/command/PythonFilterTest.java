package io.cattino.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cattino.cli.filter.Filter;
import io.cattino.cli.filter.FilterException;
import io.cattino.cli.filter.Word;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is worked out here has to be what Python says: asked of Python, of thousands of expressions.
 */
class PythonFilterTest {

    private static final int EXPRESSIONS = 4000;
    private static final List<String> ATOMS =
            List.of(
                    "task.status",
                    "task.priority",
                    "task.exit_code",
                    "task.share",
                    "task.stuck",
                    "task.labels",
                    "task.labels.exp",
                    "task.list",
                    "task.text",
                    "'running'",
                    "'Running'",
                    "'7'",
                    "''",
                    "0",
                    "1",
                    "-3",
                    "5",
                    "2.5",
                    "0.0",
                    "None",
                    "True",
                    "False",
                    "()",
                    "[0, 1]",
                    "(0, 1)",
                    "('failed', 'running')");
    private static final List<String> OPERATORS =
            List.of(
                    "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or", "+", "-", "*",
                    "/", "//", "%", "is", "is not");

    private final Random random = new Random(19192);

    @BeforeEach
    void hasPython() throws InterruptedException {
        int exit;
        try {
            exit = new ProcessBuilder("python3", "-c", "").start().waitFor();
        } catch (IOException _) {
            exit = 1;
        }
        assumeTrue(exit == 0, "python3 is not here");
    }

    private static Map<String, @Nullable Object> task() {
        Map<String, @Nullable Object> task = new LinkedHashMap<>();
        task.put("status", new Word("Running"));
        task.put("priority", 5);
        task.put("exit_code", null);
        task.put("share", 0.5);
        task.put("stuck", false);
        task.put("labels", Map.of("exp", "7"));
        task.put("list", List.of(0, 1));
        task.put("text", "träin 😀");
        return task;
    }

    private String expression(int depth) {
        if (depth == 0) {
            return ATOMS.get(random.nextInt(ATOMS.size()));
        }
        return switch (random.nextInt(6)) {
            case 0 -> "not " + expression(depth - 1);
            case 1 -> "len(" + expression(depth - 1) + ")";
            case 2 -> "(" + expression(depth - 1) + ")";
            default ->
                    expression(depth - 1)
                            + " "
                            + OPERATORS.get(random.nextInt(OPERATORS.size()))
                            + " "
                            + expression(depth - 1);
        };
    }

    /** {@code True}, {@code False}, or {@code mistake}. */
    private static String ours(String text) {
        try {
            return Filter.parse(text).matches(task()) ? "True" : "False";
        } catch (FilterException.Wrong _) {
            return "mistake";
        } catch (FilterException.Beyond _) {
            return "beyond";
        }
    }

    /** One expression that makes Python work out all of them. */
    private static String all(List<String> texts) {
        StringBuilder list = new StringBuilder("[");
        texts.forEach(text -> list.append('"').append(text.replace("\"", "\\\"")).append("\", "));
        return list.append(']').toString();
    }

    @Test
    void agreesWithPython() throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        while (texts.size() < EXPRESSIONS) {
            String text = expression(1 + random.nextInt(3));
            String truth = ours(text);
            if (!truth.equals("beyond")) {
                texts.add(text);
                ours.add(truth);
            }
        }

        List<String> theirs = pythons(texts);
        assertThat(theirs).hasSameSizeAs(ours);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(ours.get(i)).as(texts.get(i)).isEqualTo(theirs.get(i));
        }
        assertThat(ours).contains("True", "False", "mistake");
    }

    @Test
    void whatAnExpressionPrintsIsNoAnswer() {
        PythonFilter printing = new PythonFilter("print('1') or task.priority > 5", Map.of());

        assertThat(printing.truths(List.of(task(), task()))).containsExactly(false, false);
        assertThatThrownBy(() -> new PythonFilter("exit(0)", Map.of()).truths(List.of(task())))
                .hasMessageContaining("--filter");
    }

    private static List<String> pythons(List<String> texts)
            throws IOException, InterruptedException {
        String script =
                """
                import sys, warnings
                warnings.simplefilter("ignore")
                exec(sys.stdin.read())
                """;
        Process python = new ProcessBuilder("python3", "-I", "-c", script).start();
        try (var in = python.outputWriter()) {
            in.write(PythonFilter.definitions());
            in.write(
                    """

                    task = Task({"status": "Running", "priority": 5, "exit_code": None, "share": 0.5, "stuck": False,
                        "labels": Map({"exp": "7"}), "list": [0, 1], "text": "tr\\u00e4in \\U0001f600"})
                    for text in %s:
                        try:
                            print("True" if eval(text) else "False")
                        except Exception:
                            print("mistake")
                    """
                            .formatted(all(texts)));
        }
        List<String> lines = python.inputReader().readAllLines();
        assertThat(python.errorReader().readAllLines()).isEmpty();
        assertThat(python.waitFor()).isZero();
        return lines;
    }
}
