package io.cattino.coordinator.core.model;

/**
 * Whether a task that ended for want of memory is tried again, and how much more it then asks for.
 *
 * @param permille what is asked for is multiplied by so many thousandths, above 1,000; 0: it is not
 *     tried again
 */
public record OomRetry(int permille) {
    /** It fails. */
    public static final OomRetry NONE = new OomRetry(0);

    /** Below it, a task would be tried a dozen times for a gibibyte. */
    public static final int LEAST = 1_100;

    /** Above it, one might as well ask for a whole device. */
    public static final int MOST = 10_000;

    /** Whether it is tried again at all. */
    public boolean wanted() {
        return permille > 0;
    }

    /** So much more, rounded up. */
    public long raise(long amount) {
        return Math.ceilDiv(amount * permille, 1_000L);
    }
}
