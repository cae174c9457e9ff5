package io.cattino.agent.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Desired against actual: takes one input at a time and says what is to be done.
 *
 * <p>Pure: the same inputs give the same effects. Nothing that arrives makes it throw; what does
 * not fit is ignored, because commands come again and reports are idempotent. Confined to one
 * thread.
 */
public final class AgentCore {

    private final CoreState state;
    private final AttemptLifecycle lifecycle;
    private long helloSequence;

    /**
     * @param limits delays
     * @param highestEpoch that this data directory ever obeyed
     * @param nextSequence above every sequence that this data directory ever used
     */
    public AgentCore(AgentLimits limits, long highestEpoch, long nextSequence) {
        this.state = new CoreState(limits, highestEpoch, nextSequence);
        this.lifecycle = new AttemptLifecycle(state);
        this.helloSequence = nextSequence - 1;
    }

    /** Takes one input; the effects are to be carried out in order. */
    public List<AgentEffect> step(AgentInput input) {
        switch (input) {
            case AgentInput.Command command -> onCommand(command);
            case AgentInput.HelloMade _ -> helloSequence = state.nextSequence - 1;
            case AgentInput.Connected connected -> onConnected(connected);
            case AgentInput.Disconnected disconnected -> onDisconnected(disconnected);
            case AgentInput.Frozen frozen -> onFrozen(frozen);
            case AgentInput.Recovered recovered -> lifecycle.onRecovered(recovered);
            case AgentInput.Spawned spawned -> lifecycle.onSpawned(spawned);
            case AgentInput.SpawnFailed failed -> lifecycle.onSpawnFailed(failed);
            case AgentInput.ProcessStarted started -> lifecycle.onProcessStarted(started);
            case AgentInput.ProcessEnded ended -> lifecycle.onProcessEnded(ended);
            case AgentInput.SupervisorGone gone -> lifecycle.onSupervisorGone(gone);
            case AgentInput.StartClaimed claimed -> lifecycle.onStartClaimed(claimed);
            case AgentInput.LeftoversCounted counted -> lifecycle.onLeftovers(counted);
            case AgentInput.DeviceFailed failed -> onDeviceFailed(failed);
            case AgentInput.Tick tick -> onTick(tick);
        }
        return state.takeEffects();
    }

    /** Every attempt but the tombstones, by id. */
    public Collection<Attempt> attempts() {
        return Collections.unmodifiableCollection(state.attempts.values());
    }

    /** The attempt of that id. */
    public Optional<Attempt> attempt(AttemptId id) {
        return Optional.ofNullable(state.find(id));
    }

    /** Reports that no leader has acknowledged, by sequence. */
    public List<Report> unacknowledged() {
        return List.copyOf(state.unacknowledged.values());
    }

    /** The highest epoch obeyed. */
    public long highestEpoch() {
        return state.highestEpoch;
    }

    private void onConnected(AgentInput.Connected connected) {
        if (connected.epoch() < state.highestEpoch) {
            state.emit(
                    new AgentEffect.DropSession(
                            connected.generation(),
                            "its leader has epoch %d, and this agent has obeyed epoch %d"
                                    .formatted(connected.epoch(), state.highestEpoch)));
            return;
        }
        raiseEpoch(connected.epoch());
        state.connected = true;
        state.generation = connected.generation();
        for (Report report : state.unacknowledged.tailMap(helloSequence, false).values()) {
            state.emit(new AgentEffect.Send(report));
        }
    }

    private void onDisconnected(AgentInput.Disconnected disconnected) {
        if (disconnected.generation() == state.generation) {
            state.connected = false;
        }
    }

    /** Whatever still comes by this stream is too old to be obeyed; the next Hello sorts it out. */
    private void onFrozen(AgentInput.Frozen frozen) {
        if (state.connected) {
            state.connected = false;
            state.emit(
                    new AgentEffect.DropSession(
                            state.generation,
                            "this agent was frozen for %d s".formatted(frozen.millis() / 1_000)));
        }
    }

    private void raiseEpoch(long epoch) {
        if (epoch > state.highestEpoch) {
            state.highestEpoch = epoch;
            state.emit(new AgentEffect.PersistEpoch(epoch));
        }
    }

    private void onCommand(AgentInput.Command command) {
        if (!state.connected
                || command.generation() != state.generation
                || command.epoch() < state.highestEpoch) {
            return;
        }
        raiseEpoch(command.epoch());
        switch (command) {
            case AgentInput.Launch launch -> onLaunch(launch);
            case AgentInput.Signal signal -> onSignal(signal);
            case AgentInput.ReportAcked acked -> onReportAcked(acked);
            case AgentInput.Forget forget -> onForget(forget);
        }
    }

    private void onLaunch(AgentInput.Launch launch) {
        Attempt known = state.find(launch.id());
        if (known != null) {
            lifecycle.reportAgain(known, launch.at());
            return;
        }
        state.put(
                new Attempt(
                        launch.id(),
                        launch.devices(),
                        launch.graceMs(),
                        new Phase.Preparing(Phase.Stop.NONE),
                        0,
                        0,
                        0));
        state.emit(new AgentEffect.Spawn(launch.id()));
    }

    private void onSignal(AgentInput.Signal signal) {
        Attempt known = state.find(signal.id());
        if (known == null) {
            // The launch never came, or its record is lost. Make sure that it can not start later.
            known = new Attempt(signal.id(), List.of(), 0, new Phase.Starting(), 0, 0, 0);
        }
        if (signal.number() <= known.lastSignal()) {
            return;
        }
        if (known.mayWrite()) {
            state.emit(new AgentEffect.NoteStop(signal.id(), signal.reason()));
        }
        lifecycle.stop(known.signalled(signal.number()), signal.kind(), signal.at());
    }

    private void onReportAcked(AgentInput.ReportAcked acked) {
        for (Long sequence : acked.sequences()) {
            Report report = state.unacknowledged.remove(sequence);
            if (report != null) {
                lifecycle.buryIfForgotten(report.id(), acked.at());
            }
        }
    }

    private void onForget(AgentInput.Forget forget) {
        Attempt attempt = state.find(forget.id());
        if (attempt != null && attempt.phase() instanceof Phase.Ended(End end, _)) {
            state.put(attempt.in(new Phase.Ended(end, true)));
            lifecycle.buryIfForgotten(attempt.id(), forget.at());
        }
    }

    private void onDeviceFailed(AgentInput.DeviceFailed failed) {
        for (Attempt attempt : new ArrayList<>(state.attempts.values())) {
            if (attempt.devices().stream().anyMatch(it -> it.index() == failed.device())) {
                lifecycle.fail(attempt, failed);
            }
        }
    }

    private void onTick(AgentInput.Tick tick) {
        for (Attempt attempt : new ArrayList<>(state.attempts.values())) {
            lifecycle.tick(attempt, tick.at());
        }
        lifecycle.claimAgain(tick.at());
        state.expire(tick.at().wallMs());
    }
}
