package io.cattino.coordinator.core.model;

/**
 * A named folder of tasks; it exists while a task lies in it.
 *
 * @param open later submissions may add tasks
 */
public record Group(String fullname, boolean open) {}
