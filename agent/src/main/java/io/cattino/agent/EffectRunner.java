package io.cattino.agent;

import io.cattino.agent.core.AgentEffect;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.LaunchFailure;
import io.cattino.agent.core.Moment;
import io.cattino.agent.exec.FenceTerms;
import io.cattino.agent.exec.LaunchOrder;
import io.cattino.agent.exec.LogTrimmer;
import io.cattino.agent.exec.Supervision;
import io.cattino.agent.fence.FenceKeeper;
import io.cattino.agent.link.AgentPort.Order;
import io.cattino.agent.link.AgentPort.PendingLaunch;
import io.cattino.agent.link.CoordinatorLink;
import io.cattino.agent.probe.Clearance;
import io.cattino.agent.probe.LastLook;
import io.cattino.agent.store.DataDirectory;
import io.cattino.agent.store.Tombstones;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the core wants done; what blocks, on the attempt's lane. */
final class EffectRunner {

    private static final Logger LOG = LoggerFactory.getLogger(EffectRunner.class);

    private final DataDirectory directory;
    private final Tombstones tombstones;
    private final Supervision supervision;
    private final LogTrimmer logs;
    private final FenceKeeper fence;
    private final LastLook devices;
    private final Clearance clearance;
    private final InstantSource wall;
    private final Consumer<Function<Moment, AgentInput>> inputs;
    private final Lanes lanes = new Lanes();
    private final Map<AttemptId, Path> taskDirectories = new ConcurrentHashMap<>();
    private @Nullable PendingLaunch offered;
    private volatile @Nullable CoordinatorLink link;

    /**
     * @param inputs takes the answers, to the core's mailbox
     */
    EffectRunner(
            DataDirectory directory,
            Tombstones tombstones,
            Supervision supervision,
            LogTrimmer logs,
            FenceKeeper fence,
            LastLook devices,
            Clearance clearance,
            InstantSource wall,
            Consumer<Function<Moment, AgentInput>> inputs) {
        this.directory = directory;
        this.tombstones = tombstones;
        this.supervision = supervision;
        this.logs = logs;
        this.fence = fence;
        this.devices = devices;
        this.clearance = clearance;
        this.wall = wall;
        this.inputs = inputs;
    }

    /** Where reports go; none go anywhere before. */
    void connect(CoordinatorLink target) {
        this.link = target;
    }

    Lanes lanes() {
        return lanes;
    }

    /** Where the logs of the attempts are. */
    Map<AttemptId, Path> taskDirectories() {
        return taskDirectories;
    }

    /** The order that the next Spawn is about, if one comes. On the loop's thread. */
    void offer(PendingLaunch launch) {
        offered = launch;
    }

