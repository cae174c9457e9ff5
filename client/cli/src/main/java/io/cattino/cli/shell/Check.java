package io.cattino.cli.shell;

import io.cattino.cli.output.Colour;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was found out about one thing.
 *
 * @param subject what it is about, in a word
 * @param verdict whether it is as it should be
 * @param text what there is
 * @param fix what to do about it; empty if nothing
 */
record Check(String subject, Verdict verdict, String text, String fix) {

    /** How it is. */
    enum Verdict {
        /** As it should be. */
        OK("✓", "ok", Colour.GREEN),
        /** It works, and yet somebody may wonder one day. */
        WARNING("!", "warning", Colour.YELLOW),
        /** It does not work. */
        ERROR("✗", "error", Colour.RED);

        private final String glyph;
        private final String word;
        private final Colour colour;

        Verdict(String glyph, String word, Colour colour) {
            this.glyph = glyph;
            this.word = word;
            this.colour = colour;
        }

        String glyph() {
            return glyph;
        }

        /** For programs. */
        String word() {
            return word;
        }

        Colour colour() {
            return colour;
        }
    }

    static Check ok(String subject, String text) {
        return new Check(subject, Verdict.OK, text, "");
    }

    static Check warning(String subject, String text, String fix) {
        return new Check(subject, Verdict.WARNING, text, fix);
    }

    static Check error(String subject, String text, String fix) {
        return new Check(subject, Verdict.ERROR, text, fix);
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("check", subject);
        fields.put("status", verdict.word());
        fields.put("text", text);
        fields.put("fix", fix);
        return fields;
    }
}
