package io.cattino.client;

/**
 * Memory on a device: an amount in MiB, a share of the device's own total, or what earlier runs of
 * the same work took.
 */
public sealed interface Memory {

    /**
     * An amount.
     *
     * @param mib MiB, above 0
     */
    record Amount(long mib) implements Memory {
        /**
         * Checks the amount.
         *
         * @throws IllegalArgumentException unless it is above 0
         */
        public Amount {
            if (mib <= 0) {
                throw new IllegalArgumentException(
                        "memory must be above 0 MiB, not %d; leave it out to ask for whole devices"
                                .formatted(mib));
            }
        }

        @Override
        public String toString() {
            return mib + " MiB";
        }
    }

    /**
     * A share of the device's total.
     *
     * @param ppm parts per million, 1 to 1,000,000
     */
    record Share(int ppm) implements Memory {
        /**
         * Checks the share.
         *
         * @throws IllegalArgumentException if it is out of range
         */
        public Share {
            if (ppm < 1 || ppm > Memories.MILLION) {
                throw new IllegalArgumentException(
                        "a share must be above 0 and at most 1 (100%%), not %s"
                                .formatted(Memories.percent(ppm)));
            }
        }

        /** The share as a number: above 0, at most 1. */
        public double fraction() {
            return (double) ppm / Memories.MILLION;
        }

        @Override
        public String toString() {
            return Memories.percent(ppm);
        }
    }

    /**
     * As much as the highest of the newest runs of the same work used, a tenth more and 256 MiB at
     * least; a whole device where no run has been measured yet. What is the same work the server
     * tells by its submitter, directory, command and variables; runs that differ only in numbers
     * and the like speak for each other.
     */
    record Auto() implements Memory {
        @Override
        public String toString() {
            return Memories.AUTO;
        }
    }

    /** As much as earlier runs of the same work used, and a margin. */
    static Memory auto() {
        return new Auto();
    }

    /**
     * An amount in MiB.
     *
     * @throws IllegalArgumentException unless it is above 0
     */
    static Memory mib(long mib) {
        return new Amount(mib);
    }

    /**
     * An amount in GiB.
     *
     * @throws IllegalArgumentException unless it is above 0
     */
    static Memory gib(long gib) {
        return new Amount(Math.multiplyExact(gib, 1024L));
    }

    /**
     * A share of the device's total.
     *
     * @param fraction above 0, at most 1; rounded to parts per million
     * @throws IllegalArgumentException for any other number
     */
    static Memory fraction(double fraction) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException(
                    "a share must be above 0 and at most 1, not " + fraction);
        }
        return new Share(Math.max(1, (int) Math.round(fraction * Memories.MILLION)));
    }

    /**
     * Reads what people write: an integer is MiB ({@code 20000}), a unit may follow ({@code
     * 20000M}, {@code 20000MiB}, {@code 20G}, {@code 1.5GiB}, {@code 1T}), a bare number with a
     * point or a percent sign is a share ({@code 0.5}, {@code 50%}); {@code auto} is what earlier
     * runs used.
     *
     * @throws IllegalArgumentException for anything else; the message names the value and what to
     *     write instead
     */
    static Memory parse(String text) {
        return Memories.parse(text);
    }
}
