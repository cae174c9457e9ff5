package io.cattino.agent.core;

import static io.cattino.agent.core.Phase.NEVER;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How one attempt moves from phase to phase. What does not fit its phase is ignored. */
final class AttemptLifecycle {

    /** What a shell calls a process that was ended by KILL. */
    private static final int KILLED = 128 + 9;

    private final CoreState state;
    private final Cleanup cleanup;

    AttemptLifecycle(CoreState state) {
        this.state = state;
        this.cleanup = new Cleanup(state);
    }

    void onRecovered(AgentInput.Recovered recovered) {
        Attempt attempt =
                new Attempt(
                        recovered.id(),
                        recovered.devices(),
                        recovered.graceMs(),
                        new Phase.Starting(),
                        0,
                        0,
                        0);
        switch (recovered.found()) {
            case AgentInput.Found.Alive _ -> state.put(attempt);
            case AgentInput.Found.Ordered _ -> {
                state.put(attempt);
                state.emit(new AgentEffect.ClaimStarted(attempt.id()));
            }
            case AgentInput.Found.Gone(boolean stopMarked, Course course) ->
                    cleanup.begin(attempt, unseenEnd(stopMarked, recovered.at(), course), true);
            case AgentInput.Found.Decided(End end) -> cleanup.begin(attempt, end, false);
            case AgentInput.Found.Orphan(long pid, long startWallMs) ->
                    onOrphan(attempt.started(pid, startWallMs));
            case AgentInput.Found.Buried(End end, long untilWallMs) ->
                    state.put(attempt.in(new Phase.Tombstone(end, untilWallMs)));
        }
    }

    /** It runs on until the leader, who hears of it by the Hello, wants it stopped. */
    private void onOrphan(Attempt attempt) {
        Attempt known = state.find(attempt.id());
        if (known == null) {
            state.put(attempt.in(new Phase.Running()));
        } else if (known.isReleased()) {
            state.signal(attempt.id(), SignalKind.KILL); // the leader believes that nothing is left
        }
    }

    void onSpawned(AgentInput.Spawned spawned) {
        Attempt attempt = state.find(spawned.id());
        if (attempt == null || !(attempt.phase() instanceof Phase.Preparing(Phase.Stop stop))) {
            return;
        }
        if (stop == Phase.Stop.NONE) {
            state.put(attempt.in(new Phase.Starting()));
        } else {
            claimBeforeStop(attempt, stop);
        }
    }

    void onSpawnFailed(AgentInput.SpawnFailed failed) {
        Attempt attempt = state.find(failed.id());
        if (attempt != null && attempt.phase() instanceof Phase.Preparing) {
            End end = new End(failed.result(), failed.at().wallMs(), 0, Course.NONE);
            cleanup.reportEnd(attempt.id(), end);
            cleanup.release(attempt, end, failed.at());
        }
    }

    void onProcessStarted(AgentInput.ProcessStarted started) {
        Attempt attempt = state.find(started.id());
        if (attempt == null || attempt.pid() != 0) {
            return;
        }
        Attempt running = attempt.started(started.pid(), started.startWallMs());
        switch (attempt.phase()) {
            case Phase.Preparing(Phase.Stop stop) -> {
                reportStarted(running);
                run(running, stop, started.at());
            }
            case Phase.Starting _ -> {
                reportStarted(running);
                run(running, Phase.Stop.NONE, started.at());
            }
            case Phase.Stopping stopping -> {
                reportStarted(running);
                state.put(running);
                if (stopping.signalled()) {
                    // The command may have been born after the signal.
                    boolean killed = stopping.killedAt() != NEVER;
                    state.signal(running.id(), killed ? SignalKind.KILL : SignalKind.TERM);
                }
            }
            case Phase.Running _,
                    Phase.Cleaning _,
                    Phase.Stranded _,
                    Phase.Ended _,
                    Phase.Tombstone _ -> {}
        }
    }

