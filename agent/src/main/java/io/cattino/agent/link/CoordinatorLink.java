package io.cattino.agent.link;

import io.cattino.agent.core.AgentInput;
import io.cattino.agent.fence.BootClock;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Goodbye;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.HeartbeatAck;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.Welcome;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session with whoever leads: dials, follows hints, redials with backoff, breaks a stream
 * that is silent. What is sent while there is no session is dropped; reports come again by the
 * core.
 *
 * <p>Thread-safe.
 */
public final class CoordinatorLink {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLink.class);

    private static final int LARGEST_MESSAGE = 16 * 1024 * 1024;

    /** A bound on what a leader can make us believe. */
    private static final Duration LONGEST_LEASE = Duration.ofHours(24);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    /** A session that lasted that long was no failure. */
    private static final Duration STABLE = Duration.ofSeconds(5);

    private final Settings settings;
    private final AgentPort port;
    private final LogDesk logs;
    private final Targets targets;
    private final Interregnum interregnum = new Interregnum();
    private final CompletableFuture<Void> registered = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Established established;
    private volatile @Nullable SessionStream current;

    /**
     * Whom it dials, and how.
     *
     * @param coordinators {@code host:port} of each
     * @param remembered those that leaders told an earlier agent of this node
     * @param token asked before each call
     * @param silence how long a stream may be silent
     * @param anywhere whether coordinators that are learned of may be on other machines
     * @param clock that leases go by
     */
    public record Settings(
            List<String> coordinators,
            List<String> remembered,
            Supplier<Optional<String>> token,
            Duration silence,
            boolean anywhere,
            BootClock clock) {}

    private record Established(
            SessionStream stream, long generation, Rhythm rhythm, long sinceNanos) {}

    public CoordinatorLink(Settings settings, AgentPort port) {
        this.settings = settings;
        this.port = port;
        this.logs = new LogDesk(port);
        this.targets = new Targets(settings.coordinators(), settings.anywhere());
        targets.remembered(settings.remembered());
        this.thread = Thread.ofVirtual().name("agent-link").unstarted(this::dial);
    }

    /** Begins to dial. */
    public void start() {
        thread.start();
    }

    /** Completes with the first welcome; exceptionally when it is closed before. */
    public CompletableFuture<Void> registered() {
        return registered.copy();
    }

    /** What the leader asked for, while there is a session. */
    public Optional<Rhythm> rhythm() {
        return Optional.ofNullable(established).map(Established::rhythm);
    }

    /** Sends a report if there is a session. */
    public void report(AttemptReport report) {
        Established session = established;
        if (session != null) {
            session.stream().report(report);
        }
    }

    /** Sends a heartbeat if there is a session that can take it. */
    public void heartbeat(Heartbeat heartbeat) {
        Established session = established;
        if (session != null) {
            session.stream().heartbeat(heartbeat);
        }
    }

    /** Breaks the session of that generation. */
    public void drop(long generation, String why) {
        Established session = established;
        if (session != null && session.generation() == generation) {
            LOG.warn("session_dropped generation={} why={}", generation, why);
            session.stream().drop(why);
        }
    }

    /** Breaks the session, if there is one, so that the next begins with another hello. */
    public void sayHelloAgain(String why) {
        Established session = established;
        if (session != null) {
            session.stream().drop(why);
        }
    }

    private void dial() {
        try {
            while (closed.getCount() > 0) {
                String target = targets.next();
                String why = runSession(target);
                if (closed.getCount() > 0) {
                    long wait = targets.waitMs();
                    LOG.info("no_session target={} why={} again_in_ms={}", target, why, wait);
                    if (closed.await(wait, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String runSession(String target) throws InterruptedException {
        ManagedChannel channel = null;
        Conversation conversation = null;
        long askedMs = settings.clock().millis();
        try {
            Hello hello = port.hello().get();
            channel =
                    NettyChannelBuilder.forTarget(target)
                            .usePlaintext()
                            .intercept(new BearerToken(settings.token()))
                            .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                            .maxInboundMessageSize(LARGEST_MESSAGE)
                            .disableRetry()
                            .build();
            AgentServiceGrpc.AgentServiceStub stub = AgentServiceGrpc.newStub(channel);
            conversation = new Conversation(target, stub, hello, askedMs);
            SessionStream stream = new SessionStream(settings.clock(), conversation::onResponse);
            current = stream;
            stream.open(stub, hello);
            return awaitEnd(target, stream);
        } catch (ExecutionException | RuntimeException e) {
            return String.valueOf(e.getMessage());
        } finally {
            endSession();
            keepLearned();
            heed(target, askedMs, conversation);
            if (channel != null) {
                channel.shutdownNow();
            }
        }
    }

    /** While nobody leads, nobody replaces anything: that is as good as a lease. */
    private void heed(String target, long askedMs, @Nullable Conversation conversation) {
        if (conversation != null && conversation.welcomed) {
            interregnum.over();
        } else if (conversation != null && conversation.notLeading) {
            targets.answered();
            interregnum.notLeading(target, askedMs, conversation.hint);
            interregnum.since(targets.all()).ifPresent(port::leased);
        } else {
            interregnum.unknown(target);
        }
    }

    private String awaitEnd(String target, SessionStream stream)
            throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return stream.ended().get(settings.silence().toMillis() / 8, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                keepLearned();
                if (stream.silentNanos() > settings.silence().toNanos()) {
                    targets.silent(target);
                    stream.drop("nothing heard for " + settings.silence());
                }
            }
        }
    }

    /** Here and not where it is learned: nothing waits for this thread. */
    private void keepLearned() {
        Optional<List<String>> all = targets.toKeep();
        if (all.isPresent() && port.keepCoordinators(all.get())) {
            targets.kept(all.get());
        }
    }

    private void endSession() {
        current = null;
        Established session = established;
        established = null;
        if (session != null) {
            if (System.nanoTime() - session.sinceNanos() > STABLE.toNanos()) {
                targets.wasStable();
            }
            port.post(at -> new AgentInput.Disconnected(at, session.generation()));
        }
    }

    /** The leader's side of one stream. Confined to the stream's callbacks, and then to its end. */
    private final class Conversation {

        private final String target;
        private final AgentServiceGrpc.AgentServiceStub stub;
        private final Hello hello;
        private final long askedMs;
        private @Nullable LeaderCommands commands;
        private volatile boolean welcomed;
        private volatile String hint = "";
        private volatile boolean notLeading;

        Conversation(
                String target, AgentServiceGrpc.AgentServiceStub stub, Hello hello, long askedMs) {
            this.target = target;
            this.stub = stub;
            this.hello = hello;
            this.askedMs = askedMs;
        }

        void onResponse(SessionStream stream, SessionResponse response) {
            try {
                LeaderCommands leader = commands;
                if (leader == null) {
                    onAnswer(stream, response);
                } else {
                    onCommand(stream, leader, response);
                }
            } catch (IllegalArgumentException e) {
                LOG.warn("senseless_message target={}", target, e);
            }
        }

        private void onAnswer(SessionStream stream, SessionResponse response) {
            switch (response.getMessageCase()) {
                case WELCOME -> onWelcome(stream, response, response.getWelcome());
                case REFUSAL -> onRefusal(stream, response.getRefusal());
                default -> stream.drop("its first answer was " + response.getMessageCase());
            }
        }

        private void onWelcome(SessionStream stream, SessionResponse response, Welcome welcome) {
            String cluster = port.clusterId();
            if (!cluster.isEmpty() && !cluster.equals(welcome.getClusterId())) {
                LOG.error(
                        "wrong_cluster target={} theirs={} ours={}: this agent belongs to another"
                                + " cluster; give it a new --data to change that",
                        target,
                        welcome.getClusterId(),
                        cluster);
                stream.drop("it is of cluster " + welcome.getClusterId());
                return;
            }
            Optional<String> again = port.joinCluster(welcome.getClusterId());
            if (again.isPresent()) {
                stream.drop(again.get());
                return;
            }
            long generation = response.getGeneration();
            long epoch = response.getEpoch();
            commands = new LeaderCommands(port);
            welcomed = true;
            targets.welcomedBy(target);
            targets.learned(welcome.getCoordinatorsList());
            // An attempt that it named may be replaced by now: that is told behind this.
            if (welcome.hasLease() && hello.getRunningCount() == 0 && !isOld(response)) {
                port.leased(askedMs + extension(welcome.getLease()));
            }
            established =
                    new Established(stream, generation, Rhythm.of(welcome), System.nanoTime());
            port.post(at -> new AgentInput.Connected(at, generation, epoch));
            LOG.info("session target={} epoch={} generation={}", target, epoch, generation);
            registered.complete(null);
        }

        private void onRefusal(SessionStream stream, Refusal refusal) {
            if (refusal.getCode() == Refusal.Code.CODE_NOT_LEADER) {
                hint = refusal.getLeader();
                notLeading = true;
                if (!refusal.getLeader().isEmpty()) {
                    targets.hinted(refusal.getLeader());
                }
            } else {
                LOG.error(
                        "refused target={} code={} text={}",
                        target,
                        refusal.getCode(),
                        refusal.getText());
            }
            stream.drop(refusal.getCode() + " " + refusal.getText());
        }

        private void onCommand(
                SessionStream stream, LeaderCommands leader, SessionResponse response) {
            LeaderCommands.Origin from =
                    new LeaderCommands.Origin(response.getGeneration(), response.getEpoch());
            switch (response.getMessageCase()) {
                case PUT_CONTEXT -> leader.onContext(response.getPutContext());
                case LAUNCH -> leader.onLaunch(from, response.getLaunch());
                case SIGNAL -> leader.onSignal(from, response.getSignal());
                case REPORT_ACK -> leader.onReportAck(from, response.getReportAck());
                case FORGET -> leader.onForget(from, response.getForget());
                case USE_DEVICE -> leader.onUseDevice(from, response.getUseDevice());
                case OPEN_LOG -> logs.open(response.getOpenLog(), stream, stub);
                case REFUSAL -> onRefusal(stream, response.getRefusal());
                case HEARTBEAT_ACK -> onHeartbeatAck(stream, response);
                case GOODBYE_ACK -> onGoodbyeAck(stream, response);
                case WELCOME, MESSAGE_NOT_SET -> {}
            }
        }
    }

    /** A leader that has been superseded extends nothing. */
    private boolean isOld(SessionResponse response) {
        return response.getEpoch() < port.highestEpoch();
    }

    private void onHeartbeatAck(SessionStream stream, SessionResponse response) {
        HeartbeatAck ack = response.getHeartbeatAck();
        targets.learned(ack.getCoordinatorsList());
        OptionalLong sent = stream.sentAt(ack.getMonoMs());
        if (ack.hasLease() && sent.isPresent() && !isOld(response)) {
            port.leased(sent.getAsLong() + extension(ack.getLease()));
        }
    }

    private void onGoodbyeAck(SessionStream stream, SessionResponse response) {
        OptionalLong sent = stream.goodbyeSentAt();
        if (sent.isPresent() && !isOld(response)) {
            port.leased(sent.getAsLong() + extension(response.getGoodbyeAck().getAway()));
            stream.goodbyeHeard();
        }
    }

    /** By our clock, which may be slower than the leader's. */
    static long extension(com.google.protobuf.Duration lease) {
        return Math.clamp(Wire.millis(lease), 0, LONGEST_LEASE.toMillis()) / 1_000 * 999;
    }

    /** Breaks the session without a goodbye, and stops dialling. Does not wait. */
    public void abandon() {
        closed.countDown();
        registered.cancel(false);
        SessionStream stream = current;
        if (stream != null) {
            stream.drop("the agent has failed");
        }
    }

    /** Says goodbye and stops dialling; the attempts go on. */
    public void leave(Goodbye goodbye) throws InterruptedException {
        closed.countDown();
        registered.cancel(false);
        SessionStream stream = current;
        if (stream != null) {
            stream.leave(goodbye);
        }
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }
}