    /** On the loop's thread. */
    void run(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.Spawn spawn -> {
                PendingLaunch launch = offered;
                offered = null;
                lanes.run(spawn.id(), () -> spawn(spawn.id(), launch));
            }
            case AgentEffect.OfAttempt ofAttempt ->
                    lanes.run(ofAttempt.id(), () -> perform(ofAttempt));
            case AgentEffect.PersistEpoch(long epoch) -> raiseEpoch(epoch);
            case AgentEffect.DropSession(long generation, String why) -> {
                CoordinatorLink target = link;
                if (target != null) {
                    target.drop(generation, why);
                }
            }
        }
    }

    /** Rare, and nothing may be obeyed before it is durable: so the loop waits for it. */
    private void raiseEpoch(long epoch) {
        try {
            directory.raiseEpoch(epoch);
        } catch (IOException e) {
            throw new UncheckedIOException("the epoch " + epoch + " could not be kept", e);
        }
    }

    private void perform(AgentEffect.OfAttempt effect) {
        AttemptId id = effect.id();
        try {
            switch (effect) {
                case AgentEffect.Spawn _ -> throw new IllegalStateException("not here");
                case AgentEffect.ClaimStarted _ -> claim(id);
                case AgentEffect.WriteStopMark _ -> supervision.markStop(id);
                case AgentEffect.NoteStop note -> supervision.noteStop(id, note.reason());
                case AgentEffect.SignalSession signal -> supervision.signal(id, signal.kind());
                case AgentEffect.CheckLeftovers _ ->
                        supervision.countProcesses(id, alive -> counted(id, alive));
                case AgentEffect.PersistEnd persist ->
                        supervision.keepEnd(id, Wire.keptEnd(id, persist.end()).toByteArray());
                case AgentEffect.Send send -> {
                    CoordinatorLink target = link;
                    if (target != null) {
                        target.report(Wire.report(send.report()));
                    }
                }
                case AgentEffect.Bury bury -> {
                    tombstones.add(Wire.keptEnd(id, bury.end()), wall.millis());
                    supervision.remove(id);
                    fence.forget(id);
                    Path taskDirectory = taskDirectories.remove(id);
                    if (taskDirectory != null) {
                        logs.finish(id, taskDirectory);
                    }
                }
            }
        } catch (IOException e) {
            // What was to be durable is not, because the disk is full or broken. The attempt goes
            // on:
            // its supervisor's own record was made beforehand.
            LOG.error("effect_failed effect={}", effect, e);
        }
    }

    /** On the hunter's thread, which must not wait for a driver. */
    private void counted(AttemptId id, int alive) {
        if (alive > 0) {
            inputs.accept(at -> new AgentInput.LeftoversCounted(at, id, alive));
        } else {
            lanes.run(
                    id,
                    () -> {
                        Optional<String> withheld = withheld(id);
                        inputs.accept(at -> new AgentInput.LeftoversCounted(at, id, 0, withheld));
                    });
        }
    }

    private Optional<String> withheld(AttemptId id) {
        try {
            return clearance.withheld(id);
        } catch (RuntimeException e) {
            LOG.warn("no_clearance attempt={}", id, e);
            return Optional.of("Its devices cannot be measured.");
        }
    }

    private void claim(AttemptId id) {
        AgentInput.Claim claim = claimStart(id);
        inputs.accept(at -> new AgentInput.StartClaimed(at, id, claim));
    }

    private AgentInput.Claim claimStart(AttemptId id) {
        try {
            return supervision.claimStart(id) ? AgentInput.Claim.WON : AgentInput.Claim.LOST;
        } catch (IOException | RuntimeException e) {
            LOG.error("claim_failed attempt={}: trying again", id, e);
            return AgentInput.Claim.UNKNOWN;
        }
    }

    private void spawn(AttemptId id, @Nullable PendingLaunch launch) {
        Optional<AttemptResult> failure;
        if (launch == null) {
            failure = refuse(id, new AttemptResult.NotStarted("LaunchError", "Its order is lost."));
        } else {
            failure =
                    switch (launch.order()) {
                        case Order.Valid(var order) -> {
                            taskDirectories.put(id, order.taskDirectory());
                            yield launch(order, launch.launch());
                        }
                        case Order.Invalid(String text) ->
                                refuse(
                                        id,
                                        new AttemptResult.LaunchFailed(
                                                LaunchFailure.INVALID_ORDER, text, ""));
                        case Order.Incomplete(String text) ->
                                refuse(id, new AttemptResult.NotStarted("LaunchError", text));
                    };
        }
        inputs.accept(
                failure.<Function<Moment, AgentInput>>map(
                                result -> at -> new AgentInput.SpawnFailed(at, id, result))
                        .orElse(at -> new AgentInput.Spawned(at, id)));
    }

    /** Whatever goes wrong in it, the attempt gets an answer: a silent one would wait for ever. */
    private Optional<AttemptResult> launch(LaunchOrder order, Launch launch) {
        try {
            return supervision.launch(
                    order, launch.toByteArray(), fence(order.id(), launch), () -> lastLook(order));
        } catch (Throwable e) {
            LOG.error("launch_failed attempt={}", order.id(), e);
            AttemptResult result =
                    e instanceof IllegalArgumentException
                            ? new AttemptResult.LaunchFailed(
                                    LaunchFailure.INVALID_ORDER,
                                    "The agent cannot run this: " + e.getMessage(),
                                    "")
                            : new AttemptResult.NotStarted(
                                    "LaunchError", "The agent failed to start it: " + e);
            return switch (claimStart(order.id())) {
                case WON -> Optional.of(result);
                case LOST -> Optional.empty(); // its supervisor was spawned before that
                case UNKNOWN -> {
                    inputs.accept(at ->
                            new AgentInput.StartClaimed(at, order.id(), AgentInput.Claim.UNKNOWN));
                    yield Optional.empty();
                }
            };
        }
    }

    private Optional<AttemptResult> lastLook(LaunchOrder order) {
        try {
            return devices.missing(order.id(), order.devices())
                    .map(text -> new AttemptResult.NotStarted("DeviceBusy", text));
        } catch (RuntimeException e) {
            // What the leader went by has to do, as without a last look.
            LOG.warn("no_last_look attempt={}", order.id(), e);
            return Optional.empty();
        }
    }

    private Optional<FenceTerms> fence(AttemptId id, Launch launch) {
        if (!launch.hasFenceAfter()) {
            return Optional.empty();
        }
        fence.expect(id);
        return Optional.of(fence.terms(Wire.millis(launch.getFenceAfter())));
    }

    private Optional<AttemptResult> refuse(AttemptId id, AttemptResult result) {
        try {
            boolean won = supervision.claimStart(id);
            LOG.info("launch_refused attempt={} result={} claimed={}", id, result, won);
        } catch (IOException e) {
            LOG.warn("start_not_claimed attempt={}", id, e);
        }
        return Optional.of(result);
    }
}
