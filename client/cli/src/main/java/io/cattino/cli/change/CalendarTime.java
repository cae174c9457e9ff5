package io.cattino.cli.change;

import io.cattino.cli.output.Failure;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads times that may be cut short: {@code 2026}, {@code 2026-11}, {@code 2026-11-22}, {@code
 * 2026-11-22 08}, {@code 2026-11-22 08:14}, {@code 2026-11-22 08:14:10}.
 */
final class CalendarTime {

    private static final Pattern TEXT =
            Pattern.compile(
                    "(\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2})(?:[ T](\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2}))?)?)?)?)?");
    private static final int DECEMBER = 12;
    private static final int LAST_HOUR = 23;
    private static final int LAST_MINUTE = 59;

    private CalendarTime() {}

    /** The first second that a text means. */
    static LocalDateTime first(String option, String text) {
        return read(option, text, false);
    }

    /** The last second that a text means: {@code 2026-02} is the end of February. */
    static LocalDateTime last(String option, String text) {
        return read(option, text, true);
    }

    private static LocalDateTime read(String option, String text, boolean last) {
        Matcher parts = TEXT.matcher(text.strip());
        try {
            if (parts.matches()) {
                int month = number(parts.group(2), last ? DECEMBER : 1);
                YearMonth of = YearMonth.of(number(parts.group(1), 0), month);
                return LocalDateTime.of(
                        of.getYear(),
                        month,
                        number(parts.group(3), last ? of.lengthOfMonth() : 1),
                        number(parts.group(4), last ? LAST_HOUR : 0),
                        number(parts.group(5), last ? LAST_MINUTE : 0),
                        number(parts.group(6), last ? LAST_MINUTE : 0));
            }
        } catch (DateTimeException e) {
            throw Failure.usage(
                    "%s: there is no time '%s' (%s)".formatted(option, text, e.getMessage()));
        }
        throw Failure.usage(
                "%s: cannot read '%s' as a time".formatted(option, text),
                "write 2026, 2026-11, 2026-11-22 or '2026-11-22 08:14:10'");
    }

    private static int number(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }
}
