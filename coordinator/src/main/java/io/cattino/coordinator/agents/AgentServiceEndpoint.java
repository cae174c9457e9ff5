package io.cattino.coordinator.agents;

import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The agents' service: opens sessions and the streams of logs. Any number of calls at once. */
public final class AgentServiceEndpoint extends AgentServiceGrpc.AgentServiceImplBase {
    private static final Duration HELLO = Duration.ofSeconds(10);

    private final Supplier<Optional<SessionParts>> leadership;
    private final Supplier<String> ledBy;

    /**
     * @param leadership the present one; empty while nobody leads here
     * @param ledBy {@code host:grpc/http} of who may lead then; may be empty
     */
    public AgentServiceEndpoint(
            Supplier<Optional<SessionParts>> leadership, Supplier<String> ledBy) {
        this.leadership = leadership;
        this.ledBy = ledBy;
    }

    @Override
    public StreamObserver<SessionRequest> session(StreamObserver<SessionResponse> out) {
        Optional<SessionParts> parts = leadership.get();
        if (parts.isEmpty()) {
            return new TurnedAway(out, ledBy.get());
        }
        AgentSession session =
                new AgentSession(parts.get(), (ServerCallStreamObserver<SessionResponse>) out);
        CompletableFuture.delayedExecutor(HELLO.toSeconds(), TimeUnit.SECONDS)
                .execute(session::expectHello);
        return session;
    }

    @Override
    public StreamObserver<LogTransferRequest> logTransfer(StreamObserver<LogTransferResponse> out) {
        Optional<SessionParts> parts = leadership.get();
        if (parts.isEmpty()) {
            out.onError(
                    Status.UNAVAILABLE
                            .withDescription("this coordinator does not lead")
                            .asRuntimeException());
            return new NobodyListens();
        }
        return parts.get().logs().accept((ServerCallStreamObserver<LogTransferResponse>) out);
    }

    /** Of a call that has been answered. */
    private static final class NobodyListens implements StreamObserver<LogTransferRequest> {
        @Override
        public void onNext(LogTransferRequest request) {
            // It was on its way.
        }

        @Override
        public void onError(Throwable failure) {
            // Nothing was begun.
        }

        @Override
        public void onCompleted() {
            // Nothing was begun.
        }
    }
}
