package io.cattino.client;

import java.util.Collection;
import java.util.List;

/**
 * What a task waits for. Immutable.
 *
 * @param names fullnames of tasks or groups (then: each of its tasks); empty: nothing
 * @param condition of all of them
 */
public record Parents(List<String> names, EdgeCondition condition) {

    public Parents {
        names = List.copyOf(names);
    }

    /** Nothing: the task starts as soon as there is room. */
    public static Parents none() {
        return new Parents(List.of(), EdgeCondition.SUCCESS);
    }

    /** The success of each of them. */
    public static Parents of(Collection<String> names) {
        return new Parents(List.copyOf(names), EdgeCondition.SUCCESS);
    }
}
