package io.cattino.coordinator.agents;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.NodeTrouble;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.loop.Sender;
import io.cattino.coordinator.wire.Durations;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Goodbye;
import io.cattino.proto.v1.GoodbyeAck;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.LogUnavailable;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.ReportAck;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.Welcome;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's stream. What the agent says comes in one by one, on the call's thread, is made
 * harmless, and goes to the loop; what it is told goes through its {@link Outbox}. An agent that
 * says more than the loop takes is slowed down by its own stream. Nothing that an agent sends
 * reaches beyond its session.
 */
final class AgentSession implements StreamObserver<SessionRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

    /** Reports that wait for their durability. */
    private static final int MAX_REPORTS = 64;

    private final SessionParts parts;
    private final Leader leader;
    private final Outbox outbox;
    private final SessionWriter writer;
    private final Heartbeats heartbeats = new Heartbeats();
    private final Receipts receipts = new Receipts();
    private final Semaphore reports = new Semaphore(MAX_REPORTS);
    private final Object lock = new Object();

    /** From the hello on. */
    @GuardedBy("lock")
    private @Nullable Peer peer;

    @GuardedBy("lock")
    private boolean over;

    /** Whom the session is with. */
    private record Peer(NodeId node, String name, long generation, Set<Integer> devices) {}

    AgentSession(SessionParts parts, ServerCallStreamObserver<SessionResponse> stream) {
        this.parts = parts;
        this.leader = parts.leader();
        this.outbox = new Outbox(stream);
        Orders orders = new Orders(() -> String.join(",", parts.addresses().get()), parts.grace());
        this.writer = new SessionWriter(orders, leader::epoch, this::generation, receipts);
        stream.setOnReadyHandler(outbox::wake);
        stream.setOnCancelHandler(() -> over(Optional.empty(), Status.CANCELLED));
    }

    long generation() {
        Peer known = peer();
        return known == null ? 0 : known.generation();
    }

    private @Nullable Peer peer() {
        synchronized (lock) {
            return peer;
        }
    }

    /** Still without a hello after the time given for it. */
    void expectHello() {
        if (peer() == null) {
            over(Optional.empty(), Status.DEADLINE_EXCEEDED.withDescription("no hello"));
        }
    }

    @Override
    public void onNext(SessionRequest request) {
        Peer known = peer();
        if (known == null) {
            if (request.hasHello()) {
                onHello(request.getHello());
            } else {
                refuse(Refusal.Code.CODE_INVALID, "the first message has to be a hello");
            }
            return;
        }
        switch (request.getMessageCase()) {
            case HELLO -> refuse(Refusal.Code.CODE_INVALID, "a session has one hello");
            case HEARTBEAT -> onHeartbeat(known, request.getHeartbeat());
            case REPORT -> onReport(known, request.getReport());
            case GOODBYE -> onGoodbye(known, request.getGoodbye());
            case LOG_UNAVAILABLE -> onLogUnavailable(known, request.getLogUnavailable());
            // Of a newer agent.
            case MESSAGE_NOT_SET -> {}
        }
    }

    private void onHello(Hello hello) {
        HelloCheck check = new HelloCheck(parts.clusterId(), leader.epoch());
        switch (check.check(hello, parts.clock().millis())) {
            case HelloCheck.Verdict.Refused(Refusal.Code code, String text) -> refuse(code, text);
            case HelloCheck.Verdict.Welcome welcome -> {
                long generation = parts.sessions().nextGeneration();
                NodeId node = welcome.identity().id();
                Peer now =
                        new Peer(
                                node,
                                welcome.identity().name(),
                                generation,
                                welcome.deviceIndexes());
                synchronized (lock) {
                    if (over) {
                        return;
                    }
                    peer = now;
                    parts.sessions().awaits(node, this);
                }
                ask(
                        at -> welcome.input(at, generation),
                        reply -> onWelcomed(now, reply, welcome.meaningless()));
            }
        }
    }

    /** On the loop's completion thread: the effects of the hello have just been released. */
    private void onWelcomed(Peer now, Reply reply, List<Long> meaningless) {
        if (!(reply instanceof Reply.Welcomed(List<Long> acknowledged))) {
            return;
        }
        outbox.mark();
        List<Long> acks = new ArrayList<>(acknowledged);
        acks.addAll(meaningless);
        var _ =
                leader.read(view -> held(view, now.node()))
                        .whenComplete((held, failure) -> {
                            if (failure == null) {
                                open(now, acks, held);
                            } else {
                                onFailure(failure);
                            }
                        });
    }

    private static Set<AttemptId> held(View view, NodeId node) {
        return view.state().allocationsOn(node).stream()
                .filter(a -> a.hold() == Allocation.Hold.HELD)
                .map(Allocation::attempt)
                .collect(Collectors.toUnmodifiableSet());
    }

    private void open(Peer now, List<Long> acknowledged, Set<AttemptId> held) {
        if (!parts.sessions().opened(now.node(), this)) {
            replaced();
            return;
        }
        List<SessionResponse.Builder> first = new ArrayList<>();
        first.add(SessionResponse.newBuilder().setWelcome(welcome()));
        if (!acknowledged.isEmpty()) {
            first.add(acknowledgement(acknowledged));
        }
        outbox.open(first, held, writer::run);
        LOG.info(
                "agent connected node={} name={} generation={}",
                now.node(),
                now.name(),
                now.generation());
    }

    private Welcome.Builder welcome() {
        Welcome.Builder welcome =
                Welcome.newBuilder()
                        .setClusterId(parts.clusterId())
                        .setHeartbeatInterval(Durations.ofMillis(parts.heartbeat().toMillis()))
                        .setSampleInterval(Durations.ofMillis(parts.sample().toMillis()))
                        .addAllCoordinators(heartbeats.telling(parts.coordinators()));
        return leader.isSure() ? welcome.setLease(Durations.ofMillis(0)) : welcome;
    }

    private void onHeartbeat(Peer now, Heartbeat heartbeat) {
        if (heartbeats.begin(heartbeat)) {
            sample(now, heartbeat);
        }
    }

    private void sample(Peer now, Heartbeat heartbeat) {
        List<DeviceSample> samples = AgentValues.samples(heartbeat, now.devices());
        Set<NodeTrouble> troubles = AgentValues.troubles(heartbeat);
        if (receipts.overdue(heartbeat.getReceived(), System.nanoTime())) {
            troubles.add(NodeTrouble.DEAF);
        }
        ask(
                at -> new Input.AgentSampled(at, now.node(), now.generation(), samples, troubles),
                reply -> {
                    send(
                            SessionResponse.newBuilder()
                                    .setHeartbeatAck(
                                            heartbeats.ack(
                                                    heartbeat,
                                                    reply,
                                                    leader.isSure(),
                                                    parts.coordinators())));
                    heartbeats.done().ifPresent(next -> sample(now, next));
                });
    }

    private void onReport(Peer now, AttemptReport report) {
        Optional<AgentReport> value = AgentValues.report(report, parts.clock().millis());
        if (value.isEmpty()) {
            LOG.warn(
                    "agent report not understood node={} sequence={}",
                    now.node(),
                    report.getSequence());
            if (AgentValues.attempt(report.getRef()).isEmpty()) {
                // Nobody will ever understand it, and unacknowledged it would come for ever.
                send(acknowledgement(List.of(report.getSequence())));
            }
            return;
        }
        try {
            reports.acquire();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        ask(
                at ->
                        new Input.AgentReported(
                                at, now.node(), now.generation(), List.of(value.get())),
                reply -> {
                    if (reply instanceof Reply.Acknowledged(List<Long> sequences)) {
                        send(acknowledgement(sequences));
                    }
                },
                reports::release);
    }

    private static SessionResponse.Builder acknowledgement(List<Long> sequences) {
        return SessionResponse.newBuilder()
                .setReportAck(ReportAck.newBuilder().addAllSequences(sequences));
    }

    private void onGoodbye(Peer now, Goodbye goodbye) {
        long away = AgentValues.away(goodbye);
        ask(
                at -> new Input.AgentGoodbye(at, now.node(), now.generation(), away),
                reply -> {
                    if (reply instanceof Reply.Away(long ms)) {
                        send(
                                SessionResponse.newBuilder()
                                        .setGoodbyeAck(
                                                GoodbyeAck.newBuilder()
                                                        .setAway(Durations.ofMillis(ms))));
                    }
                });
    }

    private void onLogUnavailable(Peer now, LogUnavailable message) {
        parts.logs()
                .unavailable(
                        now.node(), message.getTransferId(), Texts.sentence(message.getText()));
    }

    private void ask(Function<Time, Input> input, Consumer<Reply> then) {
        ask(input, then, () -> {});
    }

    /** Hands an input to the loop; a refusal or a failure ends the session. */
    private void ask(Function<Time, Input> input, Consumer<Reply> then, Runnable always) {
        var _ =
                leader.submit(Sender.FARM, input)
                        .whenComplete((reply, failure) -> {
                            always.run();
                            if (failure != null) {
                                onFailure(failure);
                            } else if (reply instanceof Reply.Rejected(Rejection rejection)) {
                                onRejected(rejection);
                            } else {
                                then.accept(reply);
                            }
                        });
    }

    private void onRejected(Rejection rejection) {
        switch (rejection) {
            case Rejection.DuplicateNode _ ->
                    refuse(
                            Refusal.Code.CODE_DUPLICATE_NODE,
                            rejection.text() + "; " + rejection.hint());
            case Rejection.StaleSession _ -> replaced();
            default -> refuse(Refusal.Code.CODE_INVALID, rejection.text());
        }
    }

    private void onFailure(Throwable failure) {
        LOG.info("agent session ends with the leadership reason={}", failure.toString());
        endWithLeadership();
    }

    void endWithLeadership() {
        refuse(Refusal.Code.CODE_NOT_LEADER, "this coordinator does not lead any more");
    }

    /** An effect for this agent. */
    void order(Effect effect) {
        offer(new Outbox.Item.Order(effect));
    }

    boolean send(SessionResponse.Builder message) {
        return offer(new Outbox.Item.Message(message));
    }

    private boolean offer(Outbox.Item item) {
        boolean taken = outbox.offer(item);
        if (!taken) {
            LOG.warn("agent takes nothing, session ended generation={}", generation());
            over(
                    Optional.empty(),
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "too many messages wait for the agent"));
        }
        return taken;
    }

    /** A newer session of the same node has taken this one's place. */
    void replaced() {
        over(
                Optional.empty(),
                Status.ABORTED.withDescription("a newer session of this node took its place"));
    }

    private void refuse(Refusal.Code code, String text) {
        SessionResponse last =
                writer.envelope(
                        SessionResponse.newBuilder()
                                .setRefusal(Refusal.newBuilder().setCode(code).setText(text)));
        over(Optional.of(last), Status.OK);
    }

    @Override
    public void onError(Throwable t) {
        over(Optional.empty(), Status.CANCELLED);
    }

    @Override
    public void onCompleted() {
        over(Optional.empty(), Status.OK);
    }

    /** Ends the session, once; the leader learns it if it knows of the session. */
    private void over(Optional<SessionResponse> last, Status status) {
        Peer known;
        synchronized (lock) {
            if (over) {
                return;
            }
            over = true;
            known = peer;
        }
        outbox.end(last, status, writer::run);
        if (known != null && parts.sessions().closed(known.node(), this)) {
            LOG.info("agent disconnected node={} generation={}", known.node(), known.generation());
            parts.logs().disconnected(known.node());
            var _ =
                    leader.submit(
                            Sender.FARM,
                            at -> new Input.AgentGone(at, known.node(), known.generation()));
        }
    }
}
