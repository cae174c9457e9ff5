package io.cattino.cli.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arguments and variables of this process as they are, in UTF-8. Java decodes them by the locale,
 * and in a plain {@code LANG=C} it destroys everything but ASCII.
 */
public final class ProcessText {

    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");
    private static final Path VARIABLES = Path.of("/proc/self/environ");

    private ProcessText() {}

    private static boolean isDestroyed() {
        return !System.getProperty("sun.jnu.encoding", "UTF-8").equalsIgnoreCase("UTF-8");
    }

    /** The arguments of the program. */
    public static String[] arguments(String[] decoded) {
        List<String> all = isDestroyed() ? read(ARGUMENTS) : List.of();
        return all.size() < decoded.length
                ? decoded
                : all.subList(all.size() - decoded.length, all.size()).toArray(String[]::new);
    }

    /** The variables. */
    static Map<String, String> variables() {
        List<String> all = isDestroyed() ? read(VARIABLES) : List.of();
        if (all.isEmpty()) {
            return System.getenv();
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : all) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.putIfAbsent(
                        variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }

    private static List<String> read(Path file) {
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return List.of();
        }
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', from)) {
            parts.add(text.substring(from, end));
            from = end + 1;
        }
        return parts;
    }
}
