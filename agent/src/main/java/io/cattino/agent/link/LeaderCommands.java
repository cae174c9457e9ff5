package io.cattino.agent.link;

import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.SignalKind;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.Forget;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.PutContext;
import io.cattino.proto.v1.ReportAck;
import io.cattino.proto.v1.Signal;
import io.cattino.proto.v1.UseDevice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a leader's messages of one session into inputs. Confined to the stream's callbacks. */
final class LeaderCommands {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderCommands.class);

    private final AgentPort port;

    /** Which leadership a message is of, and by which stream it was meant to come. */
    record Origin(long generation, long epoch) {}

    /** The 16 put last, as the protocol says: a context may hold a bundle. */
    private final Map<String, Context> contexts =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Context> eldest) {
                    return size() > 16;
                }
            };

    LeaderCommands(AgentPort port) {
        this.port = port;
    }

    void onContext(PutContext put) {
        contexts.remove(put.getContextId()); // so that it counts as put last
        contexts.put(put.getContextId(), put.getContext());
    }

    void onLaunch(Origin from, Launch launch) {
        AttemptId id = Wire.attemptId(launch.getRef());
        AgentPort.PendingLaunch pending = new AgentPort.PendingLaunch(id, order(launch), launch);
        port.postLaunch(
                pending,
                at ->
                        new AgentInput.Launch(
                                at,
                                from.generation(),
                                from.epoch(),
                                id,
                                Wire.promises(launch.getDevicesList()),
                                Wire.millis(launch.getGrace())));
    }

    private AgentPort.Order order(Launch launch) {
        Context context = contexts.get(launch.getContextId());
        if (context == null && !launch.getContextId().isEmpty()) {
            return new AgentPort.Order.Incomplete(
                    "The coordinator did not send context " + launch.getContextId() + ".");
        }
        try {
            return new AgentPort.Order.Valid(
                    Wire.order(launch, context == null ? Context.getDefaultInstance() : context));
        } catch (IllegalArgumentException e) { // also InvalidPathException
            LOG.warn("invalid_launch attempt={}", Wire.attemptId(launch.getRef()), e);
            return new AgentPort.Order.Invalid("The agent cannot run this: " + e.getMessage());
        }
    }

    void onSignal(Origin from, Signal signal) {
        AttemptId id = Wire.attemptId(signal.getRef());
        SignalKind kind =
                switch (signal.getKind()) {
                    case KIND_KILL -> SignalKind.KILL;
                    case KIND_STOP, KIND_UNSPECIFIED, UNRECOGNIZED -> SignalKind.TERM;
                };
        LOG.info("stop attempt={} kind={} reason={}", id, signal.getKind(), signal.getReason());
        int number = signal.getNumber();
        port.post(at ->
                new AgentInput.Signal(
                        at, from.generation(), from.epoch(), id, number, kind, signal.getReason()));
    }

    void onUseDevice(Origin from, UseDevice use) {
        if (from.epoch() >= port.highestEpoch()) {
            port.use(use.getUuid());
        }
    }

    void onReportAck(Origin from, ReportAck ack) {
        List<Long> sequences = List.copyOf(ack.getSequencesList());
        port.post(at -> new AgentInput.ReportAcked(at, from.generation(), from.epoch(), sequences));
    }

    void onForget(Origin from, Forget forget) {
        AttemptId id = Wire.attemptId(forget.getRef());
        port.post(at -> new AgentInput.Forget(at, from.generation(), from.epoch(), id));
    }
}
