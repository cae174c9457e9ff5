package io.cattino.coordinator.core.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Words of a command without what differs between the runs of a sweep: {@code #} stands for numbers
 * that stand alone, lists of them, dates, hexadecimal numbers and UUIDs, in paths also for a number
 * at the end of a word ({@code runs/lr3}). Other words stay, and so do names with digits: {@code
 * resnet50}, {@code llama-7b}, {@code fp16}. Looks at each character a bounded number of times.
 */
final class Normal {
    private static final char ANY = '#';

    /** What may stand between the parts of a date, of a number and of a list. */
    private static final String JOINTS = "-.,:_+";

    private static final List<Integer> UUID = List.of(8, 4, 4, 4, 12);
    private static final int UUID_LENGTH = 36;

    /** Shorter ones are words as well. */
    private static final int HEX_DIGITS = 7;

    private Normal() {}

    /** Of a program and its arguments; the program stays as it is. */
    static List<String> words(List<String> argv) {
        List<String> words = new ArrayList<>();
        for (String each : argv) {
            boolean program = words.isEmpty();
            String word = program ? each : word(each);
            boolean more = words.size() > 1 && words.getLast().equals("#");
            if (program || !more || !word.equals("#")) {
                words.add(word);
            }
        }
        return words;
    }

    /** Of a command line, which is cut at blanks. */
    static List<String> line(String line) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || line.charAt(i) <= ' ') {
                if (i > start) {
                    words.add(line.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words(words);
    }

    /** Of one word: the name of an option, a variable or a script stays. */
    static String word(String word) {
        if (word.endsWith(".py") || word.endsWith(".sh")) {
            return word;
        }
        int value = valueAt(word);
        return word.substring(0, value) + value(word.substring(value));
    }

    /** Where a value begins: {@code --lr=0.1}, {@code lr=0.1}, {@code -b32}, {@code 0.1}. */
    private static int valueAt(String word) {
        boolean option = word.length() > 1 && word.charAt(0) == '-' && isLetter(word, 1);
        boolean longOption = word.startsWith("--");
        if (option && word.length() > 2 && isDigit(word.charAt(2))) {
            return 2;
        }
        int equals = word.indexOf('=');
        boolean named = equals > 0 && isName(word, equals);
        if (named) {
            return equals + 1;
        }
        return option || longOption ? word.length() : 0;
    }

    private static boolean isName(String word, int end) {
        boolean letter = false;
        for (int i = 0; i < end; i++) {
            char c = word.charAt(i);
            letter |= isLetter(c);
            if (!isAlphanumeric(c) && "-+_.~@/".indexOf(c) < 0) {
                return false;
            }
        }
        return letter;
    }

    private static String value(String value) {
        boolean path = value.indexOf('/') >= 0;
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < value.length()) {
            if (!isAlphanumeric(value.charAt(i))) {
                out.append(value.charAt(i));
                i++;
                continue;
            }
            int end = endOfNumber(value, i);
            if (end > i) {
                out.append(ANY);
            } else {
                end = endOfName(value, i);
                int letters = path ? lettersBeforeNumber(value, i, end) : 0;
                out.append(value, i, letters > 0 ? i + letters : end);
                if (letters > 0) {
                    out.append(ANY);
                }
            }
            i = end;
        }
        return joined(out);
    }

    /** Behind whatever counts as a number and begins here; here, if nothing does. */
    private static int endOfNumber(String value, int start) {
        if (isUuid(value, start)) {
            return start + UUID_LENGTH;
        }
        int end = endOfRun(value, start);
        String run = value.substring(start, end);
        if (isHex(run) || (isNumber(run) && endOfName(value, start) == end)) {
            return end;
        }
        char last = run.charAt(run.length() - 1);
        boolean exponent =
                (last == 'e' || last == 'E')
                        && isDigits(run, 0, run.length() - 1)
                        && end + 1 < value.length()
                        && "+-".indexOf(value.charAt(end)) >= 0
                        && isDigit(value.charAt(end + 1));
        if (exponent) {
            int behind = endOfRun(value, end + 1);
            return isDigits(value, end + 1, behind) ? behind : start;
        }
        return start;
    }

    /** Behind the run that begins here, and behind {@code .5B} if that is of {@code 1.5B}. */
    private static int endOfName(String value, int start) {
        int end = endOfRun(value, start);
        if (end + 1 >= value.length()
                || value.charAt(end) != '.'
                || !isDigits(value, start, end)
                || !isDigit(value.charAt(end + 1))) {
            return end;
        }
        int behind = endOfRun(value, end + 1);
        boolean size =
                isLetter(value, behind - 1)
                        && !isNumber(value.substring(end + 1, behind))
                        && "eE".indexOf(value.charAt(behind - 1)) < 0;
        return size ? behind : end;
    }

    /** {@code 3}, {@code 1e5}, {@code 01T10} and {@code 00Z} of a time. */
    private static boolean isNumber(String run) {
        int at = 0;
        while (at < run.length() && isDigit(run.charAt(at))) {
            at++;
        }
        if (at == 0 || at == run.length()) {
            return at > 0;
        }
        char mark = run.charAt(at);
        int end = run.endsWith("Z") ? run.length() - 1 : run.length();
        return (mark == 'Z' && at == end)
                || (mark == 'T' && isDigits(run, at + 1, end))
                || ((mark == 'e' || mark == 'E') && isDigits(run, at + 1, run.length()));
    }

    private static boolean isHex(String run) {
        if (run.length() > 2 && (run.startsWith("0x") || run.startsWith("0X"))) {
            return isHexDigits(run, 2, run.length());
        }
        boolean digit = false;
        boolean letter = false;
        for (int i = 0; i < run.length(); i++) {
            digit |= isDigit(run.charAt(i));
            letter |= isLetter(run.charAt(i));
        }
        return run.length() >= HEX_DIGITS && digit && letter && isHexDigits(run, 0, run.length());
    }

    private static boolean isUuid(String value, int start) {
        if (value.length() - start < UUID_LENGTH) {
            return false;
        }
        int at = start;
        for (int length : UUID) {
            if (endOfRun(value, at) != at + length || !isHexDigits(value, at, at + length)) {
                return false;
            }
            at += length;
            if (at < start + UUID_LENGTH && value.charAt(at) != '-') {
                return false;
            }
            at++;
        }
        return true;
    }

    /** Of a run of letters and then digits, how many letters; 0 of another. */
    private static int lettersBeforeNumber(String value, int start, int end) {
        int at = start;
        while (at < end && isLetter(value.charAt(at))) {
            at++;
        }
        boolean scheme = end < value.length() && value.charAt(end) == ':';
        return isDigits(value, at, end) && !scheme ? at - start : 0;
    }

    /** Parts of a number, a date or a list are one, and a sign is a part of it. */
    private static String joined(StringBuilder parts) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.length(); i++) {
            char c = parts.charAt(i);
            if (c == ANY) {
                any(out);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void any(StringBuilder out) {
        int last = out.length() - 1;
        if (last >= 1 && JOINTS.indexOf(out.charAt(last)) >= 0 && out.charAt(last - 1) == ANY) {
            out.setLength(last);
            return;
        }
        boolean sign =
                last >= 0
                        && "-+.".indexOf(out.charAt(last)) >= 0
                        && (last == 0 || "=,:;([{ \"'".indexOf(out.charAt(last - 1)) >= 0);
        if (sign) {
            out.setLength(last);
            any(out);
            return;
        }
        out.append(ANY);
    }

    private static int endOfRun(String value, int start) {
        int end = start;
        while (end < value.length() && isAlphanumeric(value.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return from < to;
    }

    private static boolean isHexDigits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isDigit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) {
                return false;
            }
        }
        return from < to;
    }

    private static boolean isAlphanumeric(char c) {
        return isLetter(c) || isDigit(c);
    }

    private static boolean isLetter(String text, int at) {
        return isLetter(text.charAt(at));
    }

    private static boolean isLetter(char c) {
        return Character.isLetter(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
