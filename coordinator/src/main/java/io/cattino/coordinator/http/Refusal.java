package io.cattino.coordinator.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.cattino.coordinator.http.Route.Answer;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * An error as this port tells it, in the form of the Connect protocol: {@code {"code", "message",
 * "details"}}. The details are those of gRPC; the whole {@code google.rpc.Status} comes as a header
 * as well, as the trailer of a gRPC call would, for clients that would rather not read JSON.
 * Immutable.
 */
final class Refusal extends IOException {
    private static final String STATUS_HEADER = "Trailer-Grpc-Status-Details-Bin";
    private static final String DOMAIN = "cattino";
    private static final List<Message> KNOWN =
            List.of(
                    ErrorInfo.getDefaultInstance(),
                    RetryInfo.getDefaultInstance(),
                    Help.getDefaultInstance(),
                    BadRequest.getDefaultInstance());

    private final int http;
    private final transient Status status;

    private Refusal(int http, Status status) {
        super(status.getMessage());
        this.http = http;
        this.status = status;
    }

    /** The end of a call that failed. */
    static Refusal of(StatusRuntimeException failure) {
        Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            throw new IllegalStateException("a failed call without a status", failure);
        }
        Code code = Code.forNumber(status.getCode());
        return new Refusal(httpStatus(code == null ? Code.UNKNOWN : code), status);
    }

    /** One of this port's own, with the HTTP status that Connect has for the code. */
    static Refusal of(Code code, String reason, String message, String hint) {
        return of(httpStatus(code), code, reason, message, hint);
    }

    /** One of this port's own. */
    static Refusal of(int http, Code code, String reason, String message, String hint) {
        ErrorInfo.Builder info = ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason);
        if (!hint.isEmpty()) {
            info.putMetadata("hint", hint);
        }
        return new Refusal(
                http,
                Status.newBuilder()
                        .setCode(code.getNumber())
                        .setMessage(message)
                        .addDetails(Any.pack(info.build()))
                        .build());
    }

    Answer answer() {
        JsonObject body = new JsonObject();
        Code code = Code.forNumber(status.getCode());
        body.addProperty("code", word(code == null ? Code.UNKNOWN : code));
        body.addProperty("message", status.getMessage());
        if (status.getDetailsCount() > 0) {
            JsonArray details = new JsonArray();
            status.getDetailsList().forEach(detail -> details.add(json(detail)));
            body.add("details", details);
        }
        return Answer.json(http, body.toString())
                .with(STATUS_HEADER, Base64.getEncoder().encodeToString(status.toByteArray()));
    }

    private static JsonObject json(Any detail) {
        JsonObject json = new JsonObject();
        String url = detail.getTypeUrl();
        json.addProperty("type", url.substring(url.lastIndexOf('/') + 1));
        json.addProperty(
                "value",
                Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(detail.getValue().toByteArray()));
        for (Message known : KNOWN) {
            if (detail.is(known.getClass())) {
                json.add("debug", debug(detail, known));
            }
        }
        return json;
    }

    private static JsonObject debug(Any detail, Message known) {
        try {
            return JsonParser.parseString(
                            JsonFormat.printer().print(detail.unpack(known.getClass())))
                    .getAsJsonObject();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a detail that we made ourselves", e);
        }
    }

    /** As Connect spells it: with one l. */
    private static String word(Code code) {
        return code == Code.CANCELLED ? "canceled" : code.name().toLowerCase(Locale.ROOT);
    }

    private static int httpStatus(Code code) {
        return switch (code) {
            case OK -> 200;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case CANCELLED -> 499;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case UNKNOWN, INTERNAL, DATA_LOSS, UNRECOGNIZED -> 500;
        };
    }
}
