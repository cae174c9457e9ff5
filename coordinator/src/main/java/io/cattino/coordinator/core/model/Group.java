package io.cattino.coordinator.core.model;

import java.util.Optional;

/**
 * A named folder of tasks; it exists while a task lies in it.
 *
 * @param open later submissions may add tasks
 * @param hooks what runs before its first task and after its last; empty: nothing
 */
public record Group(String fullname, boolean open, Optional<GroupHooks> hooks) {
    /** One without hooks. */
    public Group(String fullname, boolean open) {
        this(fullname, open, Optional.empty());
    }

    /** The same under another fullname. */
    public Group withFullname(String name) {
        return new Group(name, open, hooks);
    }

    /** The same, its hooks being as far as that. */
    public Group with(GroupHooks.Phase phase) {
        return new Group(fullname, open, hooks.map(own -> new GroupHooks(own.python(), phase)));
    }
}
