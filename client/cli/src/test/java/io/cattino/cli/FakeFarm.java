package io.cattino.cli;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.rpc.ErrorInfo;
import io.cattino.proto.v1.Attempt;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptResult;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.LearnedMemory;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.ReadLogResponse;
import io.cattino.proto.v1.Reason;
import io.cattino.proto.v1.RecordedEvent;
import io.cattino.proto.v1.Setting;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.SubmittedTask;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskSpec;
import io.cattino.proto.v1.TaskStatus;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A farm that is only tables: what tests put in, commands read; what commands ask, tests see. */
public final class FakeFarm implements AutoCloseable {

    /** When it is, for the commands. */
    public static final Instant NOW = Instant.parse("2026-11-22T08:14:10Z");

    final Map<String, Task> tasks = new LinkedHashMap<>();

    /** Bytes that logs do not have any more. */
    volatile long dropped;

    final Map<String, String> logs = new ConcurrentHashMap<>();
    final Map<String, Setting> settings = new LinkedHashMap<>();

    /** What is left of a hold of the fences; null: there is none. */
    volatile @Nullable Duration fenceHold;

    final List<Node> nodes = new CopyOnWriteArrayList<>();
    final List<LearnedMemory> learned = new CopyOnWriteArrayList<>();
    public final List<RecordedEvent> events = new CopyOnWriteArrayList<>();
    public final List<SubmitRequest> submits = new CopyOnWriteArrayList<>();
    public final List<Object> requests = new CopyOnWriteArrayList<>();

    /** What the next calls fail with; each is used once. */
    public final ConcurrentLinkedQueue<StatusRuntimeException> failures =
            new ConcurrentLinkedQueue<>();

    /** The same for calls that are about the cluster. */
    public final ConcurrentLinkedQueue<StatusRuntimeException> clusterFailures =
            new ConcurrentLinkedQueue<>();

    /** What the coordinator says to a name that it does not know. */
    public String suggestion = "";

    /** What becomes of a submitted task, at once. */
    public UnaryOperator<Task> onSubmit = UnaryOperator.identity();

    /** Where a submitted task starts. */
    public UnaryOperator<SubmittedTask.Builder> prospect = UnaryOperator.identity();

    /** The age, in seconds, of what it last knew, while nobody can lead; null: it leads. */
    volatile @Nullable String stale;

    private final Server server;
    private long nextId = 1;

