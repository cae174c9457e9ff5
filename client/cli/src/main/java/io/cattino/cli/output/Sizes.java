package io.cattino.cli.output;

import java.util.Locale;

/** Sizes of files in words. */
public final class Sizes {

    private static final long UNIT = 1024;
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    private static final int GIB = 3;

    private Sizes() {}

    /** {@code 12 bytes}, {@code 300 MiB}, {@code 9.2 GiB}. */
    public static String of(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < UNITS.length - 1) {
            value /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, unit < GIB ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
