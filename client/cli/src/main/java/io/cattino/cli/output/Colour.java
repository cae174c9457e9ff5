package io.cattino.cli.output;

/** What text may look like on a terminal; never the only bearer of a meaning. */
public enum Colour {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33");

    private final String code;

    Colour(String code) {
        this.code = code;
    }

    /** The text in this colour, if colours are on. */
    public String paint(String text, boolean on) {
        return !on || this == PLAIN || text.isEmpty()
                ? text
                : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
