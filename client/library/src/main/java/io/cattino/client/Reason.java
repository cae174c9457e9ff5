package io.cattino.client;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * Why a task is in its status: why it waits, how it failed, who stopped it.
 *
 * @param code CamelCase, stable, for programs: {@code Dependency}, {@code Memory}, {@code Killed},
 *     ...; empty if there is nothing to say
 * @param text one sentence for people; may be empty
 * @param hint what would help, often a command; may be empty
 */
public record Reason(String code, String text, String hint) implements Serializable {

    private static final Reason NONE = new Reason("", "", "");

    public Reason {
        requireNonNull(code, "code");
        requireNonNull(text, "text");
        requireNonNull(hint, "hint");
    }

    /** The reason that says nothing. */
    public static Reason none() {
        return NONE;
    }

    /** Whether this says nothing. */
    public boolean isNone() {
        return code.isEmpty() && text.isEmpty();
    }

    /** The text, or the code where there is no text. */
    @Override
    public String toString() {
        return text.isEmpty() ? code : text;
    }
}
