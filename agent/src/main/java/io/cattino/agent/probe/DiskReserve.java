package io.cattino.agent.probe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a disk has to be free for new tasks: both, so many bytes and such a share of it.
 *
 * @param bytes at least
 * @param percent of its size, at least
 */
public record DiskReserve(long bytes, int percent) {

    /** 2 GiB and 5 %. */
    public static final DiskReserve DEFAULT = new DiskReserve(2L << 30, 5);

    private static final Pattern TEXT =
            Pattern.compile("(?:(\\d{1,9})\\s*([KMGT])(?:i?B)?|0)(?:,\\s*(\\d{1,2})\\s*%)?");
    private static final int UNIT_BITS = 10;

    public DiskReserve {
        if (bytes < 0 || percent < 0 || percent > 99) {
            throw new IllegalArgumentException(
                    "no disk reserve: %d bytes, %d %%".formatted(bytes, percent));
        }
    }

    /**
     * Parses {@code 2GiB,5%}, {@code 500MiB}, {@code 0}.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static DiskReserve parse(String text) {
        Matcher reserve = TEXT.matcher(text.strip());
        if (!reserve.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a size and a share such as 2GiB,5%% or 500MiB".formatted(text));
        }
        long bytes =
                reserve.group(1) == null
                        ? 0
                        : Long.parseLong(reserve.group(1))
                                << (("KMGT".indexOf(reserve.group(2)) + 1) * UNIT_BITS);
        int percent = reserve.group(3) == null ? 0 : Integer.parseInt(reserve.group(3));
        return new DiskReserve(bytes, percent);
    }

    /** Whether there is less than that. */
    public boolean isShort(long freeBytes, long totalBytes) {
        return freeBytes < bytes || freeBytes < totalBytes / 100 * percent;
    }
}