    public FakeFarm() {
        try {
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .executor(Executors.newVirtualThreadPerTaskExecutor())
                            .permitKeepAliveTime(1, TimeUnit.SECONDS)
                            .intercept(new Staleness())
                            .addService(new FakeTasks(this))
                            .addService(new FakeCluster(this))
                            .build()
                            .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers only those who accept what was last known, while nobody can lead. */
    private final class Staleness implements ServerInterceptor {
        private static final Metadata.Key<String> HEADER =
                Metadata.Key.of("cattino-stale", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String age = stale;
            if (age == null) {
                return next.startCall(call, headers);
            }
            if (!"accept".equals(headers.get(HEADER))) {
                StatusRuntimeException away =
                        refusal(Status.Code.UNAVAILABLE, "NO_QUORUM", "no quorum", "");
                call.close(away.getStatus(), Objects.requireNonNull(away.getTrailers()));
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(
                    new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                        @Override
                        public void sendHeaders(Metadata response) {
                            response.put(HEADER, age);
                            super.sendHeaders(response);
                        }
                    },
                    headers);
        }
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /** Puts a task in. */
    public synchronized Task put(
            String fullname, TaskStatus status, UnaryOperator<Task.Builder> more) {
        Task task =
                more.apply(
                                Task.newBuilder()
                                        .setId(nextId++)
                                        .setSpec(spec(fullname))
                                        .setStatus(status)
                                        .setRunDir("/runs/1")
                                        .setWorkingDirectory("/home/ann/exp")
                                        .setUser("ann")
                                        .setSubmissionId("S")
                                        .setCreateTime(at("2026-11-22T08:00:00Z")))
                        .build();
        tasks.put(fullname, task);
        return task;
    }

    public Task put(String fullname, TaskStatus status) {
        return put(fullname, status, task -> task);
    }

    private static TaskSpec.Builder spec(String fullname) {
        return TaskSpec.newBuilder()
                .setFullname(fullname)
                .setPriority(1)
                .setCommand(
                        Command.newBuilder().addArgv("python").addArgv("train.py").addArgv("a b"));
    }

    /** So many GPUs with so much memory. */
    public static UnaryOperator<Task.Builder> gpus(int count, long mib) {
        return task -> {
            task.getSpecBuilder().setDevices(DeviceNeed.newBuilder().setCount(count).setMib(mib));
            return task;
        };
    }

    /** One device with as much as earlier runs used. */
    static Task.Builder auto(Task.Builder task) {
        task.getSpecBuilder().getDevicesBuilder().setCount(1).getAutoBuilder();
        return task;
    }

    /** An attempt that started at 08:01:10, and ended 60 s later if there is a code. */
    public static Task.Builder ran(Task.Builder task, String node, Integer... code) {
        Attempt.Builder attempt =
                Attempt.newBuilder()
                        .setRef(
                                AttemptRef.newBuilder()
                                        .setNumber(task.getAttemptsCount() + 1)
                                        .setEpoch(1))
                        .setNode(node)
                        .setPid(4711)
                        .addDevices(DeviceShare.newBuilder().setIndex(0).setMib(20000))
                        .addDevices(DeviceShare.newBuilder().setIndex(1).setMib(20000))
                        .setStartTime(at("2026-11-22T08:01:10Z"));
        task.setStartTime(at("2026-11-22T08:01:10Z"));
        if (code.length > 0) {
            attempt.setEndTime(at("2026-11-22T08:02:10Z"))
                    .setExitCode(code[0])
                    .setResult(AttemptResult.ATTEMPT_RESULT_EXITED);
            task.setEndTime(at("2026-11-22T08:02:10Z")).setExitCode(code[0]);
        }
        return task.addAttempts(attempt);
    }

    public static Reason reason(String code, String text) {
        return Reason.newBuilder().setCode(code).setText(text).build();
    }

    public static Timestamp at(String time) {
        return Timestamp.newBuilder().setSeconds(Instant.parse(time).getEpochSecond()).build();
    }

    public void log(String fullname, LogKind kind, String text) {
        logs.put(fullname + kind, text);
    }

    /** Whole, or with a gap in the midst of its second line. */
    void sendLog(ReadLogResponse all, StreamObserver<ReadLogResponse> observer) {
        if (dropped == 0) {
            observer.onNext(all);
        } else {
            int cut = all.getData().toStringUtf8().indexOf('\n') + 2;
            observer.onNext(
                    all.toBuilder().setData(all.getData().substring(0, cut)).setEnd(false).build());
            observer.onNext(
                    all.toBuilder()
                            .setData(all.getData().substring(cut))
                            .setOffset(all.getOffset() + cut + dropped)
                            .setDropped(dropped)
                            .build());
        }
        observer.onCompleted();
    }

    ByteString log(String fullname, LogKind kind) {
        return ByteString.copyFromUtf8(logs.getOrDefault(fullname + kind, ""));
    }

    /** Whether the name is a group's, which has no hooks. */
    synchronized boolean isGroupWithoutLog(String fullname, LogKind kind) {
        return !logs.containsKey(fullname + kind)
                && tasks.keySet().stream().anyMatch(task -> task.startsWith(fullname + "/"));
    }

    synchronized List<Task> matching(List<String> names) {
        return tasks.values().stream()
                .filter(task ->
                        names.isEmpty() || names.stream().anyMatch(name -> lies(task, name)))
                .toList();
    }

    synchronized void replace(Task task) {
        tasks.put(task.getSpec().getFullname(), task);
    }

    synchronized void drop(Task task) {
        tasks.remove(task.getSpec().getFullname());
    }

    static boolean lies(Task task, String name) {
        String fullname = task.getSpec().getFullname();
        return fullname.equals(name) || fullname.startsWith(name + "/");
    }

    synchronized SubmitResponse store(SubmitRequest request) {
        submits.add(request);
        SubmitResponse.Builder response =
                SubmitResponse.newBuilder()
                        .setSubmissionId(request.getRequestId())
                        .setRunDir("/runs/1");
        for (TaskSpec spec : request.getTasksList()) {
            Task task =
                    onSubmit.apply(
                            Task.newBuilder()
                                    .setId(nextId++)
                                    .setSpec(spec)
                                    .setSubmissionId(request.getRequestId())
                                    .setStatus(TaskStatus.TASK_STATUS_WAITING)
                                    .setRunDir("/runs/1")
                                    .setCreateTime(at("2026-11-22T08:00:00Z"))
                                    .build());
            if (!request.getDryRun()) {
                tasks.put(spec.getFullname(), task);
            }
            response.addTasks(
                    prospect.apply(
                            SubmittedTask.newBuilder()
                                    .setTaskId(task.getId())
                                    .setFullname(spec.getFullname())));
        }
        return response.build();
    }

    /** A refusal as the coordinator tells it. */
    public static StatusRuntimeException refusal(
            Status.Code code, String reason, String message, String hint) {
        ErrorInfo.Builder info = ErrorInfo.newBuilder().setDomain("cattino").setReason(reason);
        if (!hint.isEmpty()) {
            info.putMetadata("hint", hint);
        }
        return StatusProto.toStatusRuntimeException(
                com.google.rpc.Status.newBuilder()
                        .setCode(code.value())
                        .setMessage(message)
                        .addDetails(Any.pack(info.build()))
                        .build());
    }

    /** Requests of one kind. */
    public <T> List<T> asked(Class<T> kind) {
        List<T> found = new ArrayList<>();
        requests.stream().filter(kind::isInstance).map(kind::cast).forEach(found::add);
        return found;
    }
}
