package io.cattino.it.sim;

import java.util.List;

/** A bug that is put in on purpose, to see that the simulation finds it. */
enum Planted {
    /** The product as it is. */
    NONE,
    /** The store takes a record of whoever writes, whatever the epoch. */
    EPOCH_UNCHECKED,
    /** Effects are released and clients answered before the append is durable. */
    ANSWERED_BEFORE_DURABLE,
    /** A leader that has not heard of ZooKeeper for long answers reads from what it knows. */
    READS_WITHOUT_LEASE,
    /** The leader changes its state by a fact that it does not journal. */
    FACT_NOT_JOURNALED,
    /**
     * An agent that starts anew does not know what epoch it obeyed; and no lease keeps a leader
     * that was replaced from welcoming it.
     */
    AGENT_FORGETS_EPOCH,
    /** An agent that claims the start of an attempt leaves no mark that a supervisor would see. */
    START_MARK_FORGOTTEN,
    /** The agent's hello leaves out what it found running at its start. */
    RECOVERED_NOT_TOLD,
    /** The agent tells that an attempt is over when it has sent the signal. */
    KILL_BELIEVED,
    /** The agent does not send again what was not acknowledged. */
    REPORT_SENT_ONCE,
    /** The leader believes a release before the end: it gives the device away. */
    RELEASED_TOO_EARLY,
    /** The fence does not look while the agent does not run. */
    FENCE_DIES_WITH_AGENT,
    /** What the agent counts of an attempt's processes leaves out those that outlived it. */
    LEFTOVERS_NOT_COUNTED;

    /** Some of the invariants that it breaks: which one first is chance. */
    List<String> breaks() {
        return switch (this) {
            case NONE -> List.of();
            case EPOCH_UNCHECKED -> List.of("I1", "I3", "I7", "I8", "reads");
            case ANSWERED_BEFORE_DURABLE -> List.of("I1", "I8", "reads");
            case READS_WITHOUT_LEASE -> List.of("reads");
            case FACT_NOT_JOURNALED -> List.of("I8");
            case AGENT_FORGETS_EPOCH -> List.of("I7");
            case RECOVERED_NOT_TOLD, FENCE_DIES_WITH_AGENT -> List.of("I3");
            // Its task is placed again, or another where it still runs.
            case START_MARK_FORGOTTEN -> List.of("I3", "I6");
            case KILL_BELIEVED -> List.of("I3", "I5", "I6");
            case REPORT_SENT_ONCE -> List.of("I4");
            case RELEASED_TOO_EARLY, LEFTOVERS_NOT_COUNTED -> List.of("I5", "I6");
        };
    }

    /** Whether a leader answers though it has not heard for long that it is one. */
    boolean leaseless() {
        return this == READS_WITHOUT_LEASE || this == AGENT_FORGETS_EPOCH;
    }
}
