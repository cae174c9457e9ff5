package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads variables from a file as dotenv does: {@code KEY=VALUE} lines, {@code export} before them,
 * blank lines and {@code #} comments. {@code '...'} is literal; in {@code "..."} the escapes {@code
 * \n \t \r \\ \" \$} are known. Values lie on one line, and nothing is expanded in them.
 */
final class DotEnv {

    private static final Pattern LINE =
            Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*)");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
    private static final Pattern DOUBLE_QUOTED =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"\\s*(?:#.*)?");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");
    private static final Pattern COMMENT = Pattern.compile("\\s+#.*|^#.*");

    private DotEnv() {}

    /** The variables of a file, in its order. */
    static Map<String, String> read(Path file) {
        try {
            return parse(
                    file.toString(),
                    Files.readString(file, StandardCharsets.UTF_8).lines().toList());
        } catch (NoSuchFileException _) {
            throw Failure.usage("--env-file: there is no file %s".formatted(file));
        } catch (MalformedInputException _) {
            throw Failure.usage("--env-file: %s is not UTF-8".formatted(file));
        } catch (IOException e) {
            throw Failure.usage("--env-file: cannot read %s (%s)".formatted(file, e.getMessage()));
        }
    }

    /** The variables of these lines. */
    static Map<String, String> parse(String file, List<String> lines) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (i == 0 && line.startsWith("\uFEFF")) {
                line = line.substring(1);
            }
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw mistake(file, i, "expected KEY=VALUE, not '%s'".formatted(line));
            }
            variables.put(parts.group(1), value(file, i, parts.group(2)));
        }
        return variables;
    }

    private static String value(String file, int line, String text) {
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        if (first != '\'' && first != '"') {
            return COMMENT.matcher(text).replaceFirst("").strip();
        }
        Matcher quoted = (first == '"' ? DOUBLE_QUOTED : SINGLE_QUOTED).matcher(text);
        if (!quoted.matches()) {
            throw mistake(
                    file,
                    line,
                    "the quote %c is not closed on the line, or something follows it"
                            .formatted(first));
        }
        return first == '"' ? unescaped(quoted.group(1)) : quoted.group(1);
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                switch (found.group(1)) {
                                    case "n" -> "\n";
                                    case "t" -> "\t";
                                    case "r" -> "\r";
                                    case "\\", "\"", "$", "'" -> found.group(1);
                                    default -> found.group();
                                }));
    }

    private static Failure mistake(String file, int line, String what) {
        return Failure.usage("--env-file %s, line %d: %s".formatted(file, line + 1, what));
    }
}
