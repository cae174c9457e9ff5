package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.Forget;
import io.cattino.proto.v1.GoodbyeAck;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.HeartbeatAck;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.cattino.proto.v1.OpenLog;
import io.cattino.proto.v1.PutContext;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.ReportAck;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.Signal;
import io.cattino.proto.v1.TaskSpec;
import io.cattino.proto.v1.UseDevice;
import io.cattino.proto.v1.Welcome;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A leader that does what a test says, over a real port, and remembers what it heard. */
final class FakeLeader implements AutoCloseable {

    static final String CLUSTER = "cluster-a";

    final List<Hello> hellos = new CopyOnWriteArrayList<>();
    final List<AttemptReport> reports = new CopyOnWriteArrayList<>();
    final List<Heartbeat> heartbeats = new CopyOnWriteArrayList<>();

    /** How often agents that come from now on are to beat. */
    volatile long heartbeatMs = 500;

    final List<SessionRequest> others = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final Map<String, LogSink> logs = new ConcurrentHashMap<>();
    final AtomicLong generation = new AtomicLong();
    volatile long epoch = 1;
    volatile boolean acknowledging = true;
    volatile boolean answering = true;
    volatile String refusalHint = "";
    volatile boolean refusing;
    volatile boolean leasing;
    volatile boolean leasingHello;
    volatile Refusal.Code refusal = Refusal.Code.CODE_NOT_LEADER;

    /** What the next acknowledgements of heartbeats say of who may lead. */
    volatile List<String> coordinators = List.of();

    final AtomicLong sequence = new AtomicLong();
    volatile @Nullable StreamObserver<SessionResponse> session;
    private final Server server;

    /** What a log transfer brought. */
    static final class LogSink {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<Integer> sizes = new CopyOnWriteArrayList<>();
        volatile boolean end;
        volatile boolean completed;
        volatile long firstOffset = -1;
        final AtomicLong dropped = new AtomicLong();
        volatile @Nullable StreamObserver<LogTransferResponse> agent;

        String text() {
            synchronized (bytes) {
                return bytes.toString(java.nio.charset.StandardCharsets.UTF_8);
            }
        }

        void credit(long more) {
            StreamObserver<LogTransferResponse> to = agent;
            assertThat(to).isNotNull();
            to.onNext(LogTransferResponse.newBuilder().setCredit(more).build());
        }
    }

    FakeLeader() throws IOException {
        this(0);
    }

