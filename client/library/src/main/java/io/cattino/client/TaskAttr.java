package io.cattino.client;

/**
 * An attribute of a waiting task that can be changed.
 *
 * @param <T> type of its value
 */
public final class TaskAttr<T> {

    /** Higher first. */
    public static final TaskAttr<Integer> PRIORITY = new TaskAttr<>("priority", Integer.class);

    /** Number of devices and memory on each; both are changed together. */
    public static final TaskAttr<DeviceNeed> DEVICES = new TaskAttr<>("devices", DeviceNeed.class);

    /** The last part of its fullname; before its first attempt only. */
    public static final TaskAttr<String> NAME = new TaskAttr<>("name", String.class);

    /** What it waits for, instead of what it waited for. */
    public static final TaskAttr<Parents> AFTER = new TaskAttr<>("after", Parents.class);

    /** Where it may run, all of it. */
    public static final TaskAttr<Where> WHERE = new TaskAttr<>("where", Where.class);

    private final String name;
    private final Class<T> type;

    private TaskAttr(String name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Type of its value. */
    public Class<T> type() {
        return type;
    }

    /** {@link #name()}. */
    @Override
    public String toString() {
        return name;
    }
}
