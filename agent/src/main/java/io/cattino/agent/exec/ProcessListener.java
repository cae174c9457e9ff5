package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;

/**
 * Hears what becomes of commands, each at most once per agent; on any thread, must not block. With
 * an end comes what its records tell of how it went before.
 */
public interface ProcessListener {

    /** The command runs as {@code pid}. */
    void onStarted(AttemptId id, long pid, long wallMs);

    /** The command ended, with 128+n for signal n. */
    void onEnded(AttemptId id, AttemptResult result, long wallMs, Course course);

    /** The supervisor is gone and left no code. */
    void onSupervisorGone(AttemptId id, boolean started, boolean stopMarked, Course course);
}
