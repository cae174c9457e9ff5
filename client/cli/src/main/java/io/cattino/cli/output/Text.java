package io.cattino.cli.output;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Small rules for text. */
public final class Text {

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int DELETE = 0x7F;
    private static final int LAST_C1 = 0x9F;

    private Text() {}

    /** The text without what would move a terminal's cursor: control characters become blanks. */
    public static String oneLine(String text) {
        if (text.chars().noneMatch(Text::isControl)) {
            return text;
        }
        StringBuilder line = new StringBuilder();
        text.chars().forEach(c -> line.append(isControl(c) ? ' ' : (char) c));
        return line.toString();
    }

    private static boolean isControl(int c) {
        return c < FIRST_PRINTABLE || (c >= DELETE && c <= LAST_C1);
    }

    /** {@code 1 task}, {@code 2 tasks}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The known word that was probably meant, if one is near enough. */
    public static Optional<String> nearest(String wanted, Collection<String> known) {
        String best = null;
        int bestDistance = Math.max(1, wanted.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(wanted, candidate);
            String last = candidate.substring(candidate.lastIndexOf('/') + 1);
            if (!last.equals(candidate)) {
                distance = Math.min(distance, distance(wanted, last));
            }
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Edits between two words: insert, delete, replace, or swap two neighbours. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    now[j] = Math.min(now[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = now;
        }
        return last[b.length()];
    }

    /** The first few of many, and how many more there are. */
    public static String some(List<String> names, int most) {
        if (names.size() <= most) {
            return String.join(", ", names);
        }
        return String.join(", ", names.subList(0, most))
                + " and "
                + (names.size() - most)
                + " more";
    }
}
