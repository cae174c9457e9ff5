package io.cattino.client;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.CancelTasksResponse;
import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.DrainNodeRequest;
import io.cattino.proto.v1.DrainNodeResponse;
import io.cattino.proto.v1.GetSettingsRequest;
import io.cattino.proto.v1.GetSettingsResponse;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.GetStatusResponse;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.GetTaskResponse;
import io.cattino.proto.v1.HoldFencesRequest;
import io.cattino.proto.v1.HoldFencesResponse;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ListEventsResponse;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.SetTaskResponse;
import io.cattino.proto.v1.Setting;
import io.cattino.proto.v1.SubmitChunksRequest;
import io.cattino.proto.v1.SubmitChunksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.TaskChange;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.WatchEventsRequest;
import io.cattino.proto.v1.WatchEventsResponse;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A coordinator that does as it is told: failures on demand, every request kept. */
final class FakeCoordinator extends FakeStore implements AutoCloseable {

    private static final Metadata.Key<String> STALE =
            Metadata.Key.of("cattino-stale", Metadata.ASCII_STRING_MARSHALLER);

    /** What the next calls fail with, whatever they are; each is used once. */
    final ConcurrentLinkedQueue<StatusRuntimeException> failures = new ConcurrentLinkedQueue<>();

    final List<SubmitRequest> submits = new CopyOnWriteArrayList<>();
    final List<List<SubmitRequest>> chunkedSubmits = new CopyOnWriteArrayList<>();
    final List<ListTasksRequest> lists = new CopyOnWriteArrayList<>();
    final List<WatchEventsRequest> watches = new CopyOnWriteArrayList<>();
    final List<ReadLogRequest> logReads = new CopyOnWriteArrayList<>();
    final List<CancelTasksRequest> cancels = new CopyOnWriteArrayList<>();
    final List<DrainNodeRequest> drains = new CopyOnWriteArrayList<>();
    final List<HoldFencesRequest> holds = new CopyOnWriteArrayList<>();

    /** The answer to every drain. */
    volatile Node node = Node.getDefaultInstance();

    final List<SetTaskRequest> sets = new CopyOnWriteArrayList<>();
    final List<ListEventsRequest> eventQueries = new CopyOnWriteArrayList<>();
    volatile ListEventsResponse events = ListEventsResponse.getDefaultInstance();
    final List<String> tokens = new CopyOnWriteArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();

    /** The age, in seconds, of what it last knew, while nobody can lead; null: it leads. */
    volatile @Nullable String stale;

    private volatile BiConsumer<ReadLogRequest, StreamObserver<ReadLogResponse>> logs =
            (_, observer) -> observer.onCompleted();
    private volatile Predicate<String> acceptsToken = _ -> true;
    private volatile Runnable beforeAnswer = () -> {};
    private @Nullable Server server;
    private int port;

    FakeCoordinator() {
        start();
    }

