package io.cattino.cli.output;

/** What a command ends with: a code of {@code meow}'s own, or that of the task it stands for. */
public sealed interface Ending permits Exit, Ending.OfTask {

    /** What the process exits with. */
    int code();

    /** The task's own code, passed on. */
    record OfTask(int code) implements Ending {}
}
