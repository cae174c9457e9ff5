package io.cattino.agent;

import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.Moment;
import io.cattino.agent.exec.ProcessListener;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What supervision hears, on its way to the core. Any thread.
 *
 * @param failures completes how an attempt went whose command failed; not on this thread
 */
record Ears(Consumer<Function<Moment, AgentInput>> post, Failures failures)
        implements ProcessListener {

    /** Looks into the end of a command that failed. */
    @FunctionalInterface
    interface Failures {
        /** Answers soon, on another thread, whatever goes wrong. */
        void look(AttemptId id, int code, Course course, Consumer<Course> answer);
    }

    @Override
    public void onStarted(AttemptId id, long pid, long wallMs) {
        post.accept(at -> new AgentInput.ProcessStarted(at, id, pid, wallMs));
    }

    @Override
    public void onEnded(AttemptId id, AttemptResult result, long wallMs, Course course) {
        if (result instanceof AttemptResult.Exited(int code) && code != 0) {
            failures.look(id, code, course, whole -> ended(id, result, wallMs, whole));
        } else {
            ended(id, result, wallMs, course);
        }
    }

    private void ended(AttemptId id, AttemptResult result, long wallMs, Course course) {
        post.accept(at -> new AgentInput.ProcessEnded(at, id, result, wallMs, course));
    }

    @Override
    public void onSupervisorGone(AttemptId id, boolean started, boolean stopMarked, Course course) {
        post.accept(at -> new AgentInput.SupervisorGone(at, id, started, stopMarked, course));
    }
}
