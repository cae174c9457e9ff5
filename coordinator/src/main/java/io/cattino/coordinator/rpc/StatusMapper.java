package io.cattino.coordinator.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.loop.LeaderException;
import io.cattino.coordinator.wire.Texts;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/**
 * Every error that callers see, in one place: a gRPC code, one sentence, and a {@code
 * google.rpc.ErrorInfo} of the domain {@code cattino} with a reason for programs and the metadata
 * {@code field}, {@code hint} and the like. Sizes are cut to what fits into the metadata that
 * clients accept by default (8 KiB). Stateless; any thread.
 */
public final class StatusMapper {
    public static final String DOMAIN = "cattino";

    private static final int MAX_MESSAGE_BYTES = 1_000;
    private static final int MAX_METADATA_BYTES = 400;
    private static final int RETRY_SECONDS = 1;

    private static final String FIELD = "field";
    private static final String NAME = "name";
    private static final String HINT = "hint";
    private static final String AGAIN = "ask again under the same request id";
    private static final String LATER = "try again in a moment";

    private StatusMapper() {}

    /** A refusal of the core or of the edge, of anything but a submission. */
    public static StatusRuntimeException of(Rejection rejection) {
        return of(rejection, ErrorReason.INVALID_REQUEST);
    }

    /** A refusal of a submission. */
    static StatusRuntimeException ofSubmission(Rejection rejection) {
        return of(rejection, ErrorReason.INVALID_TASK);
    }

    private static StatusRuntimeException of(Rejection rejection, ErrorReason invalid) {
        return switch (rejection) {
            case Rejection.Invalid r -> field(invalid, r.field(), r);
            case Rejection.Limit r -> field(ErrorReason.LIMIT, r.field(), r);
            case Rejection.RequestIdReused r ->
                    refusal(ErrorReason.REQUEST_ID_REUSED, r, "request_id", r.request());
            case Rejection.NameExists r -> name(ErrorReason.NAME_EXISTS, r.name(), r);
            case Rejection.NotFound r -> notFound(r);
            case Rejection.Cycle r -> cycle(r);
            case Rejection.NeverFits r -> name(ErrorReason.NEVER_FITS, r.task(), r);
            case Rejection.WrongState r -> name(ErrorReason.WRONG_STATE, r.name(), r);
            case Rejection.DuplicateNode r -> name(ErrorReason.DUPLICATE_NODE, r.name(), r);
            case Rejection.StaleSession r -> name(ErrorReason.STALE_SESSION, "", r);
        };
    }

    private static StatusRuntimeException field(ErrorReason reason, String field, Rejection r) {
        String text = field.isEmpty() ? r.text() : field + ": " + r.text();
        return error(reason, text, Map.of(FIELD, field, HINT, r.hint()));
    }

    private static StatusRuntimeException name(ErrorReason reason, String name, Rejection r) {
        return refusal(reason, r, NAME, name);
    }

    private static StatusRuntimeException refusal(
            ErrorReason reason, Rejection r, String key, String value) {
        return error(reason, r.text(), Map.of(key, value, HINT, r.hint()));
    }

    private static StatusRuntimeException notFound(Rejection.NotFound r) {
        return error(
                ErrorReason.NOT_FOUND,
                r.text(),
                Map.of(NAME, r.name(), "similar", String.join(",", r.similar()), HINT, r.hint()));
    }

    private static StatusRuntimeException cycle(Rejection.Cycle r) {
        return error(ErrorReason.CYCLE, r.text(), Map.of(FIELD, "edges", HINT, r.hint()));
    }

    /** The loop could not take it. */
    public static StatusRuntimeException of(LeaderException e) {
        return switch (e.kind()) {
            case OVERLOADED ->
                    error(
                            ErrorReason.OVERLOADED,
                            "the server has more to do than it takes; nothing happened",
                            Map.of(HINT, LATER));
            case NOT_LEADING ->
                    error(
                            ErrorReason.NOT_LEADER,
                            "this server does not lead; whether the call had an effect is unknown",
                            Map.of("leader", e.leader(), HINT, AGAIN));
            case NO_QUORUM ->
                    error(
                            ErrorReason.NO_QUORUM,
                            "the state store has no quorum, or cannot be reached: no coordinator can lead",
                            Map.of(HINT, "tasks run on; " + AGAIN + " once it is back"));
        };
    }

    /** The loop did not answer in time. */
    static StatusRuntimeException noAnswer() {
        return error(
                ErrorReason.NO_ANSWER,
                "the server did not come round to it in time; whether it had an effect is unknown",
                Map.of(HINT, AGAIN));
    }

    /** The caller did not show the token. */
    static StatusRuntimeException unauthenticated(String text, String hint) {
        return error(ErrorReason.UNAUTHENTICATED, text, Map.of(HINT, hint));
    }

    /** Bytes that are no message. */
    static StatusRuntimeException malformed(String method) {
        return error(
                ErrorReason.INVALID_REQUEST,
                "the message is not a valid "
                        + method
                        + " request (malformed protobuf, or text that is not UTF-8)",
                Map.of(HINT, "build it with the published .proto files"));
    }

    /** The watcher asked for revisions that are gone. */
    static StatusRuntimeException compacted(long after) {
        return error(
                ErrorReason.COMPACTED,
                "the events after revision " + after + " are not kept any more",
                Map.of(HINT, "list again, and watch from the list's revision"));
    }

    /** The caller went away; nobody reads this. */
    static StatusRuntimeException cancelled() {
        return error(ErrorReason.CANCELLED, "the call was cancelled", Map.of());
    }

    /** There is no log to read. */
    static StatusRuntimeException logUnavailable(String text, String hint) {
        return error(ErrorReason.LOG_UNAVAILABLE, text, Map.of(HINT, hint));
    }

    /** The node that has the log cannot be asked. */
    static StatusRuntimeException nodeAway(String node, String text) {
        return error(
                ErrorReason.NODE_AWAY,
                text,
                Map.of("node", node, HINT, "see meow nodes, and try again when it is back"));
    }

    /** Too many at once of what costs the server something. */
    static StatusRuntimeException tooMany(String text) {
        return error(ErrorReason.OVERLOADED, text, Map.of(HINT, LATER));
    }

    /** A bug here: the caller learns the number under which the log has the rest. */
    static StatusRuntimeException internal(String incident) {
        return error(
                ErrorReason.INTERNAL,
                "the server made a mistake (incident " + incident + ")",
                Map.of(
                        "incident",
                        incident,
                        HINT,
                        "the server's log tells more under this number"));
    }

    /**
     * @param metadata what is empty is left out
     */
    private static StatusRuntimeException error(
            ErrorReason reason, String message, Map<String, String> metadata) {
        ErrorInfo.Builder info = ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason.name());
        metadata.forEach((key, value) -> {
            if (!value.isEmpty()) {
                info.putMetadata(key, Texts.cut(value, MAX_METADATA_BYTES));
            }
        });
        Status.Builder status =
                Status.newBuilder()
                        .setCode(reason.code().getNumber())
                        .setMessage(Texts.cut(message, MAX_MESSAGE_BYTES))
                        .addDetails(Any.pack(info.build()));
        if (reason == ErrorReason.OVERLOADED) {
            status.addDetails(Any.pack(retryInfo()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static RetryInfo retryInfo() {
        return RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setSeconds(RETRY_SECONDS))
                .build();
    }
}
