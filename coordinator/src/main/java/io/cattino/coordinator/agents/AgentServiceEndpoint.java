package io.cattino.coordinator.agents;

import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The agents' service: opens sessions and the streams of logs. Any number of calls at once. */
public final class AgentServiceEndpoint extends AgentServiceGrpc.AgentServiceImplBase {
    private static final Duration HELLO = Duration.ofSeconds(10);

    private final SessionParts parts;

    public AgentServiceEndpoint(SessionParts parts) {
        this.parts = parts;
    }

    @Override
    public StreamObserver<SessionRequest> session(StreamObserver<SessionResponse> out) {
        AgentSession session =
                new AgentSession(parts, (ServerCallStreamObserver<SessionResponse>) out);
        CompletableFuture.delayedExecutor(HELLO.toSeconds(), TimeUnit.SECONDS)
                .execute(session::expectHello);
        return session;
    }

    @Override
    public StreamObserver<LogTransferRequest> logTransfer(StreamObserver<LogTransferResponse> out) {
        return parts.logs().accept((ServerCallStreamObserver<LogTransferResponse>) out);
    }
}
