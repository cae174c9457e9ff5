package io.cattino.agent.core;

import java.util.Optional;

/** Where an attempt is on this node. Instants named {@code …At} are of the monotonic clock. */
public sealed interface Phase {

    /** How a stop was asked for. */
    enum Stop {
        /** Nobody asked. */
        NONE,
        /** TERM, grace, KILL. */
        GENTLE,
        /** KILL at once. */
        FORCED
    }

    /** The leader asked for it; files are being made and the supervisor is about to be spawned. */
    record Preparing(Stop stop) implements Phase {}

    /** A supervisor was spawned (or found); its command has not been seen yet. */
    record Starting() implements Phase {}

    /** The command runs. */
    record Running() implements Phase {}

    /**
     * The leader asked to stop it, and its end has not been seen yet.
     *
     * @param stop how
     * @param signalled whether its processes got a signal; before that its start is claimed
     * @param killAt when KILL is due
     * @param killedAt when the first KILL was sent, or {@link #NEVER}
     */
    record Stopping(Stop stop, boolean signalled, long killAt, long killedAt) implements Phase {}

    /**
     * It ended; what outlived the command is being ended too.
     *
     * @param end how it ended
     * @param held whether the end may be reported only when nothing of it runs any more (its
     *     command may still run, because nobody saw it end)
     * @param reported whether the end was reported
     * @param checking whether an answer to CheckLeftovers is under way
     * @param killAt when KILL is due, or {@link #NEVER} before the first answer
     * @param killedAt when the first KILL was sent, or {@link #NEVER}
     * @param withheldAt since when no process is left, and a device is not free of it; {@link
     *     #NEVER}: that is not so
     */
    record Cleaning(
            End end,
            boolean held,
            boolean reported,
            boolean checking,
            long killAt,
            long killedAt,
            long withheldAt)
            implements Phase {

        Cleaning ending(End known) {
            return new Cleaning(known, held, reported, checking, killAt, killedAt, withheldAt);
        }

        Cleaning reported(boolean now) {
            return new Cleaning(end, held, now, checking, killAt, killedAt, withheldAt);
        }

        Cleaning checking(boolean now) {
            return new Cleaning(end, held, reported, now, killAt, killedAt, withheldAt);
        }

        Cleaning killing(long nextKillAt, long firstKillAt) {
            return new Cleaning(end, held, reported, checking, nextKillAt, firstKillAt, withheldAt);
        }

        Cleaning withheld(long since) {
            return new Cleaning(end, held, reported, checking, killAt, killedAt, since);
        }

        Cleaning killNoLaterThan(long at) {
            return killing(Math.min(killAt, at), killedAt);
        }
    }

    /**
     * Something of it survived KILL for a minute, or a device is not free of it though all is dead:
     * its devices stay withheld, and it is tried again.
     *
     * @param cleaning as it was, once the command's end is known
     * @param lastKillAt when KILL was last sent
     */
    record Stranded(Optional<Cleaning> cleaning, long lastKillAt) implements Phase {}

    /**
     * Nothing of it is left on the node.
     *
     * @param end how it ended
     * @param forgotten the leader needs it no more; buried when its last report is acknowledged
     */
    record Ended(End end, boolean forgotten) implements Phase {}

    /**
     * Only its end is remembered, so that it is never launched again.
     *
     * @param end how it ended
     * @param untilWallMs when it may be dropped
     */
    record Tombstone(End end, long untilWallMs) implements Phase {}

    /** No such instant. */
    long NEVER = Long.MAX_VALUE;
}
