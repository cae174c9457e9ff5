package io.cattino.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How memory is read and written. */
final class Memories {

    static final int MILLION = 1_000_000;
    static final String AUTO = "auto";

    private static final Pattern FORM =
            Pattern.compile("(?<number>[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)\\s*(?<unit>%|[A-Za-z]*)");

    private Memories() {}

    static Memory parse(String text) {
        if (text.strip().equalsIgnoreCase(AUTO)) {
            return new Memory.Auto();
        }
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw unreadable(
                    text, "write MiB (20000), a size (20G, 20000M), a share (0.5, 50%) or auto");
        }
        BigDecimal number = new BigDecimal(form.group("number"));
        boolean point = form.group("number").contains(".");
        return switch (form.group("unit").toLowerCase(Locale.ROOT)) {
            case "" -> point ? share(text, number) : amount(text, number);
            case "%" -> share(text, number.movePointLeft(2));
            case "m", "mib" -> amount(text, number);
            case "g", "gib" -> amount(text, number.multiply(BigDecimal.valueOf(1024)));
            case "t", "tib" -> amount(text, number.multiply(BigDecimal.valueOf(1024 * 1024)));
            case "mb", "gb", "tb" ->
                    throw unreadable(
                            text,
                            "units are powers of 1024: write %sM, %sG or %sT"
                                    .formatted(
                                            form.group("number"),
                                            form.group("number"),
                                            form.group("number")));
            default -> throw unreadable(text, "the units are M (MiB), G (GiB), T (TiB) and %");
        };
    }

    static String percent(int ppm) {
        return BigDecimal.valueOf(ppm, 4).stripTrailingZeros().toPlainString() + "%";
    }

    private static Memory amount(String text, BigDecimal mib) {
        BigDecimal whole = mib.setScale(0, RoundingMode.CEILING);
        if (whole.signum() <= 0) {
            throw unreadable(text, "it must be above 0; leave it out to ask for whole devices");
        }
        if (whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw unreadable(text, "no device has that much");
        }
        return new Memory.Amount(whole.longValueExact());
    }

    private static Memory share(String text, BigDecimal fraction) {
        BigDecimal ppm = fraction.movePointRight(6).setScale(0, RoundingMode.HALF_UP);
        if (ppm.signum() <= 0 || ppm.compareTo(BigDecimal.valueOf(MILLION)) > 0) {
            throw unreadable(
                    text,
                    "a number with a point or %% is a share, above 0 and at most 1 (100%%); for a size add a unit: %sG"
                            .formatted(text.strip().replace("%", "")));
        }
        return new Memory.Share(ppm.intValueExact());
    }

    private static IllegalArgumentException unreadable(String text, String fix) {
        return new IllegalArgumentException("cannot read '%s' as memory: %s".formatted(text, fix));
    }
}
