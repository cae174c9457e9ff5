package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Reply;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The ways in which a call ends. Stateless; any thread. */
final class Calls {
    private Calls() {}

    /**
     * Answers once, with what the supplier makes or with the status it throws; bugs are for {@link
     * FaultInterceptor}.
     */
    static <T> void answer(StreamObserver<T> out, Supplier<T> call) {
        T answer;
        try {
            answer = call.get();
        } catch (StatusRuntimeException e) {
            out.onError(e);
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }

    /** Begins a stream of answers, or refuses it. */
    static <T> void begin(StreamObserver<T> out, Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            out.onError(e);
        }
    }

    /**
     * Refuses a request whose form is not right.
     *
     * @param form whether it is; if not, it has found something
     */
    static void check(Predicate<Findings> form) {
        Findings findings = new Findings();
        if (!form.test(findings)) {
            throw StatusMapper.of(findings.first().orElseThrow());
        }
    }

    /** The core answered something that belongs to another question: a bug. */
    static IllegalStateException unexpected(Reply reply) {
        return new IllegalStateException("unexpected reply " + reply.getClass().getSimpleName());
    }
}
