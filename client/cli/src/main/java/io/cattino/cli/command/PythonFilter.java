package io.cattino.cli.command;

import io.cattino.cli.filter.Word;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets the user's own Python say of which tasks an expression is true. */
final class PythonFilter {

    private static final String SCRIPT = "filter.py";

    private final String text;
    private final Map<String, String> env;

    PythonFilter(String text, Map<String, String> env) {
        this.text = text;
        this.env = env;
    }

    List<Boolean> truths(List<Map<String, @Nullable Object>> rows) {
        String python = Interpreter.of(env);
        try {
            // Isolated: neither the directory that the user is in nor his variables change what it
            // does.
            Process process = new ProcessBuilder(python, "-I", "-c", script(), text).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(Json.write(plain(rows), false).getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // It ended before it had read everything; it says why.
            }
            String said = read(process.getInputStream());
            String complaint = read(process.getErrorStream());
            if (process.waitFor() != 0) {
                throw Failure.usage(
                        "--filter: "
                                + complaint.strip().lines().reduce((_, b) -> b).orElse("failed"),
                        "%s worked it out".formatted(python));
            }
            return said.strip().chars().mapToObj(c -> c == '1').toList();
        } catch (IOException _) {
            throw Failure.of(
                    Exit.FAILED,
                    "this filter needs Python, and '%s' cannot be run".formatted(python),
                    "set one: export CATTINO_PYTHON=/path/to/python3",
                    "without Python: and or not == < in is None, task.ATTR, .startswith(), len()");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while Python worked out the filter");
        }
    }

    private static List<Map<String, @Nullable Object>> plain(
            List<Map<String, @Nullable Object>> rows) {
        return rows.stream()
                .map(row -> {
                    Map<String, @Nullable Object> plain = new LinkedHashMap<>(row);
                    plain.replaceAll(
                            (_, value) -> value instanceof Word word ? word.text() : value);
                    return plain;
                })
                .toList();
    }

    private static String read(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The part of the script that says how a task looks to an expression. */
    static String definitions() throws IOException {
        String script = script();
        return script.substring(0, script.indexOf("\ntry:"));
    }

    private static String script() throws IOException {
        try (InputStream script = PythonFilter.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException("the resource %s is missing".formatted(SCRIPT));
            }
            return read(script);
        }
    }
}
