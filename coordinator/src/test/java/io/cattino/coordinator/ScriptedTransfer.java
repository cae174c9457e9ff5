package io.cattino.coordinator;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.LogTransferChunk;
import io.cattino.proto.v1.LogTransferOpened;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.cattino.proto.v1.OpenLog;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** An agent's stream of a log, which sends what the test tells it to. */
public final class ScriptedTransfer implements StreamObserver<LogTransferResponse> {
    public final AtomicLong credit = new AtomicLong();
    public final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    public final StreamObserver<LogTransferRequest> out;
    private long offset;
    private long dropped;

    /** Dials for what the leader asked for. */
    public ScriptedTransfer(TestCoordinator coordinator, OpenLog order) {
        offset = Math.max(0, order.getOffset());
        out = coordinator.agents().logTransfer(this);
        out.onNext(
                LogTransferRequest.newBuilder()
                        .setOpened(
                                LogTransferOpened.newBuilder().setTransferId(order.getTransferId()))
                        .build());
    }

    @Override
    public void onNext(LogTransferResponse value) {
        credit.addAndGet(value.getCredit());
    }

    @Override
    public void onError(Throwable t) {
        closed.complete(false);
    }

    @Override
    public void onCompleted() {
        closed.complete(true);
    }

    /** So many bytes. */
    public void send(int size, boolean end) {
        send(ByteString.copyFrom(new byte[size]), end);
    }

    /** So many bytes are not there any more. */
    public void drop(long size) {
        dropped += size;
        offset += size;
    }

    public void send(ByteString data, boolean end) {
        credit.addAndGet(-data.size());
        out.onNext(
                LogTransferRequest.newBuilder()
                        .setChunk(
                                LogTransferChunk.newBuilder()
                                        .setData(data)
                                        .setOffset(offset)
                                        .setDropped(dropped)
                                        .setEnd(end))
                        .build());
        offset += data.size();
        dropped = 0;
    }
}
