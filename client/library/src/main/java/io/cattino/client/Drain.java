package io.cattino.client;

/**
 * How a node is drained: it gets no new tasks, running ones go on until they end.
 *
 * @param why for people
 */
public record Drain(String why) {

    /** A drain for that reason. */
    public static Drain reason(String why) {
        return new Drain(why);
    }
}
