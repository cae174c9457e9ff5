package io.cattino.client;

/**
 * Another task that a task waits for.
 *
 * @param taskId its id; 0 once it was removed
 * @param fullname its fullname
 * @param condition when it counts as satisfied
 * @param satisfied whether it does
 */
public record ParentInfo(
        long taskId, String fullname, EdgeCondition condition, boolean satisfied) {}
