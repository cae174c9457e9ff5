package io.cattino.cli.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

    /** A task as both this and Python see it. */
    static Map<String, @Nullable Object> task() {
        Map<String, @Nullable Object> task = new LinkedHashMap<>();
        task.put("status", new Word("Running"));
        task.put("fullname", "pipeline/train");
        task.put("priority", 5);
        task.put("exit_code", null);
        task.put("requires_memory_per_device", 0.5);
        task.put("stuck", false);
        task.put("labels", Map.of("exp", "7"));
        task.put("assigned_device_indices", List.of(0, 1));
        task.put("cmd", "python 'träin'.py 😀");
        task.put("create_time", "2026-11-22T08:00:00.000Z");
        return task;
    }

    /** Expressions and whether they are true: what {@code DifferentialTest} asks Python too. */
    static final List<Map.Entry<String, Boolean>> TRUTHS =
            List.of(
                    Map.entry("task.status == 'running'", true),
                    Map.entry("task.status == 'RUNNING'", true),
                    Map.entry("'running' == task.status", true),
                    Map.entry("task.status != \"running\"", false),
                    Map.entry("task.status in ('failed', 'running')", true),
                    Map.entry("task.status not in ['failed', 'done']", true),
                    Map.entry("task.status.lower() == 'running'", true),
                    Map.entry("task.status.startswith('Run')", true),
                    Map.entry("'run' in task.status", false),
                    Map.entry("task.status=='running' and task.priority>2", true),
                    Map.entry("task.status == 'failed' or task.priority", true),
                    Map.entry("not task.status == 'failed'", true),
                    Map.entry("not not task.priority", true),
                    Map.entry("1 < task.priority <= 5 < 6", true),
                    Map.entry("1 < task.priority < 5", false),
                    Map.entry("task.priority == 5.0", true),
                    Map.entry("task.priority in (1, 5.0)", true),
                    Map.entry("task.priority != '5'", true),
                    Map.entry("task.exit_code is None", true),
                    Map.entry("task.exit_code is not None", false),
                    Map.entry("task.exit_code == None", true),
                    Map.entry("task.exit_code", false),
                    Map.entry("task.stuck is False", true),
                    Map.entry("task.stuck == 0", true),
                    Map.entry("task.stuck + True", true),
                    Map.entry("task.requires_memory_per_device * 2 == 1", true),
                    Map.entry("task.requires_memory_per_device < .75", true),
                    Map.entry("task.labels.exp == '7'", true),
                    Map.entry("task.labels['exp'] == '7'", true),
                    Map.entry("task.labels.nope is None", true),
                    Map.entry("task.labels.get('nope', '3') == '3'", true),
                    Map.entry("'exp' in task.labels", true),
                    Map.entry("len(task.labels) == 1", true),
                    Map.entry("len(task.cmd) == 19", true),
                    Map.entry("task.cmd[-1] == '\\U0001f600'[0:1] or True", true),
                    Map.entry("task.cmd.endswith(('x', '😀'))", true),
                    Map.entry("task.cmd.upper().lower() == task.cmd", true),
                    Map.entry("'  a '.strip() == 'a' and 'xxa'.lstrip('x') == 'a'", true),
                    Map.entry("task.assigned_device_indices == [0, 1]", true),
                    Map.entry("task.assigned_device_indices == (0, 1)", false),
                    Map.entry("task.assigned_device_indices[-1] == 1", true),
                    Map.entry("task.assigned_device_indices < [0, 2]", true),
                    Map.entry("0 in task.assigned_device_indices", true),
                    Map.entry("task.create_time >= '2026-11-22'", true),
                    Map.entry("task.create_time < '2026-11-22T08'", false),
                    Map.entry("'a' 'b' == \"ab\"", true),
                    Map.entry("'a' + 'b' == 'ab'", true),
                    Map.entry("'it\\'s' == \"it's\"", true),
                    Map.entry("r'\\d' == '\\\\d'", true),
                    Map.entry("-7 // 2 == -4 and -7 % 3 == 2 and 7 % -3 == -2", true),
                    Map.entry("7 / 2 == 3.5", true),
                    Map.entry("-5.5 % 2 == 0.5", true),
                    Map.entry("2 + 3 * 4 - 1 == 13", true),
                    Map.entry("(2 + 3) * 4 == 20", true),
                    Map.entry("- 2 - -3 == 1", true),
                    Map.entry("9007199254740993 == 9007199254740992.0", false),
                    Map.entry("1e3 == 1000", true),
                    Map.entry("() or [] or '' or 0 or 0.0 or None or False", false),
                    Map.entry("(0,)", true),
                    Map.entry("1, 2", true),
                    Map.entry("True == 1", true),
                    Map.entry("'a' < 'b' and '😀' > '\uffee'", true),
                    Map.entry("'x' in 'y' == False", false),
                    Map.entry("task.name if False else True or any(x for x in [1])", true));

    /** Expressions that are a mistake in Python too. */
    static final List<String> MISTAKES =
            List.of(
                    "task.priority < 'a'",
                    "task.exit_code > 0",
                    "task.exit_code + 1",
                    "len(5)",
                    "1 in 5",
                    "1 in 'a'",
                    "1 / 0",
                    "1 % 0.0",
                    "task.labels['nope']",
                    "task.assigned_device_indices[2]",
                    "task.fullname['a']",
                    "task.nothing",
                    "task.priority.startswith('5')",
                    "'a'.startswith(5)",
                    "-'a'",
                    "[1] < (1,)",
                    "task.priority ==",
                    "(task.priority",
                    "task.priority)",
                    "and task.priority",
                    "task priority",
                    "task.",
                    "'abc",
                    "");

    @ParameterizedTest
    @FieldSource("TRUTHS")
    void worksOut(Map.Entry<String, Boolean> expected) {
        Boolean truth;
        try {
            truth = Filter.parse(expected.getKey()).matches(task());
        } catch (FilterException.Beyond e) {
            assertThat(expected.getKey()).as("left to Python").containsAnyOf("\\U", " if ");
            return;
        }
        assertThat(truth).isEqualTo(expected.getValue());
    }

    @ParameterizedTest
    @FieldSource("MISTAKES")
    void refuses(String text) {
        assertThatThrownBy(() -> Filter.parse(text).matches(task()))
                .isInstanceOf(FilterException.Wrong.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "re.search('a', task.fullname)",
                "any(d == 1 for d in task.assigned_device_indices)",
                "task.priority ** 2 > 9",
                "1 if task.stuck else 0",
                "f'{task.name}' == 'a'",
                "task.fullname.split('/')[0] == 'pipeline'",
                "task.fullname[0:3] == 'pip'",
                "status == 'running'",
                "{1, 2}",
                "0x10 == 16",
                "1_000 == 1000",
                "99999999999999999999 > 1",
                "9223372036854775807 + 1 > 0",
                "task.priority is 5",
                "lambda: 1",
                "'''a'''"
            })
    void leavesToPythonWhatOnlyPythonKnows(String text) {
        assertThatThrownBy(() -> Filter.parse(text).matches(task()))
                .isInstanceOf(FilterException.Beyond.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task.priority < 'a' | '<' not supported between instances of 'int' and 'str'",
                "task.exit_code > 0  | '>' not supported between instances of 'NoneType' and 'int'",
                "task.nothing        | a task has no attribute 'nothing'",
                "task.priority ==    | it ends where a value is missing",
                "task.labels['x']    | KeyError: 'x'; .get('x') gives None"
            },
            quoteCharacter = '#')
    void saysWhatIsWrongAsPythonWould(String text, String message) {
        assertThatThrownBy(() -> Filter.parse(text).matches(task())).hasMessage(message);
    }

    @Test
    void stopsAtTheFirstPartThatDecides() {
        assertThat(Filter.parse("False and task.nothing").matches(task())).isFalse();
        assertThat(Filter.parse("True or task.nothing").matches(task())).isTrue();
        assertThat(Filter.parse("2 < 1 < task.nothing").matches(task())).isFalse();
    }

    @Test
    void refusesWhatWouldUseUpTheStack() {
        assertThatThrownBy(() -> Filter.parse("(".repeat(100_000)))
                .isInstanceOf(FilterException.Wrong.class);
        assertThatThrownBy(() -> Filter.parse("not ".repeat(1_000) + "1"))
                .hasMessage("the filter is nested too deeply");
        assertThatThrownBy(() -> Filter.parse("-".repeat(1_000) + "1"))
                .hasMessage("the filter is nested too deeply");
        assertThatThrownBy(() -> Filter.parse("1" + "+1".repeat(5_000)))
                .hasMessage("the filter is too long");
        assertThat(Filter.parse("1" + "+1".repeat(900)).matches(task())).isTrue();
        assertThat(Filter.parse("(".repeat(90) + "1" + ")".repeat(90)).matches(task())).isTrue();
    }
}
