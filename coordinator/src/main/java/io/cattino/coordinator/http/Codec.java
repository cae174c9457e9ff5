package io.cattino.coordinator.http;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How messages are written in a body: the value of {@code Content-Type}. Stateless. */
enum Codec {
    /** The bytes as they are; the service itself finds out whether they are a message. */
    PROTO("application/proto") {
        @Override
        byte[] request(byte[] body, Message type) {
            return body;
        }

        @Override
        byte[] response(byte[] message, Message type) {
            return message;
        }
    },

    /** Protobuf's JSON; fields that the message does not have are refused. */
    JSON("application/json") {
        @Override
        byte[] request(byte[] body, Message type) throws IOException {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            requireOneDocument(text);
            Message.Builder message = type.newBuilderForType();
            JsonFormat.parser().merge(text, message);
            return message.build().toByteArray();
        }

        @Override
        byte[] response(byte[] message, Message type) throws IOException {
            return JsonFormat.printer()
                    .omittingInsignificantWhitespace()
                    .print(type.getParserForType().parseFrom(message))
                    .getBytes(StandardCharsets.UTF_8);
        }
    };

    private final String contentType;

    Codec(String contentType) {
        this.contentType = contentType;
    }

    /** The one for a header; empty if there is none. */
    static Optional<Codec> of(@Nullable String contentType) {
        String value = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        String[] parts = value.split(";", 2);
        if (parts.length == 2 && !parts[1].strip().matches("charset=\"?utf-8\"?")) {
            return Optional.empty();
        }
        for (Codec codec : values()) {
            if (codec.contentType.equals(parts[0].strip())) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    String contentType() {
        return contentType;
    }

    /**
     * The message of a body.
     *
     * @throws IOException if it is none; the text says why
     */
    abstract byte[] request(byte[] body, Message type) throws IOException;

    /** The body of a message. */
    abstract byte[] response(byte[] message, Message type) throws IOException;

    /** Protobuf's parser would take comments, single quotes, and anything behind the document. */
    private static void requireOneDocument(String text) throws IOException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.skipValue();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new InvalidProtocolBufferException("more than one JSON document");
            }
        } catch (MalformedJsonException e) {
            throw new InvalidProtocolBufferException(
                    String.valueOf(e.getMessage())
                            .lines()
                            .findFirst()
                            .orElse("")
                            .replaceFirst(
                                    "^Use JsonReader\\.setStrictness\\([^)]*\\) to accept malformed JSON",
                                    "no JSON"),
                    e);
        }
    }
}
