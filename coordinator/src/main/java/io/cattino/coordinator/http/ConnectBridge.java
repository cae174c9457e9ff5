package io.cattino.coordinator.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.cattino.coordinator.http.Route.Answer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Every unary call of the gRPC port as {@code POST /cattino.v1.TaskService/ListTasks}, by the rules
 * of the Connect protocol: for browsers, scripts, and a command line that must start fast. The
 * calls go through the same services and interceptors as those of the gRPC port, so both give the
 * same answers, errors and metrics. A standby, once there are any, would pass a call on to the
 * leader here, where {@code call} has the request whole. Any thread.
 */
public final class ConnectBridge {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> STALE =
            Metadata.Key.of("cattino-stale", Metadata.ASCII_STRING_MARSHALLER);
    private static final String INVALID = "INVALID_REQUEST";
    private static final String UNSUPPORTED = "UNSUPPORTED";
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] message) {
                    return new ByteArrayInputStream(message);
                }

                @Override
                public byte[] parse(InputStream message) {
                    try {
                        return message.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException("a message in memory cannot be read", e);
                    }
                }
            };

    private final Channel channel;
    private final Bodies bodies = new Bodies();

    /**
     * @param channel where the services are, in this process
     */
    public ConnectBridge(Channel channel) {
        this.channel = channel;
    }

    /** A route for every method of these services; those that stream say where they are served. */
    public List<Route> routes(List<ServiceDescriptor> services) {
        return services.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(method ->
                        Route.post(
                                "/" + method.getFullMethodName(),
                                exchange -> answer(exchange, method)))
                .toList();
    }

    private Answer answer(HttpExchange exchange, MethodDescriptor<?, ?> method) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        if (method.getType() != MethodType.UNARY) {
            throw unsupported(
                    "%s streams, and this port has no streams"
                            .formatted(method.getFullMethodName()),
                    "call it by gRPC");
        }
        Codec codec =
                Codec.of(headers.getFirst("Content-Type"))
                        .orElseThrow(() ->
                                unsupported(
                                        "the body has no Content-Type that is known here",
                                        "send application/json or application/proto"));
        requireVersion(headers.getFirst("Connect-Protocol-Version"));
        requirePlain(headers.getFirst("Content-Encoding"));
        CallOptions options = options(headers.getFirst("Connect-Timeout-Ms"));
        AtomicReference<Metadata> told = new AtomicReference<>(new Metadata());
        try (Bodies.Body body = bodies.read(exchange)) {
            byte[] answer =
                    call(
                            method,
                            options,
                            request(codec, body.bytes(), method),
                            passedOn(headers),
                            told);
            return new Answer(
                    200,
                    codec.contentType(),
                    ByteString.copyFrom(
                            codec.response(answer, type(method.getResponseMarshaller()))),
                    stale(told.get()));
        }
    }

    /** Of an HTTP request's headers those that mean something to the services. */
    private static Metadata passedOn(Headers headers) {
        Metadata all = new Metadata();
        for (Metadata.Key<String> key : List.of(AUTHORIZATION, STALE)) {
            String value = headers.getFirst(key.name());
            if (value != null) {
                all.put(key, value);
            }
        }
        return all;
    }

    private static Map<String, String> stale(Metadata told) {
        String seconds = told.get(STALE);
        return seconds == null ? Map.of() : Map.of(STALE.originalName(), seconds);
    }

    private byte[] call(
            MethodDescriptor<?, ?> method,
            CallOptions options,
            byte[] request,
            Metadata headers,
            AtomicReference<Metadata> told)
            throws Refusal {
        try {
            return ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(
                            channel,
                            MetadataUtils.newAttachHeadersInterceptor(headers),
                            MetadataUtils.newCaptureMetadataInterceptor(
                                    told, new AtomicReference<>())),
                    method.toBuilder(BYTES, BYTES).build(),
                    options,
                    request);
        } catch (StatusRuntimeException e) {
            throw Refusal.of(e);
        }
    }

    private static byte[] request(Codec codec, byte[] body, MethodDescriptor<?, ?> method)
            throws Refusal {
        Message type = type(method.getRequestMarshaller());
        try {
            return codec.request(body, type);
        } catch (IOException e) {
            throw Refusal.of(
                    Code.INVALID_ARGUMENT,
                    INVALID,
                    "the body is not a valid %s: %s"
                            .formatted(type.getDescriptorForType().getFullName(), e.getMessage()),
                    "its fields are those of the published .proto files, in camelCase or as written there");
        }
    }

    /** What protobuf's generated services always have. */
    private static Message type(MethodDescriptor.Marshaller<?> marshaller) {
        if (marshaller instanceof PrototypeMarshaller<?> known
                && known.getMessagePrototype() instanceof Message type) {
            return type;
        }
        throw new IllegalArgumentException("a service whose messages are not protobuf's");
    }

    private static void requireVersion(@Nullable String version) throws Refusal {
        if (version != null && !version.strip().equals("1")) {
            throw invalid("Connect-Protocol-Version", version, "there is only version 1");
        }
    }

    private static void requirePlain(@Nullable String encoding) throws Refusal {
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw Refusal.of(
                    Code.UNIMPLEMENTED,
                    UNSUPPORTED,
                    "bodies in Content-Encoding '%s' are not read here".formatted(encoding),
                    "send the body as it is");
        }
    }

    private static CallOptions options(@Nullable String timeout) throws Refusal {
        if (timeout == null) {
            return CallOptions.DEFAULT;
        }
        if (!timeout.matches("[0-9]{1,10}")) {
            throw invalid("Connect-Timeout-Ms", timeout, "send at most ten digits, milliseconds");
        }
        return CallOptions.DEFAULT.withDeadlineAfter(
                Long.parseLong(timeout), TimeUnit.MILLISECONDS);
    }

    private static Refusal invalid(String header, String value, String hint) {
        return Refusal.of(
                Code.INVALID_ARGUMENT,
                INVALID,
                "%s: '%s' makes no sense".formatted(header, value),
                hint);
    }

    private static Refusal unsupported(String message, String hint) {
        return Refusal.of(UNSUPPORTED_MEDIA_TYPE, Code.UNIMPLEMENTED, UNSUPPORTED, message, hint);
    }
}
