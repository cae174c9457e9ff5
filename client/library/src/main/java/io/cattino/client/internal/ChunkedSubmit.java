package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.GroupSpec;
import io.cattino.proto.v1.SubmitChunksRequest;
import io.cattino.proto.v1.SubmitChunksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.TaskSpec;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands in a submission that is too large for one message. */
final class ChunkedSubmit {

    /** Above either, a submission goes in parts. */
    static final int MAX_BYTES = 8 << 20;

    static final int MAX_TASKS = 10_000;

    private static final int PART_BYTES = 1 << 20;

    private ChunkedSubmit() {}

    static boolean isNeeded(SubmitRequest request) {
        return request.getTasksCount() > MAX_TASKS || request.getSerializedSize() > MAX_BYTES;
    }

    /**
     * The parts: what there is one of goes in the first, lists are cut where about a mebibyte is
     * full.
     */
    static List<SubmitRequest> parts(SubmitRequest request) {
        List<SubmitRequest> parts = new ArrayList<>();
        SubmitRequest.Builder part = request.toBuilder().clearTasks().clearGroups().clearEdges();
        long size = part.build().getSerializedSize();
        for (TaskSpec task : request.getTasksList()) {
            size += task.getSerializedSize();
            part.addTasks(task);
            if (size >= PART_BYTES) {
                size = cut(parts, part);
            }
        }
        for (GroupSpec group : request.getGroupsList()) {
            size += group.getSerializedSize();
            part.addGroups(group);
            if (size >= PART_BYTES) {
                size = cut(parts, part);
            }
        }
        for (Edge edge : request.getEdgesList()) {
            size += edge.getSerializedSize();
            part.addEdges(edge);
            if (size >= PART_BYTES) {
                size = cut(parts, part);
            }
        }
        parts.add(part.build());
        return parts;
    }

    private static long cut(List<SubmitRequest> parts, SubmitRequest.Builder part) {
        parts.add(part.build());
        part.clear();
        return 0;
    }

    /** Sends the parts, no faster than they are taken, and waits for the answer. */
    static SubmitResponse send(Channel channel, CallOptions options, List<SubmitRequest> parts) {
        ClientCall<SubmitChunksRequest, SubmitChunksResponse> call =
                channel.newCall(TaskServiceGrpc.getSubmitChunksMethod(), options);
        Progress progress = new Progress();
        call.start(progress, new Metadata());
        call.request(2);
        try {
            for (SubmitRequest part : parts) {
                if (!progress.awaitReady(call)) {
                    break;
                }
                call.sendMessage(SubmitChunksRequest.newBuilder().setPart(part).build());
            }
            call.halfClose();
            return progress.await().getResult();
        } catch (InterruptedException e) {
            call.cancel("interrupted", e);
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
        }
    }

    /** What the other side says. */
    private static final class Progress extends ClientCall.Listener<SubmitChunksResponse> {
        @GuardedBy("this")
        private @Nullable SubmitChunksResponse answer;

        @GuardedBy("this")
        private @Nullable StatusRuntimeException failure;

        @GuardedBy("this")
        private boolean closed;

        @Override
        public synchronized void onReady() {
            notifyAll();
        }

        @Override
        public synchronized void onMessage(SubmitChunksResponse message) {
            answer = message;
        }

        @Override
        public synchronized void onClose(Status status, Metadata trailers) {
            closed = true;
            if (!status.isOk() || answer == null) {
                Status end = status.isOk() ? Status.INTERNAL.withDescription("no answer") : status;
                failure = end.asRuntimeException(trailers);
            }
            notifyAll();
        }

        /** Waits until more can be sent; false if the call is over. */
        synchronized boolean awaitReady(ClientCall<?, ?> call) throws InterruptedException {
            while (!closed && !call.isReady()) {
                wait();
            }
            return !closed;
        }

        synchronized SubmitChunksResponse await() throws InterruptedException {
            while (!closed) {
                wait();
            }
            if (failure != null) {
                throw failure;
            }
            SubmitChunksResponse came = answer;
            if (came == null) {
                throw new AssertionError("closed without an answer or a failure");
            }
            return came;
        }
    }
}
