package io.cattino.it.sim;

/** Where the leader's process may end, around one append. */
enum CrashPoint {
    /** Stepped; nobody else will ever know. */
    BEFORE_APPEND,
    /** Some records of the batch are stored, the others never will be. */
    BETWEEN_PARTS,
    /** Sent; whether it is stored, nobody knows. */
    AFTER_APPEND,
    /** Stored, and known to be; nothing of it was done. */
    BEFORE_EFFECTS,
    /** The first effect was given out. */
    AMONG_EFFECTS,
    /** Every effect was given out, and nobody was answered. */
    BEFORE_REPLIES
}
