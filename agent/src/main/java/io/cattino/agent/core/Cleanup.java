package io.cattino.agent.core;

import static io.cattino.agent.core.Phase.NEVER;

import java.util.Optional;

/** From the end of an attempt's command until nothing of it is left: count, TERM, KILL, release. */
final class Cleanup {

    private final CoreState state;

    Cleanup(CoreState state) {
        this.state = state;
    }

    /** Its command ended, or its end was not seen ({@code held}: the command may still run). */
    void begin(Attempt attempt, End end, boolean held) {
        boolean killed =
                attempt.phase() instanceof Phase.Stopping stopping && stopping.killedAt() != NEVER;
        Attempt ended = killed ? attempt.graceless() : attempt;
        state.put(ended.in(new Phase.Cleaning(end, held, false, true, NEVER, NEVER, NEVER)));
        state.emit(new AgentEffect.CheckLeftovers(attempt.id()));
    }

    void onLeftovers(Attempt attempt, Phase.Cleaning before, AgentInput.LeftoversCounted counted) {
        int alive = counted.alive();
        Moment at = counted.at();
        Phase.Cleaning cleaning = before.checking(false);
        boolean first = cleaning.killAt() == NEVER;
        if (first && alive > 0) {
            cleaning = cleaning.ending(endOf(cleaning.end(), alive));
        }
        if ((!cleaning.held() || alive == 0) && !cleaning.reported()) {
            reportEnd(attempt.id(), cleaning.end());
            cleaning = cleaning.reported(true);
        }
        if (alive == 0) {
            Phase.Cleaning now = cleaning;
            counted.withheld()
                    .ifPresentOrElse(
                            text -> withhold(attempt, now, text, at),
                            () -> finish(attempt, now, at));
            return;
        }
        cleaning = cleaning.withheld(NEVER);
        if (first) {
            long grace = Math.min(state.limits.leftoverGraceMs(), attempt.graceMs());
            cleaning = cleaning.killing(at.monoMs() + grace, NEVER);
            state.signal(attempt.id(), SignalKind.TERM);
        }
        state.put(attempt.in(cleaning));
    }

    /** All of it is dead, and its driver does not say so yet: it is asked again. */
    private void withhold(Attempt attempt, Phase.Cleaning cleaning, String text, Moment at) {
        long since = cleaning.withheldAt() == NEVER ? at.monoMs() : cleaning.withheldAt();
        // Half as long as for processes: there is nothing left to be killed.
        if (at.monoMs() - since >= state.limits.strandedAfterMs() / 2) {
            strand(attempt, Optional.of(cleaning.withheld(since)), text, at);
        } else {
            state.put(attempt.in(cleaning.withheld(since)));
        }
    }

    private static End endOf(End end, int alive) {
        return end.result() instanceof AttemptResult.NotStarted
                ? new End(
                        new AttemptResult.Vanished(
                                "Processes of it were found, but no record of it."),
                        end.wallMs(),
                        alive,
                        end.course())
                : end.withLeftovers(alive);
    }

    void tick(Attempt attempt, Phase.Cleaning before, Moment at) {
        long now = at.monoMs();
        Phase.Cleaning cleaning = before;
        boolean dead = cleaning.withheldAt() != NEVER;
        if (!dead && cleaning.killAt() != NEVER && now >= cleaning.killAt()) {
            long killedAt = cleaning.killedAt();
            if (killedAt != NEVER && now - killedAt >= state.limits.strandedAfterMs()) {
                strand(attempt, Optional.of(cleaning), alive(), at);
                return;
            }
            state.signal(attempt.id(), SignalKind.KILL);
            cleaning =
                    cleaning.killing(
                            now + state.limits.killAgainMs(), killedAt == NEVER ? now : killedAt);
        }
        if (!cleaning.checking()) {
            state.emit(new AgentEffect.CheckLeftovers(attempt.id()));
            cleaning = cleaning.checking(true);
        }
        state.put(attempt.in(cleaning));
    }

    /** What is told of an attempt whose processes do not die. */
    String alive() {
        return "Processes of it are alive %d s after KILL."
                .formatted(state.limits.strandedAfterMs() / 1_000);
    }

    void strand(Attempt attempt, Optional<Phase.Cleaning> cleaning, String text, Moment at) {
        state.put(attempt.in(new Phase.Stranded(cleaning, at.monoMs())));
        state.report(attempt.id(), at.wallMs(), new Report.Event.Stranded(text));
    }

    void finish(Attempt attempt, Phase.Cleaning cleaning, Moment at) {
        if (!cleaning.reported()) {
            reportEnd(attempt.id(), cleaning.end());
        }
        release(attempt, cleaning.end(), at);
    }

    void release(Attempt attempt, End end, Moment at) {
        state.put(attempt.in(new Phase.Ended(end, false)));
        state.report(attempt.id(), at.wallMs(), new Report.Event.Released());
    }

    void reportEnd(AttemptId id, End end) {
        state.emit(new AgentEffect.PersistEnd(id, end));
        state.report(id, end.wallMs(), new Report.Event.Ended(end));
    }
}
