package io.cattino.agent.exec;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of an attempt's logs stays on the disk: all of it up to a size. Of logs beyond that, the
 * beginning and the end of each.
 *
 * @param bytes of all logs of an attempt together
 */
public record LogCap(long bytes) {

    /** 1 GiB: 1 MiB and 256 MiB of each log are kept. */
    public static final LogCap DEFAULT = new LogCap(1L << 30);

    /** Smaller ones would keep less than a page of a beginning. */
    private static final long LEAST = 4L << 20;

    private static final int HEADS = 1024;
    private static final int TAILS = 4;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([KMGT])(i?B)?");
    private static final int UNIT_BITS = 10;

    public LogCap {
        if (bytes < LEAST) {
            throw new IllegalArgumentException(
                    "a log cap of %d bytes is less than %d MiB".formatted(bytes, LEAST >> 20));
        }
    }

    /**
     * Parses {@code 500MiB}, {@code 2G}.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static LogCap parse(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a size such as 500MiB or 2GiB".formatted(text));
        }
        int unit = "KMGT".indexOf(size.group(2)) + 1;
        return new LogCap(Long.parseLong(size.group(1)) << (unit * UNIT_BITS));
    }

    /** So much of the beginning is kept; a power of two, as file systems drop whole blocks. */
    long head() {
        return Long.highestOneBit(bytes / HEADS);
    }

    /** Up to which byte a log of that size is dropped, from {@link #head} on. */
    long dropTo(long size) {
        long tail = size - bytes / TAILS;
        return tail <= 0 ? 0 : tail / head() * head();
    }

    /** {@code 1 GiB}. */
    @Override
    public String toString() {
        int unit = Math.min(4, Long.numberOfTrailingZeros(bytes) / UNIT_BITS);
        return unit == 0
                ? bytes + " bytes"
                : String.format(
                        Locale.ROOT,
                        "%d %siB",
                        bytes >> (unit * UNIT_BITS),
                        "KMGT".charAt(unit - 1));
    }
}
