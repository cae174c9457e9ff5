package io.cattino.coordinator.wire;

import io.cattino.coordinator.core.model.Limits;

/**
 * Text from outside, made fit to be stored and shown: never too long, never half a character, and
 * nothing in it that can steer a terminal. Stateless; any thread.
 */
public final class Texts {
    private static final String CUT = "…";
    private static final int CUT_BYTES = 3;
    private static final int REPLACEMENT = 0xFFFD;

    private Texts() {}

    /** Length in UTF-8. */
    public static int bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            bytes += bytes(c);
            i += Character.charCount(c);
        }
        return bytes;
    }

    private static int bytes(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    /** At most so many bytes of it, whole characters; what was left out shows as an ellipsis. */
    public static String cut(String text, int maxBytes) {
        int bytes = 0;
        int kept = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            bytes += bytes(c);
            if (bytes > maxBytes) {
                return text.substring(0, kept) + CUT;
            }
            if (bytes <= maxBytes - CUT_BYTES) {
                kept = i;
            }
        }
        return text;
    }

    /** At most 1 KiB of it, visible. */
    public static String sentence(String text) {
        return clean(text, Limits.MAX_TEXT_BYTES);
    }

    /** At most 256 bytes of it, visible, for names of models and the like. */
    public static String word(String text) {
        return clean(text, Limits.MAX_WORD_BYTES);
    }

    /** At most so many bytes of it, with everything replaced that is not visible. */
    public static String clean(String text, int maxBytes) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() <= maxBytes; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            out.appendCodePoint(visible(c) ? c : c == '\n' || c == '\t' ? ' ' : REPLACEMENT);
        }
        return cut(out.toString(), maxBytes);
    }

    private static boolean visible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
