package io.cattino.cli.filter;

import io.cattino.cli.filter.FilterException.Beyond;
import io.cattino.cli.filter.FilterException.Wrong;
import io.cattino.cli.filter.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts an expression into its words. */
final class Lexer {

    /** What is longer was not typed by a person. */
    private static final int MOST = 2000;

    private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n\\f]*");
    private static final Pattern NUMBER =
            Pattern.compile("(\\d[\\d_]*)?(\\.\\d[\\d_]*|(?<=\\d)\\.)?(?:[eE][-+]?\\d[\\d_]*)?");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final Pattern SYMBOL =
            Pattern.compile("==|!=|<=|>=|//|\\*\\*|<<|>>|:=|[-+*/%<>()\\[\\],.]");
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", Pattern.DOTALL);

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        return new Lexer(text).all();
    }

    private List<Token> all() {
        skip(BLANKS);
        while (at < text.length()) {
            if (tokens.size() >= MOST) {
                throw new Wrong("the filter is too long");
            }
            tokens.add(next());
            skip(BLANKS);
        }
        tokens.add(new Token(Kind.END, "its end", at));
        return tokens;
    }

    private Token next() {
        char c = text.charAt(at);
        boolean point = c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1));
        if (isDigit(c) || point) {
            return number();
        }
        if (c == '\'' || c == '"') {
            return string(false);
        }
        int start = at;
        if (skip(NAME)) {
            return name(start);
        }
        if (skip(SYMBOL)) {
            return new Token(Kind.SYMBOL, text.substring(start, at), start);
        }
        throw new Beyond("'%s'".formatted(Character.toString(text.codePointAt(at))));
    }

    private Token name(int start) {
        String name = text.substring(start, at);
        boolean quoted = at < text.length() && "'\"".indexOf(text.charAt(at)) >= 0;
        if (quoted && (name.equals("r") || name.equals("R"))) {
            return string(true);
        }
        if (quoted) {
            throw new Beyond("a string with the prefix " + name);
        }
        return new Token(Kind.NAME, name, start);
    }

    private Token number() {
        int start = at;
        boolean zero = text.startsWith("0", at) && at + 1 < text.length();
        if (zero && "xXoObB_0123456789".indexOf(text.charAt(at + 1)) >= 0) {
            throw new Beyond("a number that starts with 0");
        }
        skip(NUMBER);
        String number = text.substring(start, at);
        if (number.contains("_") || skip(NAME)) {
            throw new Beyond("the number " + text.substring(start, at));
        }
        boolean whole = number.chars().allMatch(c -> isDigit((char) c));
        return new Token(whole ? Kind.INTEGER : Kind.DECIMAL, number, start);
    }

    private Token string(boolean raw) {
        int start = at;
        char quote = text.charAt(at);
        if (text.startsWith(Character.toString(quote).repeat(3), at)) {
            throw new Beyond("a string in three quotes");
        }
        at++;
        int from = at;
        while (at < text.length() && text.charAt(at) != quote) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= text.length()) {
            throw new Wrong(
                    "the string that begins at character %d has no end".formatted(start + 1));
        }
        String inside = text.substring(from, at);
        at++;
        return new Token(Kind.STRING, raw ? inside : unescaped(inside), start);
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(escaped(found.group(1))));
    }

    private static String escaped(String sequence) {
        return switch (sequence.charAt(0)) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '\\', '\'', '"' -> sequence;
            case '\n' -> "";
            case 'x', 'u' -> {
                if (sequence.length() == 1) {
                    throw new Wrong("the escape \\%s is cut off".formatted(sequence));
                }
                yield Character.toString(Integer.parseInt(sequence.substring(1), 16));
            }
            case 'a', 'b', 'f', 'v', 'N', 'U', '0', '1', '2', '3', '4', '5', '6', '7' ->
                    throw new Beyond("the escape \\" + sequence);
            default -> "\\" + sequence;
        };
    }

    private boolean skip(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        matcher.useTransparentBounds(true);
        if (!matcher.lookingAt() || matcher.end() == at) {
            return false;
        }
        at = matcher.end();
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
