package io.cattino.coordinator.core.model;

/** Why a task waits again after an attempt, and what that counts against. */
public enum Requeue {
    /** Exit code 100: counts against {@code retry-limit}. */
    RETRY,
    /** The attempt vanished or its node was lost: counts against the crash limit. */
    CRASH,
    /** The node could not start it: counts against nothing; 20 in a row hold the task. */
    INFRASTRUCTURE,
    /** Its node was to be emptied: counts against nothing. */
    DRAIN,
    /** It had too little memory, and is to be tried again: counts against {@code retry-limit}. */
    OUT_OF_MEMORY
}
