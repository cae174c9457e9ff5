package io.cattino.agent.core;

/**
 * The end of an attempt, as it is reported and kept; it never changes once it was reported.
 *
 * @param result how it ended
 * @param wallMs when, in milliseconds since 1970-01-01 UTC
 * @param leftovers processes that outlived the command and are killed
 * @param groupsStarted groups whose on_start it was to run and that is over, outer before inner
 */
public record End(AttemptResult result, long wallMs, int leftovers, int groupsStarted) {

    End withLeftovers(int count) {
        return new End(result, wallMs, Math.max(leftovers, count), groupsStarted);
    }
}
