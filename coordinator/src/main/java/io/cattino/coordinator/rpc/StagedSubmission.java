package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Rejection;
import io.cattino.proto.v1.SubmitChunksRequest;
import io.cattino.proto.v1.SubmitChunksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A submission that arrives in parts: nobody sees it before the last one, and it is dropped with
 * the call. The bytes of all that are under way together are bounded. The calls of one stream come
 * one after the other; the time-out from elsewhere.
 */
final class StagedSubmission implements StreamObserver<SubmitChunksRequest> {
    static final long MAX_BYTES = 256L * 1024 * 1024;
    static final long MAX_BYTES_OF_ALL = 2 * MAX_BYTES;
    private static final Duration MAX_TIME = Duration.ofMinutes(10);

    private final ServerCallStreamObserver<SubmitChunksResponse> answer;
    private final AtomicLong bytesOfAll;
    private final Function<SubmitRequest, SubmitResponse> submit;
    private SubmitRequest.Builder parts = SubmitRequest.newBuilder();
    private long bytes;
    private boolean done;

    private StagedSubmission(
            ServerCallStreamObserver<SubmitChunksResponse> answer,
            AtomicLong bytesOfAll,
            Function<SubmitRequest, SubmitResponse> submit) {
        this.answer = answer;
        this.bytesOfAll = bytesOfAll;
        this.submit = submit;
    }

    /**
     * @param bytesOfAll what all submissions take that are under way
     */
    static StagedSubmission begin(
            ServerCallStreamObserver<SubmitChunksResponse> answer,
            AtomicLong bytesOfAll,
            Function<SubmitRequest, SubmitResponse> submit) {
        StagedSubmission staged = new StagedSubmission(answer, bytesOfAll, submit);
        answer.setOnCancelHandler(staged::drop);
        CompletableFuture.delayedExecutor(MAX_TIME.toSeconds(), TimeUnit.SECONDS)
                .execute(staged::expire);
        return staged;
    }

    @Override
    public synchronized void onNext(SubmitChunksRequest request) {
        if (done) {
            return;
        }
        long size = request.getSerializedSize();
        bytes += size;
        long all = bytesOfAll.addAndGet(size);
        if (bytes > MAX_BYTES) {
            refuse(limit("part", "the parts take more than " + MAX_BYTES + " bytes"));
            return;
        }
        if (all > MAX_BYTES_OF_ALL) {
            refuse(
                    StatusMapper.tooMany(
                            "too many large submissions arrive at once; nothing was stored"));
            return;
        }
        parts.mergeFrom(request.getPart());
        Findings findings = new Findings();
        if (!SubmissionCheck.sizes(findings, parts)) {
            refuse(StatusMapper.ofSubmission(findings.first().orElseThrow()));
        }
    }

    @Override
    public synchronized void onError(Throwable t) {
        drop();
    }

    @Override
    public void onCompleted() {
        SubmitRequest whole;
        synchronized (this) {
            if (done) {
                return;
            }
            whole = parts.build();
            drop();
        }
        try {
            SubmitResponse result = submit.apply(whole);
            answer.onNext(SubmitChunksResponse.newBuilder().setResult(result).build());
            answer.onCompleted();
        } catch (StatusRuntimeException e) {
            answer.onError(e);
        }
    }

    private static StatusRuntimeException limit(String field, String text) {
        return StatusMapper.ofSubmission(
                new Rejection.Limit(field, text, "use several submissions"));
    }

    private synchronized void expire() {
        if (!done) {
            refuse(
                    limit(
                            "part",
                            "the parts took longer than " + MAX_TIME.toMinutes() + " minutes"));
        }
    }

    private synchronized void refuse(StatusRuntimeException e) {
        drop();
        answer.onError(e);
    }

    /** The memory goes, whatever else still refers to this object. */
    private synchronized void drop() {
        if (!done) {
            done = true;
            bytesOfAll.addAndGet(-bytes);
            parts = SubmitRequest.newBuilder();
        }
    }
}
