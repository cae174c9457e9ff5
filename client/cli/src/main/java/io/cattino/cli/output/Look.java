package io.cattino.cli.output;

/**
 * How people want to see something.
 *
 * @param width columns there are
 * @param colours whether there are colours
 * @param header whether titles and sums are wanted, not only the rows
 * @param wide whether everything is wanted, however wide
 * @param flat whether the rows have an order of their own, so that they are no tree
 */
public record Look(int width, boolean colours, boolean header, boolean wide, boolean flat) {

    /** As many columns as it takes. */
    public static final int UNLIMITED = Integer.MAX_VALUE / 2;
}
