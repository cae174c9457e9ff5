package io.cattino.agent.core;

/**
 * The end of an attempt, as it is reported and kept; it never changes once it was reported.
 *
 * @param result how it ended
 * @param wallMs when, in milliseconds since 1970-01-01 UTC
 * @param leftovers processes that outlived the command and are killed
 * @param course what came before
 */
public record End(AttemptResult result, long wallMs, int leftovers, Course course) {

    End withLeftovers(int count) {
        return new End(result, wallMs, Math.max(leftovers, count), course);
    }
}
