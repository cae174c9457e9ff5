package io.cattino.cli.command;

import io.cattino.cli.filter.Filter;
import io.cattino.cli.filter.FilterException;
import io.cattino.cli.filter.Word;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.client.TaskInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code --filter}: a Python expression over {@code task}. What people usually write is worked out
 * here; the rest by the user's own Python, on this machine.
 */
public final class TaskFilter {

    private static final Pattern ATTRIBUTE = Pattern.compile("'task\\.?'|attribute '(\\w+)'");

    private final String text;
    private final Map<String, String> env;
    private final Optional<Filter> filter;

    /**
     * Reads an expression.
     *
     * @param env where to find the user's Python
     */
    public TaskFilter(String text, Map<String, String> env) {
        this.text = text;
        this.env = env;
        this.filter = parse(text);
    }

    private static Optional<Filter> parse(String text) {
        try {
            return Optional.of(Filter.parse(text));
        } catch (FilterException.Beyond _) {
            return Optional.empty();
        } catch (FilterException.Wrong e) {
            throw wrong(e, List.of());
        }
    }

    /** Those of the tasks that it is true of. */
    public List<TaskInfo> keep(List<TaskInfo> tasks, Fields<TaskInfo> fields) {
        List<Map<String, @Nullable Object>> rows =
                tasks.stream().map(task -> row(task, fields)).toList();
        List<TaskInfo> kept = new ArrayList<>();
        List<Boolean> truths = truths(rows, fields);
        for (int i = 0; i < tasks.size(); i++) {
            if (truths.get(i)) {
                kept.add(tasks.get(i));
            }
        }
        return kept;
    }

    private List<Boolean> truths(
            List<Map<String, @Nullable Object>> rows, Fields<TaskInfo> fields) {
        if (filter.isPresent()) {
            try {
                return rows.stream().map(filter.get()::matches).toList();
            } catch (FilterException.Wrong e) {
                throw wrong(e, fields.names());
            } catch (FilterException.Beyond _) {
                // Only Python can tell.
            }
        }
        return new PythonFilter(text, env).truths(rows);
    }

    private static Failure wrong(FilterException.Wrong mistake, List<String> names) {
        String said = String.valueOf(mistake.getMessage());
        Matcher attribute = ATTRIBUTE.matcher(said);
        String near =
                attribute.find() && attribute.group(1) != null
                        ? Text.nearest(attribute.group(1), names)
                                .map("did you mean: task.%s ?"::formatted)
                                .orElse("")
                        : "";
        return Failure.usage(
                "--filter: " + said,
                near.isEmpty() ? "as in: --filter \"task.status == 'failed'\"" : near);
    }

    /** All fields, a moment as text, as in JSON. */
    private static Map<String, @Nullable Object> row(TaskInfo task, Fields<TaskInfo> fields) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        fields.object(task, fields.names())
                .forEach((name, value) ->
                        row.put(
                                name,
                                switch (value) {
                                    case Instant time -> Times.rfc3339(time);
                                    case String word when name.equals("status") -> new Word(word);
                                    case null, default -> value;
                                }));
        return row;
    }
}
