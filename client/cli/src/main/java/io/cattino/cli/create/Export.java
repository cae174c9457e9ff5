package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.client.SubmitContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the submitter's variables a task gets: {@code ALL} (but for secret ones), {@code NONE},
 * or names.
 */
public final class Export {

    private Export() {}

    /** Puts the variables into a context. */
    static void into(SubmitContext.Builder context, String wish, Map<String, String> env) {
        List<String> names = new ArrayList<>();
        boolean all = false;
        for (String word : wish.split(",", -1)) {
            if (word.contains("=")) {
                throw Failure.usage(
                        "--export takes names, not '%s'".formatted(word),
                        "a value: -e %s".formatted(word));
            }
            if (word.equals("ALL")) {
                all = true;
            } else if (!word.isEmpty() && !word.equals("NONE")) {
                names.add(word);
            }
        }
        if (all) {
            context.environmentFrom(env, names);
            return;
        }
        Map<String, String> chosen = new LinkedHashMap<>();
        for (String name : names) {
            String value = env.get(name);
            if (value == null) {
                throw Failure.usage("--export: %s is not set here".formatted(name));
            }
            chosen.put(name, value);
        }
        context.environment(chosen);
    }

    /** Names what was left out, but for what nobody misses: the terminal's and Cattino's own. */
    static void tell(SubmitContext context, Output output, boolean verbose) {
        List<String> names =
                context.notSent().stream().filter(name -> verbose || isMissed(name)).toList();
        if (!names.isEmpty()) {
            String list = String.join(",", names);
            output.note(
                    "Not sent: %s   (send: --export ALL,%s)"
                            .formatted(String.join(", ", names), list));
        }
    }

    private static boolean isMissed(String name) {
        return !name.startsWith("SSH_") && !name.startsWith("CATTINO_") && !name.equals("DISPLAY");
    }
}