    private void run(Attempt attempt, Phase.Stop stop, Moment at) {
        Attempt running = attempt.in(new Phase.Running());
        switch (stop) {
            case NONE -> state.put(running);
            case GENTLE -> stop(running, SignalKind.TERM, at);
            case FORCED -> stop(running, SignalKind.KILL, at);
        }
    }

    void onProcessEnded(AgentInput.ProcessEnded ended) {
        Attempt attempt = state.find(ended.id());
        if (attempt != null && isUnended(attempt.phase())) {
            End end =
                    orFailed(
                            ended.id(),
                            new End(ended.result(), ended.endWallMs(), 0, ended.course()));
            // A fence marks an attempt before it kills it: the mark alone proves nothing.
            boolean fenced = ended.result() instanceof AttemptResult.Fenced;
            cleanup.begin(fenced ? attempt.graceless() : attempt, end, fenced);
        }
    }

    /**
     * Remembers that a device of a running attempt has failed, and kills it if it is to end. One
     * that is stopped anyhow is left to that, and one that has not started yet finds out by itself.
     */
    void fail(Attempt attempt, AgentInput.DeviceFailed failed) {
        if (attempt.phase() instanceof Phase.Running) {
            state.failures.put(attempt.id(), new CoreState.Failure(failed.why(), failed.kill()));
            if (failed.kill()) {
                stop(attempt, SignalKind.KILL, failed.at());
            }
        }
    }

    /** What it did under the blow says nothing of its work: then it is tried again. */
    private End orFailed(AttemptId id, End end) {
        CoreState.Failure failure = state.failures.remove(id);
        if (failure == null
                || !(end.result() instanceof AttemptResult.Exited(int code))
                || code == 0) {
            return end;
        }
        return failure.killed()
                ? new End(
                        new AttemptResult.Vanished(failure.why()),
                        end.wallMs(),
                        end.leftovers(),
                        end.course())
                : new End(
                        end.result(),
                        end.wallMs(),
                        end.leftovers(),
                        end.course().with(failure.why()));
    }

    void onSupervisorGone(AgentInput.SupervisorGone gone) {
        Attempt attempt = state.find(gone.id());
        if (attempt == null || !isUnended(attempt.phase())) {
            return;
        }
        CoreState.Failure failure = state.failures.remove(attempt.id());
        boolean killed = gone.stopMarked() || wasKilled(attempt.phase());
        if (failure != null && failure.killed()) {
            AttemptResult result = new AttemptResult.Vanished(failure.why());
            cleanup.begin(attempt, new End(result, gone.at().wallMs(), 0, gone.course()), true);
        } else if (gone.started() || attempt.pid() != 0) {
            cleanup.begin(attempt, unseenEnd(killed, gone.at(), gone.course()), true);
        } else {
            state.emit(new AgentEffect.ClaimStarted(attempt.id()));
        }
    }

    void onStartClaimed(AgentInput.StartClaimed claimed) {
        Attempt attempt = state.find(claimed.id());
        if (attempt == null || !isUnended(attempt.phase())) {
            return;
        }
        if (claimed.claim() == AgentInput.Claim.UNKNOWN) {
            state.claimAgain.put(attempt.id(), claimed.at().monoMs() + state.limits.killAgainMs());
        } else if (claimed.claim() == AgentInput.Claim.WON && attempt.pid() == 0) {
            AttemptResult result =
                    new AttemptResult.NotStarted(
                            "SupervisorGone", "Its supervisor did not start it.");
            cleanup.begin(attempt, new End(result, claimed.at().wallMs(), 0, Course.NONE), true);
        } else if (attempt.phase() instanceof Phase.Stopping stopping && !stopping.signalled()) {
            signalFirst(attempt, stopping.stop(), claimed.at());
        }
    }

