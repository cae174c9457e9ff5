package io.cattino.cli.filter;

/**
 * One word of an expression.
 *
 * @param kind what it is
 * @param text as it was written; of a string what it stands for
 * @param at where it begins
 */
record Token(Kind kind, String text, int at) {

    enum Kind {
        NAME,
        INTEGER,
        DECIMAL,
        STRING,
        SYMBOL,
        END
    }

    boolean is(String word) {
        return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(word);
    }
}
