package io.cattino.cli.filter;

/**
 * A status: text that equals another one however that is capitalised.
 *
 * @param text as it is told
 */
public record Word(String text) {

    boolean is(String other) {
        return text.equals(Strings.capitalize(other));
    }
}
