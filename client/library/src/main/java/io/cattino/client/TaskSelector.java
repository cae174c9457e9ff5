package io.cattino.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The objects of a command: tasks and groups by fullname, or all tasks that the command applies to.
 * Immutable.
 *
 * @param names fullnames of tasks or groups; empty if {@code all}
 * @param all every task
 */
public record TaskSelector(List<String> names, boolean all) {

    /**
     * Checks the two.
     *
     * @throws IllegalArgumentException if there are names and {@code all}, or neither
     */
    public TaskSelector {
        names = List.copyOf(names);
        if (all != names.isEmpty()) {
            throw new IllegalArgumentException(
                    all ? "all tasks, or names: not both" : "name at least one task");
        }
    }

    /** Tasks and groups by fullname. */
    public static TaskSelector names(Collection<String> fullnames) {
        return new TaskSelector(List.copyOf(fullnames), false);
    }

    /** Tasks and groups by fullname. */
    public static TaskSelector names(String first, String... more) {
        List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(List.of(more));
        return new TaskSelector(all, false);
    }

    /** Every task that the command applies to. */
    public static TaskSelector everything() {
        return new TaskSelector(List.of(), true);
    }
}
