package io.cattino.cli.toml;

/**
 * Follows strings, brackets and comments through the lines of one TOML statement, to know where it
 * ends.
 */
final class TomlScanner {

    private int depth;
    private String quote = "";

    /** Reads one more line of the statement. */
    void read(String line) {
        var _ = comment(line);
    }

    /** Whether the statement goes on in the next line. */
    boolean isOpen() {
        return depth > 0 || quote.length() == 3;
    }

    /** Reads one more line; its comment, with the {@code #}, or nothing. */
    String comment(String line) {
        // A string of one line that is not closed is a mistake of the file's, and ends with it.
        quote = quote.length() == 3 ? quote : "";
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i);
            if (!quote.isEmpty()) {
                i += inString(line, i);
            } else if (c == '#') {
                return line.substring(i).strip();
            } else if (c == '"' || c == '\'') {
                String triple = String.valueOf(c).repeat(3);
                quote = line.startsWith(triple, i) ? triple : String.valueOf(c);
                i += quote.length();
            } else {
                depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
                i++;
            }
        }
        return "";
    }

    /** How many characters to go on. */
    private int inString(String line, int at) {
        if (line.charAt(at) == '\\' && quote.startsWith("\"")) {
            return 2;
        }
        if (line.startsWith(quote, at)) {
            int length = quote.length();
            quote = "";
            return length;
        }
        return 1;
    }
}
