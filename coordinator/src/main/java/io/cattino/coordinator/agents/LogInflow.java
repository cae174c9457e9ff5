package io.cattino.coordinator.agents;

import io.cattino.proto.v1.LogTransferChunk;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/** The stream by which an agent sends one log. Its calls come one after the other. */
final class LogInflow implements StreamObserver<LogTransferRequest> {
    private final ServerCallStreamObserver<LogTransferResponse> out;
    private final Function<String, Optional<LogTransfer>> transfers;
    private Optional<LogTransfer> transfer = Optional.empty();

    LogInflow(
            ServerCallStreamObserver<LogTransferResponse> out,
            Function<String, Optional<LogTransfer>> transfers) {
        this.out = out;
        this.transfers = transfers;
        out.setOnCancelHandler(() -> transfer.ifPresent(LogTransfer::broken));
    }

    @Override
    public void onNext(LogTransferRequest request) {
        switch (request.getMessageCase()) {
            case OPENED -> onOpened(request.getOpened().getTransferId());
            case CHUNK -> onChunk(request.getChunk());
            case MESSAGE_NOT_SET -> {}
        }
    }

    private void onOpened(String id) {
        if (transfer.isPresent()) {
            refuse(Status.INVALID_ARGUMENT.withDescription("the stream carries a log already"));
            return;
        }
        Optional<LogTransfer> asked = transfers.apply(id);
        if (asked.isEmpty() || !asked.get().attach(out)) {
            // The reader has gone meanwhile, or somebody else has come.
            refuse(Status.NOT_FOUND.withDescription("nobody waits for this log"));
            return;
        }
        transfer = asked;
    }

    private void onChunk(LogTransferChunk chunk) {
        if (transfer.isEmpty()) {
            refuse(
                    Status.INVALID_ARGUMENT.withDescription(
                            "the first message has to open the log"));
        } else {
            transfer.get()
                    .arrived(
                            new LogRelay.Chunk(
                                    chunk.getData(),
                                    chunk.getOffset(),
                                    chunk.getEnd(),
                                    Math.max(0, chunk.getDropped())));
        }
    }

    private void refuse(Status status) {
        out.onError(status.asRuntimeException());
    }

    @Override
    public void onError(Throwable t) {
        transfer.ifPresent(LogTransfer::broken);
    }

    @Override
    public void onCompleted() {
        transfer.ifPresent(LogTransfer::finished);
    }
}