    void start() {
        try {
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                            .executor(Executors.newVirtualThreadPerTaskExecutor())
                            .permitKeepAliveTime(1, TimeUnit.SECONDS)
                            .maxInboundMessageSize(16 << 20)
                            .addService(new Tasks())
                            .addService(new Cluster())
                            .intercept(new Gate())
                            .build()
                            .start();
            port = server.getPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** As a crash: connections break. */
    void stop() {
        Server running = server;
        if (running != null) {
            try {
                running.shutdownNow().awaitTermination();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        stop();
    }

    static StatusRuntimeException error(
            Status.Code code, String message, String reason, Map<String, String> metadata) {
        ErrorInfo info =
                ErrorInfo.newBuilder()
                        .setDomain("cattino")
                        .setReason(reason)
                        .putAllMetadata(metadata)
                        .build();
        return StatusProto.toStatusRuntimeException(
                com.google.rpc.Status.newBuilder()
                        .setCode(code.value())
                        .setMessage(message)
                        .addDetails(Any.pack(info))
                        .build());
    }

    void logs(BiConsumer<ReadLogRequest, StreamObserver<ReadLogResponse>> logs) {
        this.logs = logs;
    }

    void accept(Predicate<String> token) {
        this.acceptsToken = token;
    }

    void beforeAnswer(Runnable action) {
        this.beforeAnswer = action;
    }

    /** Looks at every call before it is served. */
    private final class Gate implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String token =
                    headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            calls.add(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
            tokens.add(String.valueOf(token));
            if (!acceptsToken.test(String.valueOf(token))) {
                call.close(Status.UNAUTHENTICATED.withDescription("wrong token"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            String age = stale;
            if (age == null) {
                return next.startCall(call, headers);
            }
            if (!"accept".equals(headers.get(STALE))) {
                StatusRuntimeException away =
                        error(Status.Code.UNAVAILABLE, "no quorum", "NO_QUORUM", Map.of());
                call.close(away.getStatus(), requireNonNull(away.getTrailers()));
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(
                    new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                        @Override
                        public void sendHeaders(Metadata response) {
                            response.put(STALE, age);
                            super.sendHeaders(response);
                        }
                    },
                    headers);
        }
    }

    /** Answers, or fails if a failure is due. */
    private <R> void answer(StreamObserver<R> observer, java.util.function.Supplier<R> response) {
        beforeAnswer.run();
        StatusRuntimeException failure = failures.poll();
        if (failure != null) {
            observer.onError(failure);
            return;
        }
        try {
            observer.onNext(response.get());
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        }
    }

    private final class Tasks extends TaskServiceGrpc.TaskServiceImplBase {
        @Override
        public void submit(SubmitRequest request, StreamObserver<SubmitResponse> observer) {
            submits.add(request);
            answer(observer, () -> store(request));
        }

        @Override
        public StreamObserver<SubmitChunksRequest> submitChunks(
                StreamObserver<SubmitChunksResponse> observer) {
            List<SubmitRequest> parts = new ArrayList<>();
            return new StreamObserver<>() {
                @Override
                public void onNext(SubmitChunksRequest request) {
                    parts.add(request.getPart());
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    chunkedSubmits.add(List.copyOf(parts));
                    SubmitRequest.Builder whole = SubmitRequest.newBuilder();
                    parts.forEach(whole::mergeFrom);
                    answer(
                            observer,
                            () ->
                                    SubmitChunksResponse.newBuilder()
                                            .setResult(store(whole.build()))
                                            .build());
                }
            };
        }

        @Override
        public void listTasks(
                ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
            lists.add(request);
            answer(observer, () -> list(request));
        }

        @Override
        public void getTask(GetTaskRequest request, StreamObserver<GetTaskResponse> observer) {
            answer(observer, () -> GetTaskResponse.newBuilder().setTask(find(request)).build());
        }

        @Override
        public void cancelTasks(
                CancelTasksRequest request, StreamObserver<CancelTasksResponse> observer) {
            cancels.add(request);
            CancelTasksResponse.Builder response = CancelTasksResponse.newBuilder();
            for (String name : request.getSelector().getNamesList()) {
                response.addChanges(
                        TaskChange.newBuilder()
                                .setFullname(name)
                                .setOutcome(
                                        name.equals("done")
                                                ? TaskChange.Outcome.OUTCOME_WRONG_STATE
                                                : TaskChange.Outcome.OUTCOME_CHANGED)
                                .setStatus(TaskStatus.TASK_STATUS_CANCELLED));
            }
            answer(observer, response::build);
        }

        @Override
        public void setTask(SetTaskRequest request, StreamObserver<SetTaskResponse> observer) {
            sets.add(request);
            answer(observer, SetTaskResponse::getDefaultInstance);
        }

        @Override
        public void listEvents(
                ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
            eventQueries.add(request);
            answer(observer, () -> events);
        }

        @Override
        public void watchEvents(
                WatchEventsRequest request, StreamObserver<WatchEventsResponse> observer) {
            watches.add(request);
            watch(request, observer);
        }

        @Override
        public void readLog(ReadLogRequest request, StreamObserver<ReadLogResponse> observer) {
            logReads.add(request);
            logs.accept(request, observer);
        }
    }

    private final class Cluster extends ClusterServiceGrpc.ClusterServiceImplBase {
        @Override
        public void getStatus(
                GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
            GetStatusResponse.Builder status = GetStatusResponse.newBuilder().setLeader(address());
            if (!holds.isEmpty()) {
                status.setFenceHold(holds.getLast().getDuration());
            }
            answer(observer, status::build);
        }

        @Override
        public void drainNode(
                DrainNodeRequest request, StreamObserver<DrainNodeResponse> observer) {
            drains.add(request);
            answer(observer, () -> DrainNodeResponse.newBuilder().setNode(node).build());
        }

        @Override
        public void holdFences(
                HoldFencesRequest request, StreamObserver<HoldFencesResponse> observer) {
            holds.add(request);
            answer(
                    observer,
                    () ->
                            HoldFencesResponse.newBuilder()
                                    .setRemaining(request.getDuration())
                                    .build());
        }

        @Override
        public void getSettings(
                GetSettingsRequest request, StreamObserver<GetSettingsResponse> observer) {
            answer(
                    observer,
                    () ->
                            GetSettingsResponse.newBuilder()
                                    .addSettings(
                                            Setting.newBuilder()
                                                    .setKey("retry-limit")
                                                    .setValue("16"))
                                    .build());
        }
    }
}