    void onLeftovers(AgentInput.LeftoversCounted counted) {
        Attempt attempt = state.find(counted.id());
        if (attempt == null) {
            return;
        }
        switch (attempt.phase()) {
            case Phase.Cleaning cleaning -> cleanup.onLeftovers(attempt, cleaning, counted);
            case Phase.Stranded(Optional<Phase.Cleaning> cleaning, _) -> {
                boolean free = counted.alive() == 0 && counted.withheld().isEmpty();
                if (cleaning.isPresent() && free) {
                    cleanup.finish(attempt, cleaning.get(), counted.at());
                }
            }
            case Phase.Preparing _,
                    Phase.Starting _,
                    Phase.Running _,
                    Phase.Stopping _,
                    Phase.Ended _,
                    Phase.Tombstone _ -> {}
        }
    }

    /** Stops the attempt, whose command is new. */
    void stop(Attempt attempt, SignalKind kind, Moment at) {
        Phase.Stop wanted = kind == SignalKind.KILL ? Phase.Stop.FORCED : Phase.Stop.GENTLE;
        switch (attempt.phase()) {
            case Phase.Preparing(Phase.Stop before) ->
                    state.put(
                            attempt.in(
                                    new Phase.Preparing(
                                            before == Phase.Stop.FORCED ? before : wanted)));
            case Phase.Starting _ -> claimBeforeStop(attempt, wanted);
            case Phase.Running _ -> signalFirst(attempt, wanted, at);
            case Phase.Stopping stopping -> {
                if (wanted != Phase.Stop.FORCED || stopping.killedAt() != NEVER) {
                    state.put(attempt);
                } else if (stopping.signalled()) {
                    signalFirst(attempt, wanted, at);
                } else {
                    state.put(attempt.in(new Phase.Stopping(wanted, false, NEVER, NEVER)));
                }
            }
            case Phase.Cleaning cleaning -> {
                boolean hurry = wanted == Phase.Stop.FORCED && cleaning.killAt() != NEVER;
                state.put(hurry ? attempt.in(cleaning.killNoLaterThan(at.monoMs())) : attempt);
            }
            case Phase.Stranded _ -> state.put(attempt);
            case Phase.Ended _, Phase.Tombstone _ -> {
                state.put(attempt);
                reportAgain(attempt, at);
            }
        }
    }

    private void claimBeforeStop(Attempt attempt, Phase.Stop stop) {
        state.put(attempt.in(new Phase.Stopping(stop, false, NEVER, NEVER)));
        state.emit(new AgentEffect.ClaimStarted(attempt.id()));
    }

    private void signalFirst(Attempt attempt, Phase.Stop stop, Moment at) {
        long now = at.monoMs();
        if (stop == Phase.Stop.FORCED) {
            state.put(attempt.in(new Phase.Stopping(stop, true, now, now)));
            state.emit(new AgentEffect.WriteStopMark(attempt.id()));
            state.signal(attempt.id(), SignalKind.KILL);
        } else {
            state.put(attempt.in(new Phase.Stopping(stop, true, now + attempt.graceMs(), NEVER)));
            state.signal(attempt.id(), SignalKind.TERM);
        }
    }

    void tick(Attempt attempt, Moment at) {
        switch (attempt.phase()) {
            case Phase.Stopping stopping -> tickStopping(attempt, stopping, at);
            case Phase.Cleaning cleaning -> cleanup.tick(attempt, cleaning, at);
            case Phase.Stranded(Optional<Phase.Cleaning> cleaning, long lastKillAt) -> {
                if (at.monoMs() - lastKillAt >= state.limits.strandedRetryMs()) {
                    state.put(attempt.in(new Phase.Stranded(cleaning, at.monoMs())));
                    state.signal(attempt.id(), SignalKind.KILL);
                    cleaning.ifPresent(
                            _ -> state.emit(new AgentEffect.CheckLeftovers(attempt.id())));
                }
            }
            case Phase.Ended(End end, _) -> {
                boolean old = at.wallMs() - end.wallMs() > state.limits.tombstoneMs();
                if (old && !state.isOwed(attempt.id())) {
                    bury(attempt, end, at);
                }
            }
            case Phase.Preparing _, Phase.Starting _, Phase.Running _, Phase.Tombstone _ -> {}
        }
    }