    FakeLeader(int port) throws IOException {
        this.server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .permitKeepAliveTime(1, TimeUnit.SECONDS)
                        .addService(new Service())
                        .intercept(new Authorizations())
                        .build()
                        .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    int port() {
        return server.getPort();
    }

    void send(SessionResponse.Builder message) {
        StreamObserver<SessionResponse> to = session;
        assertThat(to).as("session").isNotNull();
        send(to, message);
    }

    private synchronized void send(
            StreamObserver<SessionResponse> to, SessionResponse.Builder message) {
        to.onNext(
                message.setEpoch(epoch)
                        .setGeneration(generation.get())
                        .setSequence(sequence.incrementAndGet())
                        .build());
    }

    void putContext(String id, Context context) {
        send(
                SessionResponse.newBuilder()
                        .setPutContext(
                                PutContext.newBuilder().setContextId(id).setContext(context)));
    }

    private SessionResponse refusalMessage() {
        return SessionResponse.newBuilder()
                .setRefusal(Refusal.newBuilder().setCode(refusal).setLeader(refusalHint))
                .build();
    }

    /** Says in the middle of a session that it leads no more. */
    void refuse() {
        send(refusalMessage().toBuilder());
    }

    void launch(Launch launch) {
        send(SessionResponse.newBuilder().setLaunch(launch));
    }

    void signal(AttemptRef ref, int number, Signal.Kind kind) {
        send(
                SessionResponse.newBuilder()
                        .setSignal(
                                Signal.newBuilder()
                                        .setRef(ref)
                                        .setNumber(number)
                                        .setKind(kind)
                                        .setReason("Killed")));
    }

    void useDevice(String uuid) {
        send(SessionResponse.newBuilder().setUseDevice(UseDevice.newBuilder().setUuid(uuid)));
    }

    void forget(AttemptRef ref) {
        send(SessionResponse.newBuilder().setForget(Forget.newBuilder().setRef(ref)));
    }

    LogSink openLog(OpenLog request) {
        LogSink sink = new LogSink();
        logs.put(request.getTransferId(), sink);
        send(SessionResponse.newBuilder().setOpenLog(request));
        await().until(() -> sink.agent != null);
        return sink;
    }

    void awaitSession() {
        await().until(() -> session != null);
    }

    /** Waits for a report of that kind about the attempt. */
    AttemptReport awaitReport(AttemptRef ref, AttemptReport.EventCase kind) {
        await().pollInterval(java.time.Duration.ofMillis(20))
                .until(() -> find(ref, kind).isPresent());
        return find(ref, kind).orElseThrow();
    }

    AttemptEnded awaitEnd(AttemptRef ref) {
        return awaitReport(ref, AttemptReport.EventCase.ENDED).getEnded();
    }

    long awaitStart(AttemptRef ref) {
        return awaitReport(ref, AttemptReport.EventCase.STARTED).getStarted().getPid();
    }

    void awaitRelease(AttemptRef ref) {
        awaitReport(ref, AttemptReport.EventCase.RELEASED);
    }

    Optional<AttemptReport> find(AttemptRef ref, AttemptReport.EventCase kind) {
        return reports.stream()
                .filter(report -> report.getRef().equals(ref) && report.getEventCase() == kind)
                .findFirst();
    }

    static Duration millis(long value) {
        return Duration.newBuilder()
                .setSeconds(value / 1_000)
                .setNanos((int) (value % 1_000) * 1_000_000)
                .build();
    }

    static AttemptRef ref(long task, int number) {
        return AttemptRef.newBuilder().setTaskId(task).setNumber(number).setEpoch(1).build();
    }

    static Launch.Builder launch(AttemptRef ref, Path runDir, String... argv) {
        return Launch.newBuilder()
                .setRef(ref)
                .setSpec(
                        TaskSpec.newBuilder()
                                .setFullname("group/task-" + ref.getTaskId())
                                .setWorkingDirectory("/tmp")
                                .setCommand(Command.newBuilder().addAllArgv(List.of(argv))))
                .setRunDir(runDir.toString())
                .addDevices(DeviceShare.newBuilder().setIndex(0).setMib(10))
                .setGrace(millis(1_000))
                .setCoordinator("127.0.0.1:1");
    }

    @Override
    public void close() {
        server.shutdownNow();
        await().until(server::isTerminated);
    }

    private final class Authorizations implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String value =
                    headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            authorizations.add(value == null ? "" : value);
            return next.startCall(call, headers);
        }
    }

    private final class Service extends AgentServiceGrpc.AgentServiceImplBase {

        @Override
        public StreamObserver<SessionRequest> session(StreamObserver<SessionResponse> out) {
            return new StreamObserver<>() {
                @Override
                public void onNext(SessionRequest request) {
                    switch (request.getMessageCase()) {
                        case HELLO -> onHello(request.getHello(), out);
                        case HEARTBEAT -> onHeartbeat(request.getHeartbeat());
                        case REPORT -> onReport(request.getReport());
                        case GOODBYE -> onGoodbye(request);
                        default -> others.add(request);
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    leave(out);
                }

                @Override
                public void onCompleted() {
                    leave(out);
                    out.onCompleted();
                }
            };
        }

        private void leave(StreamObserver<SessionResponse> out) {
            if (session == out) {
                session = null;
            }
        }

        private void onHello(Hello hello, StreamObserver<SessionResponse> out) {
            hellos.add(hello);
            if (!answering) {
                return;
            }
            if (refusing || !refusalHint.isEmpty()) {
                out.onNext(refusalMessage());
                out.onCompleted();
                return;
            }
            generation.incrementAndGet();
            sequence.set(0);
            Welcome.Builder welcome =
                    Welcome.newBuilder()
                            .setClusterId(CLUSTER)
                            .setHeartbeatInterval(millis(heartbeatMs))
                            .setSampleInterval(millis(200));
            if (leasingHello) {
                welcome.setLease(millis(0));
            }
            send(out, SessionResponse.newBuilder().setWelcome(welcome));
            session = out; // a test that waits for it must not be faster than the welcome
            hello.getUnacknowledgedList().forEach(this::onReport);
        }

        private void onHeartbeat(Heartbeat heartbeat) {
            heartbeats.add(heartbeat);
            if (answering && session != null) {
                HeartbeatAck.Builder ack =
                        HeartbeatAck.newBuilder()
                                .setMonoMs(heartbeat.getMonoMs())
                                .addAllCoordinators(coordinators);
                if (leasing) {
                    ack.setLease(millis(0));
                }
                send(SessionResponse.newBuilder().setHeartbeatAck(ack));
            }
        }

        private void onGoodbye(SessionRequest request) {
            others.add(request);
            if (answering && session != null) {
                send(
                        SessionResponse.newBuilder()
                                .setGoodbyeAck(
                                        GoodbyeAck.newBuilder()
                                                .setAway(request.getGoodbye().getAway())));
            }
        }

        private void onReport(AttemptReport report) {
            reports.add(report);
            if (acknowledging && session != null) {
                send(
                        SessionResponse.newBuilder()
                                .setReportAck(
                                        ReportAck.newBuilder().addSequences(report.getSequence())));
            }
        }

        @Override
        public StreamObserver<LogTransferRequest> logTransfer(
                StreamObserver<LogTransferResponse> out) {
            return new StreamObserver<>() {
                private @Nullable LogSink sink;

                @Override
                public void onNext(LogTransferRequest request) {
                    if (request.hasOpened()) {
                        LogSink opened = logs.get(request.getOpened().getTransferId());
                        assertThat(opened).isNotNull();
                        sink = opened;
                        opened.agent = out;
                    } else if (sink != null) {
                        take(sink, request);
                    }
                }

                private void take(LogSink into, LogTransferRequest request) {
                    ByteString data = request.getChunk().getData();
                    if (into.firstOffset < 0) {
                        into.firstOffset = request.getChunk().getOffset();
                    }
                    synchronized (into.bytes) {
                        into.bytes.writeBytes(data.toByteArray());
                    }
                    into.dropped.addAndGet(request.getChunk().getDropped());
                    into.sizes.add(data.size());
                    into.end |= request.getChunk().getEnd();
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    if (sink != null) {
                        sink.completed = true;
                    }
                    out.onCompleted();
                }
            };
        }
    }
}
