package io.cattino.coordinator.agents;

import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.wire.Durations;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.v1.Forget;
import io.cattino.proto.v1.GroupStart;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.PutContext;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.Signal;
import io.cattino.proto.v1.UseDevice;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Supplier;

/**
 * Effects as messages of one session; knows which contexts that session has been sent. One thread:
 * the session's writer.
 */
final class Orders {
    /** As many as agents keep, as the protocol says; the one put first goes first. */
    private static final int CONTEXTS_KEPT = 16;

    private final SequencedSet<String> contexts = new LinkedHashSet<>();
    private final Supplier<String> coordinator;
    private final Duration grace;

    /**
     * @param coordinator for meow inside the tasks, as {@link Launch#getCoordinator}
     */
    Orders(Supplier<String> coordinator, Duration grace) {
        this.coordinator = coordinator;
        this.grace = grace;
    }

    List<SessionResponse.Builder> messages(Effect effect) {
        return switch (effect) {
            case Effect.Launch launch -> launch(launch);
            case Effect.Signal signal ->
                    List.of(SessionResponse.newBuilder().setSignal(signal(signal)));
            case Effect.UseDevice use ->
                    List.of(
                            SessionResponse.newBuilder()
                                    .setUseDevice(UseDevice.newBuilder().setUuid(use.uuid())));
            case Effect.Kill kill -> List.of(SessionResponse.newBuilder().setSignal(kill(kill)));
            case Effect.Forget forget ->
                    List.of(
                            SessionResponse.newBuilder()
                                    .setForget(
                                            Forget.newBuilder()
                                                    .setRef(SpecCodec.encode(forget.attempt()))));
        };
    }

    private List<SessionResponse.Builder> launch(Effect.Launch launch) {
        Launch.Builder out =
                Launch.newBuilder()
                        .setRef(SpecCodec.encode(launch.attempt()))
                        .setSpec(SpecCodec.encode(launch.spec()))
                        .setContextId(launch.context().id())
                        .setRunDir(launch.runDir())
                        .setGrace(Durations.ofMillis(grace.toMillis()))
                        .setCoordinator(coordinator.get());
        for (DeviceShare share : launch.devices()) {
            out.addDevices(
                    io.cattino.proto.v1.DeviceShare.newBuilder()
                            .setIndex(share.index())
                            .setMib(share.mib()));
        }
        for (Group group : launch.starts()) {
            out.addGroupStarts(
                    GroupStart.newBuilder()
                            .setFullname(group.fullname())
                            .setPython(SpecCodec.encode(group).getPython()));
        }
        launch.loss().ifPresent(loss -> out.setFenceAfter(Durations.ofMillis(loss.fenceAfterMs())));
        SessionResponse.Builder message = SessionResponse.newBuilder().setLaunch(out);
        if (!contexts.add(launch.context().id())) {
            return List.of(message);
        }
        if (contexts.size() > CONTEXTS_KEPT) {
            contexts.removeFirst();
        }
        PutContext.Builder context =
                PutContext.newBuilder()
                        .setContextId(launch.context().id())
                        .setContext(SpecCodec.encode(launch.context()));
        return List.of(SessionResponse.newBuilder().setPutContext(context), message);
    }

    private static Signal.Builder signal(Effect.Signal signal) {
        return Signal.newBuilder()
                .setRef(SpecCodec.encode(signal.attempt()))
                .setNumber(signal.number())
                .setKind(signal.force() ? Signal.Kind.KIND_KILL : Signal.Kind.KIND_STOP)
                .setReason(signal.reason());
    }

    /** Above every number that a stop can have: whatever the agent obeyed before. */
    private static Signal.Builder kill(Effect.Kill kill) {
        return Signal.newBuilder()
                .setRef(SpecCodec.encode(kill.attempt()))
                .setNumber(Integer.MAX_VALUE)
                .setKind(Signal.Kind.KIND_KILL)
                .setReason("Superseded");
    }
}
