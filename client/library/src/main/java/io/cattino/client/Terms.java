package io.cattino.client;

import io.cattino.client.Term.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** How people write where a task may run. The Python package reads the same language. */
final class Terms {

    static final String NODE = "node";
    private static final String LABEL = "label.";
    private static final String MODEL = "gpu.model";
    private static final String MEMORY = "gpu.memory";
    private static final String DRIVER = "gpu.driver";
    private static final String KIND = "gpu.kind";

    private static final List<String> KEYS = List.of(MODEL, MEMORY, DRIVER, KIND, NODE);
    private static final Set<String> WORDS = Set.of(MODEL, KIND, NODE);

    private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,7}");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._*?-]|\\[[0-9,-]+])+");
    private static final Pattern RANGE = Pattern.compile("[0-9]{1,9}(-[0-9]{1,9})?");

    private Terms() {}

    static List<Term> parse(String text) {
        List<Term> terms = new ArrayList<>();
        if (!text.isBlank()) {
            for (String part : split(text, ',')) {
                if (part.isBlank()) {
                    throw bad("'%s' has a comma with nothing beside it".formatted(text.strip()));
                }
                terms.add(term(part.strip()));
            }
        }
        return List.copyOf(terms);
    }

    /**
     * Names of nodes.
     *
     * @throws IllegalArgumentException if one of them cannot be a name, or names
     */
    static List<String> hosts(String text) {
        List<String> hosts = new ArrayList<>();
        if (!text.isBlank()) {
            for (String part : split(text, ',')) {
                hosts.add(host(part.strip()));
            }
        }
        return List.copyOf(hosts);
    }

    static String quoted(String value) {
        boolean plain =
                value.equals(value.strip())
                        && value.indexOf('|') < 0
                        && value.indexOf('"') < 0
                        && value.indexOf('\'') < 0
                        && split(value, ',').size() == 1;
        String quote = value.indexOf('"') < 0 ? "\"" : "'";
        return plain ? value : quote + value + quote;
    }

    private static Term term(String text) {
        int at = 0;
        while (at < text.length() && "=!<>".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == 0 && text.startsWith("!")) {
            String key = text.substring(1).strip();
            if (isLabel(key)) {
                return new Term(key, Operator.ABSENT, List.of());
            }
            throw bad("'%s': only a label can be absent: !label.KEY".formatted(text));
        }
        String key = text.substring(0, at).strip();
        if (at == text.length()) {
            if (isLabel(key)) {
                return new Term(key, Operator.PRESENT, List.of());
            }
            throw KEYS.contains(key)
                    ? bad("%s needs a value: %s".formatted(key, example(key)))
                    : unknown(key);
        }
        if (!KEYS.contains(key) && !isLabel(key)) {
            throw unknown(key);
        }
        Operator operator = operator(key, text, at);
        int end = text.startsWith("==", at) ? at + 2 : at + operator.sign().length();
        return new Term(key, operator, values(key, operator, text.substring(end)));
    }

    private static boolean isLabel(String key) {
        return key.startsWith(LABEL)
                && key.length() > LABEL.length()
                && key.chars().noneMatch(c -> "=!<>|,'\" ".indexOf(c) >= 0);
    }

    private static Operator operator(String key, String text, int at) {
        Operator found =
                switch (text.charAt(at)) {
                    case '=' -> Operator.EQUAL;
                    case '>' -> text.startsWith(">=", at) ? Operator.AT_LEAST : Operator.ABOVE;
                    case '<' -> text.startsWith("<=", at) ? Operator.AT_MOST : Operator.BELOW;
                    default -> {
                        if (!text.startsWith("!=", at)) {
                            throw bad("'%s': a '!' is followed by '=' there".formatted(text));
                        }
                        yield Operator.NOT_EQUAL;
                    }
                };
        boolean ordered = found != Operator.EQUAL && found != Operator.NOT_EQUAL;
        if (ordered && (WORDS.contains(key) || isLabel(key))) {
            throw bad("%s is a word: compare it by = or !=, not %s".formatted(key, found.sign()));
        }
        return found;
    }

    private static List<String> values(String key, Operator operator, String text) {
        List<String> values = new ArrayList<>();
        for (String part : split(text, '|')) {
            String value = unquoted(part.strip());
            if (value.isEmpty()) {
                throw bad("%s%s needs a value: %s".formatted(key, operator.sign(), example(key)));
            }
            values.add(
                    switch (key) {
                        case MEMORY -> memory(value);
                        case DRIVER -> version(value);
                        case NODE -> host(value);
                        default -> value;
                    });
        }
        if (values.size() > 1 && (key.equals(MEMORY) || key.equals(DRIVER))) {
            throw bad("%s takes one value, not %d".formatted(key, values.size()));
        }
        return values;
    }

    private static String memory(String value) {
        try {
            if (Memory.parse(value) instanceof Memory.Amount(long mib)) {
                return Long.toString(mib);
            }
        } catch (IllegalArgumentException e) {
            throw bad("%s: %s".formatted(MEMORY, e.getMessage()));
        }
        throw bad(
                "%s is compared with an amount, not with a share: %s"
                        .formatted(MEMORY, example(MEMORY)));
    }

    private static String version(String value) {
        if (!VERSION.matcher(value).matches()) {
            throw bad("%s is a version, not '%s': %s".formatted(DRIVER, value, example(DRIVER)));
        }
        return value;
    }

    private static String host(String value) {
        if (!HOST.matcher(value).matches() || !rangesAreGood(value)) {
            throw bad(
                    "'%s' names no node: write for example gpu-01, gpu-0[1-4] or gpu-*"
                            .formatted(value));
        }
        return value;
    }

    private static boolean rangesAreGood(String host) {
        for (int open = host.indexOf('['); open >= 0; open = host.indexOf('[', open + 1)) {
            for (String part : host.substring(open + 1, host.indexOf(']', open)).split(",", -1)) {
                int dash = part.indexOf('-');
                if (!RANGE.matcher(part).matches()
                        || (dash > 0
                                && Long.parseLong(part.substring(0, dash))
                                        > Long.parseLong(part.substring(dash + 1)))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Between separators that stand neither in quotes nor in brackets. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        char quote = 0;
        boolean brackets = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[' || c == ']') {
                brackets = c == '[';
            } else if (c == separator && !brackets) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        if (quote != 0) {
            throw bad("'%s' has a quote that is not closed".formatted(text.strip()));
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String unquoted(String value) {
        char first = value.isEmpty() ? 0 : value.charAt(0);
        boolean quotes =
                value.length() >= 2
                        && (first == '"' || first == '\'')
                        && value.indexOf(first, 1) == value.length() - 1;
        return quotes ? value.substring(1, value.length() - 1) : value;
    }

    private static IllegalArgumentException unknown(String key) {
        String near = null;
        for (String known : KEYS) {
            boolean end = known.endsWith("." + key);
            if (end || (near == null && distance(key, known) <= 2)) {
                near = known;
            }
        }
        return bad(
                "there is no '%s'; %s"
                        .formatted(
                                key,
                                near != null
                                        ? "did you mean %s ?".formatted(example(near))
                                        : "there are: %s, and label.KEY for the labels of nodes"
                                                .formatted(String.join(", ", KEYS))));
    }

    /** Edits between two words. */
    private static int distance(String a, String b) {
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
            }
            last = row;
        }
        return last[b.length()];
    }

    private static String example(String key) {
        return switch (key) {
            case MODEL -> "gpu.model=A100";
            case MEMORY -> "gpu.memory>=40000";
            case DRIVER -> "gpu.driver>=535.54";
            case KIND -> "gpu.kind=cuda";
            case NODE -> "node=gpu-0[1-4]";
            default -> key + "=VALUE";
        };
    }

    private static IllegalArgumentException bad(String message) {
        return new IllegalArgumentException(message);
    }
}
