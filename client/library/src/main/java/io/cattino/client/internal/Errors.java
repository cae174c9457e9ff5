package io.cattino.client.internal;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.cattino.client.MeowException;
import io.cattino.client.MeowException.Details;
import io.cattino.client.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a failed call means. */
final class Errors {

    static final String NOT_LEADER = "NOT_LEADER";
    static final String NO_QUORUM = "NO_QUORUM";
    static final String COMPACTED = "COMPACTED";

    private static final String DOMAIN = "cattino";

    private Errors() {}

    /** The coordinator's own account of a failure; null if it gave none. */
    static @Nullable ErrorInfo info(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return null;
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    ErrorInfo info = detail.unpack(ErrorInfo.class);
                    if (info.getDomain().equals(DOMAIN)) {
                        return info;
                    }
                } catch (InvalidProtocolBufferException _) {
                    return null;
                }
            }
        }
        return null;
    }

    /** Whether the coordinator gave that reason. */
    static boolean hasReason(StatusRuntimeException failure, String reason) {
        ErrorInfo info = info(failure);
        return info != null && info.getReason().equals(reason);
    }

    /** Whether a coordinator said that it does not lead, or that nobody can. */
    static boolean isLeaderless(StatusRuntimeException failure) {
        return isLeaderless(reason(failure));
    }

    static boolean isLeaderless(String reason) {
        return reason.equals(NOT_LEADER) || reason.equals(NO_QUORUM);
    }

    private static String reason(StatusRuntimeException failure) {
        ErrorInfo info = info(failure);
        return info == null ? "" : info.getReason();
    }

    /** Whether the same call may work a moment later, at this or another coordinator. */
    static boolean isTransient(Throwable failure) {
        if (failure instanceof MeowException.Unavailable unavailable) {
            return !unavailable.code().equals("CLOSED");
        }
        if (!(failure instanceof StatusRuntimeException call)) {
            return false;
        }
        Status.Code code = call.getStatus().getCode();
        return switch (code) {
            case UNAVAILABLE, ABORTED -> true;
            // A server that is shut down cancels its calls; we cancel only when interrupted or
            // closed.
            case CANCELLED -> !Thread.currentThread().isInterrupted();
            default -> hasReason(call, NOT_LEADER);
        };
    }

    /** What a coordinator that says nothing would say if it knew who leads by now. */
    static StatusRuntimeException replacedBy(String leader) {
        ErrorInfo info =
                ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(NOT_LEADER)
                        .putMetadata("leader", leader)
                        .build();
        return StatusProto.toStatusRuntimeException(
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNAVAILABLE.value())
                        .setMessage("no answer, and another coordinator leads")
                        .addDetails(Any.pack(info))
                        .build());
    }

    /** The client was closed. */
    static MeowException closed() {
        return new MeowException.Unavailable("the client is closed", Details.of("CLOSED"), null);
    }

    /** This thread was interrupted in a call; its flag is set again. */
    static MeowException interrupted(@Nullable Throwable cause) {
        Thread.currentThread().interrupt();
        return new MeowException(
                "interrupted while waiting for a coordinator", Details.of("INTERRUPTED"), cause);
    }

    /**
     * The exception for a failed call.
     *
     * @param asked the addresses, for people
     * @param tokenHint what to do if the token was refused
     */
    static MeowException of(StatusRuntimeException failure, String asked, String tokenHint) {
        ErrorInfo info = info(failure);
        Status status = failure.getStatus();
        String said = status.getDescription() == null ? "" : status.getDescription();
        if (status.getCode() == Status.Code.UNIMPLEMENTED
                && (info == null || info.getReason().equals("NOT_FOUND"))) {
            return older(asked, failure);
        }
        if (info == null) {
            return withoutInfo(failure, said, asked, tokenHint);
        }
        Details details = details(info);
        String message = said.isEmpty() ? info.getReason() : said;
        return switch (info.getReason()) {
            case "NOT_FOUND" -> new MeowException.NotFound(message, details, failure);
            case "NAME_EXISTS", "ALREADY_EXISTS" ->
                    new MeowException.AlreadyExists(message, details, failure);
            case "NEVER_FITS" ->
                    new MeowException.NeverFits(
                            message,
                            details,
                            new Reason("NeverFits", message, details.hint()),
                            failure);
            case "WRONG_STATE" -> new MeowException.WrongState(message, details, failure);
            case "UNAUTHENTICATED" ->
                    new MeowException.PermissionDenied(
                            message,
                            details.hint().isEmpty()
                                    ? Details.of("UNAUTHENTICATED", tokenHint)
                                    : details,
                            failure);
            case NOT_LEADER ->
                    new MeowException.Unavailable(
                            "no coordinator leads at the moment (asked %s)".formatted(asked),
                            details,
                            failure);
            case "INVALID_TASK", "INVALID_ARGUMENT", "CYCLE" ->
                    new MeowException.InvalidTask(message, details, failure);
            default -> byCode(status.getCode(), message, details, failure);
        };
    }

    /** A method that it never heard of: versions differ. */
    private static MeowException older(String asked, StatusRuntimeException failure) {
        return new MeowException(
                "what answers at %s does not know this call: it is older than this client, or no coordinator"
                        .formatted(asked),
                Details.of(
                        "UNIMPLEMENTED",
                        "upgrade the servers, or use a client of their version; both: meow --version"),
                failure);
    }

    private static Details details(ErrorInfo info) {
        Map<String, String> rest = new HashMap<>(info.getMetadataMap());
        String hint = rest.remove("hint");
        String field = rest.remove("field");
        return new Details(
                info.getReason(), hint == null ? "" : hint, field == null ? "" : field, rest);
    }

    private static MeowException withoutInfo(
            StatusRuntimeException failure, String said, String asked, String tokenHint) {
        Status.Code code = failure.getStatus().getCode();
        if (code == Status.Code.CANCELLED && Thread.currentThread().isInterrupted()) {
            return interrupted(failure);
        }
        return switch (code) {
            case UNAVAILABLE ->
                    new MeowException.Unavailable(
                            "cannot reach a coordinator at %s (%s)"
                                    .formatted(asked, cause(failure, said)),
                            Details.of("UNAVAILABLE"),
                            failure);
            case DEADLINE_EXCEEDED ->
                    new MeowException.Unavailable(
                            "no answer in time from a coordinator at " + asked,
                            Details.of("DEADLINE_EXCEEDED"),
                            failure);
            case UNAUTHENTICATED ->
                    new MeowException.PermissionDenied(
                            said.isEmpty() ? "the coordinator wants a token" : said,
                            Details.of("UNAUTHENTICATED", tokenHint),
                            failure);
            default ->
                    byCode(
                            code,
                            said.isEmpty() ? code.toString() : said,
                            Details.of(code.name()),
                            failure);
        };
    }

    private static MeowException byCode(
            Status.Code code, String message, Details details, StatusRuntimeException failure) {
        return switch (code) {
            case NOT_FOUND -> new MeowException.NotFound(message, details, failure);
            case ALREADY_EXISTS -> new MeowException.AlreadyExists(message, details, failure);
            case INVALID_ARGUMENT -> new MeowException.InvalidTask(message, details, failure);
            case FAILED_PRECONDITION -> new MeowException.WrongState(message, details, failure);
            case RESOURCE_EXHAUSTED ->
                    new MeowException.ResourceExhausted(message, details, failure);
            case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, CANCELLED ->
                    new MeowException.Unavailable(message, details, failure);
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                    new MeowException.PermissionDenied(message, details, failure);
            default -> new MeowException(message, details, failure);
        };
    }

    /** In a few words, why a connection failed. */
    private static String cause(StatusRuntimeException failure, String said) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException) {
                return "unknown host";
            }
            if (cause instanceof ConnectException) {
                String message = String.valueOf(cause.getMessage());
                return message.contains("timed out")
                        ? "connecting timed out"
                        : "connection refused";
            }
        }
        return said.isEmpty() ? "unavailable" : said;
    }
}
