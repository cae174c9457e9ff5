package io.cattino.agent;

import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.Moment;
import io.cattino.agent.core.Shortage;
import io.cattino.agent.exec.ProcessListener;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What supervision hears, on its way to the core. Any thread.
 *
 * @param shortages whether memory was short when a command ended with some code
 */
record Ears(
        Consumer<Function<Moment, AgentInput>> post,
        BiFunction<AttemptId, Integer, Optional<Shortage>> shortages)
        implements ProcessListener {

    @Override
    public void onStarted(AttemptId id, long pid, long wallMs) {
        post.accept(at -> new AgentInput.ProcessStarted(at, id, pid, wallMs));
    }

    @Override
    public void onEnded(AttemptId id, AttemptResult result, long wallMs, Course course) {
        Course whole =
                result instanceof AttemptResult.Exited(int code)
                        ? shortages.apply(id, code).map(course::with).orElse(course)
                        : course;
        post.accept(at -> new AgentInput.ProcessEnded(at, id, result, wallMs, whole));
    }

    @Override
    public void onSupervisorGone(AttemptId id, boolean started, boolean stopMarked, Course course) {
        post.accept(at -> new AgentInput.SupervisorGone(at, id, started, stopMarked, course));
    }
}
