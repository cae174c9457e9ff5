package io.cattino.coordinator.agents;

import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.stub.StreamObserver;

/** The session of an agent that has come to a coordinator which does not lead: told who may. */
final class TurnedAway implements StreamObserver<SessionRequest> {
    private final StreamObserver<SessionResponse> out;
    private final Refusal refusal;
    private boolean over;

    /**
     * @param leader {@code host:grpc/http}; may be empty
     */
    TurnedAway(StreamObserver<SessionResponse> out, String leader) {
        this.out = out;
        this.refusal =
                Refusal.newBuilder()
                        .setCode(Refusal.Code.CODE_NOT_LEADER)
                        .setText("this coordinator does not lead")
                        .setLeader(leader.replaceFirst("/.*", ""))
                        .build();
    }

    @Override
    public void onNext(SessionRequest request) {
        if (!over) {
            over = true;
            out.onNext(SessionResponse.newBuilder().setRefusal(refusal).build());
            out.onCompleted();
        }
    }

    @Override
    public void onError(Throwable failure) {
        over = true; // it went away by itself
    }

    @Override
    public void onCompleted() {
        if (!over) {
            over = true;
            out.onCompleted();
        }
    }
}
