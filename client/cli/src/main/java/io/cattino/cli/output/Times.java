package io.cattino.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes times. */
public final class Times {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME_OF_DAY =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final Pattern UNITS =
            Pattern.compile(
                    "(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+(?:\\.\\d+)?)s)?(?:(\\d+)ms)?");
    private static final Pattern CLOCK = Pattern.compile("(?:(\\d+)-)?(?:(\\d+):)?(\\d+):(\\d+)");
    private static final double NANOS = 1e9;
    private static final long DAYS_SHOWN = 2;

    private Times() {}

    /** A moment for programs: RFC 3339 in UTC, always with milliseconds. */
    public static String rfc3339(Instant time) {
        return RFC_3339.format(time);
    }

    /** A moment of today, as a clock here shows it. */
    public static String clock(Instant time) {
        return TIME_OF_DAY.format(time.atZone(ZoneId.systemDefault()));
    }

    /** A span in one short word: {@code 5s}, {@code 14m}, {@code 3h}, {@code 2d}. */
    public static String rough(Duration span) {
        Duration positive = span.isNegative() ? Duration.ZERO : span;
        if (positive.toDays() >= DAYS_SHOWN) {
            return positive.toDays() + "d";
        }
        if (positive.toHours() > 0) {
            return positive.toHours() + "h";
        }
        return positive.toMinutes() > 0 ? positive.toMinutes() + "m" : positive.toSeconds() + "s";
    }

    /**
     * A span with its two largest units: {@code 5s}, {@code 13m02s}, {@code 1h58m}, {@code 3d04h}.
     */
    public static String exact(Duration span) {
        Duration positive = span.isNegative() ? Duration.ZERO : span;
        if (positive.toDays() > 0) {
            return "%dd%02dh".formatted(positive.toDays(), positive.toHoursPart());
        }
        if (positive.toHours() > 0) {
            return "%dh%02dm".formatted(positive.toHours(), positive.toMinutesPart());
        }
        return positive.toMinutes() > 0
                ? "%dm%02ds".formatted(positive.toMinutes(), positive.toSecondsPart())
                : positive.toSeconds() + "s";
    }

    /** A span for programs, in whole seconds; null stays null. */
    public static @Nullable Long seconds(@Nullable Duration span) {
        return span == null ? null : span.toSeconds();
    }

    /**
     * What is left of a span, as {@link #exact} but rounded up: nothing is left only at its end.
     */
    public static String left(Duration span) {
        return exact(span.plusNanos((long) NANOS - 1));
    }

    /**
     * Reads {@code 90} (seconds), {@code 1.5s}, {@code 30m}, {@code 2h30m}, {@code 1d}, {@code
     * 500ms}, {@code 1-12:00:00}.
     *
     * @throws IllegalArgumentException for anything else, and for more than there can be
     */
    public static Duration parse(String text) {
        try {
            return read(text);
        } catch (ArithmeticException | NumberFormatException _) {
            throw unreadable(text);
        }
    }

    private static Duration read(String text) {
        if (text.matches("\\d+(\\.\\d+)?")) {
            return ofSeconds(text);
        }
        Matcher clock = CLOCK.matcher(text);
        if (clock.matches()) {
            return Duration.ofDays(number(clock.group(1)))
                    .plusHours(number(clock.group(2)))
                    .plusMinutes(number(clock.group(3)))
                    .plusSeconds(number(clock.group(4)));
        }
        Matcher units = UNITS.matcher(text);
        if (!text.isEmpty() && units.matches()) {
            return Duration.ofDays(number(units.group(1)))
                    .plusHours(number(units.group(2)))
                    .plusMinutes(number(units.group(3)))
                    .plus(ofSeconds(units.group(4) == null ? "0" : units.group(4)))
                    .plusMillis(number(units.group(5)));
        }
        throw unreadable(text);
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "cannot read '%s' as a duration: write 90 (seconds), 30m, 2h30m or 1-12:00:00"
                        .formatted(text));
    }

    /**
     * Reads a moment: {@code 2026-11-22T08:00:00Z}, with any offset from UTC; {@code 10m} is that
     * long ago.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Instant moment(String text, InstantSource clock) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            return clock.instant().minus(parse(text));
        }
    }

    private static Duration ofSeconds(String text) {
        return Duration.ofNanos((long) (Double.parseDouble(text) * NANOS));
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseLong(text);
    }
}
