package io.cattino.client;

/** When a dependency counts as satisfied. */
public enum EdgeCondition {
    /** Every task before it is Done. */
    SUCCESS,
    /** Every task before it has ended, however. */
    ANY
}
