package io.cattino.client;

/** Which of an attempt's files. */
public enum LogKind {
    /** What the command wrote to its standard output. */
    STDOUT,
    /** What the command wrote to its standard error. */
    STDERR,
    /** What the task's hooks wrote. */
    HOOKS
}