    /** Asks again who may start what could not be told before. */
    void claimAgain(Moment at) {
        for (Map.Entry<AttemptId, Long> due : List.copyOf(state.claimAgain.entrySet())) {
            if (at.monoMs() >= due.getValue()) {
                state.claimAgain.remove(due.getKey());
                Attempt attempt = state.find(due.getKey());
                if (attempt != null && isUnended(attempt.phase()) && attempt.pid() == 0) {
                    state.emit(new AgentEffect.ClaimStarted(attempt.id()));
                }
            }
        }
    }

    private void tickStopping(Attempt attempt, Phase.Stopping stopping, Moment at) {
        long now = at.monoMs();
        if (!stopping.signalled() || now < stopping.killAt()) {
            return;
        }
        if (stopping.killedAt() == NEVER) {
            signalFirst(attempt, Phase.Stop.FORCED, at);
        } else if (now - stopping.killedAt() >= state.limits.strandedAfterMs()) {
            cleanup.strand(attempt, Optional.empty(), cleanup.alive(), at);
        } else if (now - stopping.killAt() >= state.limits.killAgainMs()) {
            state.put(
                    attempt.in(
                            new Phase.Stopping(stopping.stop(), true, now, stopping.killedAt())));
            state.signal(attempt.id(), SignalKind.KILL);
        }
    }

    /** Repeats what the leader seems not to know, unless it is under way anyhow. */
    void reportAgain(Attempt attempt, Moment at) {
        if (state.isOwed(attempt.id())) {
            return;
        }
        switch (attempt.phase()) {
            case Phase.Ended(End end, _) -> reportOver(attempt, end, at);
            case Phase.Tombstone(End end, _) -> reportOver(attempt, end, at);
            case Phase.Running _, Phase.Stopping _ -> {
                if (attempt.pid() != 0) {
                    reportStarted(attempt);
                }
            }
            case Phase.Preparing _, Phase.Starting _, Phase.Cleaning _, Phase.Stranded _ -> {}
        }
    }

    void buryIfForgotten(AttemptId id, Moment at) {
        Attempt attempt = state.find(id);
        if (attempt != null
                && attempt.phase() instanceof Phase.Ended(End end, boolean forgotten)
                && forgotten
                && !state.isOwed(id)) {
            bury(attempt, end, at);
        }
    }

    private void bury(Attempt attempt, End end, Moment at) {
        long until = at.wallMs() + state.limits.tombstoneMs();
        state.put(attempt.in(new Phase.Tombstone(end, until)));
        state.emit(new AgentEffect.Bury(attempt.id(), end));
    }

    private void reportStarted(Attempt attempt) {
        state.report(attempt.id(), attempt.startWallMs(), new Report.Event.Started(attempt.pid()));
    }

    private void reportOver(Attempt attempt, End end, Moment at) {
        state.report(attempt.id(), end.wallMs(), new Report.Event.Ended(end));
        state.report(attempt.id(), at.wallMs(), new Report.Event.Released());
    }

    private static End unseenEnd(boolean killed, Moment at, Course course) {
        AttemptResult result =
                killed
                        ? new AttemptResult.Exited(KILLED)
                        : new AttemptResult.Vanished(
                                "Its supervisor is gone and left no exit code.");
        return new End(result, at.wallMs(), 0, course);
    }

    private static boolean wasKilled(Phase phase) {
        return phase instanceof Phase.Stranded
                || (phase instanceof Phase.Stopping stopping && stopping.killedAt() != NEVER);
    }

    private static boolean isUnended(Phase phase) {
        return switch (phase) {
            case Phase.Preparing _, Phase.Starting _, Phase.Running _, Phase.Stopping _ -> true;
            case Phase.Stranded(Optional<Phase.Cleaning> cleaning, _) -> cleaning.isEmpty();
            case Phase.Cleaning _, Phase.Ended _, Phase.Tombstone _ -> false;
        };
    }
}
