package io.cattino.cli.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of one line of TOML: strings, numbers, truth, and lists of them. */
final class TomlValue {

    private static final String STRING =
            "\"(?:[^\"\\\\]|\\\\.)*+\"|'[^']*'|[+-]?\\d[\\w.+:-]*|true|false";
    private static final Pattern SCALAR = Pattern.compile("(" + STRING + ")\\s*(#.*)?");
    private static final Pattern LIST =
            Pattern.compile("\\[\\s*((?:(?:" + STRING + ")\\s*(?:,\\s*)?)*)]\\s*(#.*)?");
    private static final Pattern ELEMENT = Pattern.compile(STRING);
    private static final Pattern ESCAPED =
            Pattern.compile("\\\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))");
    private static final int HEX = 16;

    private TomlValue() {}

    /** The value as text, a list with commas; empty if it is none. */
    static Optional<String> read(String text) {
        Matcher scalar = SCALAR.matcher(text);
        if (scalar.matches()) {
            return Optional.of(unquoted(scalar.group(1)));
        }
        Matcher list = LIST.matcher(text);
        if (!list.matches()) {
            return Optional.empty();
        }
        List<String> elements = new ArrayList<>();
        Matcher element = ELEMENT.matcher(list.group(1));
        while (element.find()) {
            elements.add(unquoted(element.group()));
        }
        return Optional.of(String.join(",", elements));
    }

    /** A string without its quotes; anything else as it is. */
    static String unquoted(String text) {
        if (text.startsWith("'")) {
            return text.substring(1, text.length() - 1);
        }
        if (!text.startsWith("\"")) {
            return text;
        }
        return ESCAPED.matcher(text.substring(1, text.length() - 1))
                .replaceAll(found -> Matcher.quoteReplacement(character(found)));
    }

    private static String character(MatchResult escaped) {
        String code = escaped.group(1) != null ? escaped.group(1) : escaped.group(2);
        if (code != null) {
            int character = Integer.parseUnsignedInt(code, HEX);
            return Character.isValidCodePoint(character) ? Character.toString(character) : "\uFFFD";
        }
        return switch (escaped.group(3)) {
            case "n" -> "\n";
            case "t" -> "\t";
            case "r" -> "\r";
            default -> escaped.group(3);
        };
    }

    /** Text as a value: whole numbers and truth as such, all else in quotes. */
    static String write(String text) {
        if (text.matches("0|[1-9]\\d{0,17}|true|false")) {
            return text;
        }
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t")
                + '"';
    }
}
