package io.cattino.coordinator.http;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What one path of the HTTP port answers; later steps add theirs.
 *
 * @param path exactly, {@code /metrics}
 * @param verb how it is asked
 * @param open needs no token
 */
public record Route(String path, Verb verb, boolean open, Handler handler) {
    /** A read; {@code HEAD} comes with it. */
    public static Route get(String path, boolean open, Handler handler) {
        return new Route(path, Verb.GET, open, handler);
    }

    /** A call; wants the token. */
    public static Route post(String path, Handler handler) {
        return new Route(path, Verb.POST, false, handler);
    }

    /** How a path is asked. */
    public enum Verb {
        GET("GET, HEAD"),
        POST("POST");

        private final String allow;

        Verb(String allow) {
            this.allow = allow;
        }

        boolean admits(String method) {
            return method.equals(name()) || (this == GET && method.equals("HEAD"));
        }

        /** For people and the header of that name. */
        String allow() {
            return allow;
        }
    }

    /** Answers one request; runs on a thread of its own. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(HttpExchange exchange) throws IOException;
    }

    /**
     * What goes back.
     *
     * @param headers beside those that every answer has
     */
    public record Answer(
            int status, String contentType, ByteString body, Map<String, String> headers) {
        public Answer {
            headers = Map.copyOf(headers);
        }

        public static Answer text(int status, String body) {
            return of(status, "text/plain; charset=utf-8", body + "\n");
        }

        public static Answer json(int status, String body) {
            return of(status, "application/json", body + "\n");
        }

        public static Answer of(int status, String contentType, String body) {
            return new Answer(status, contentType, ByteString.copyFromUtf8(body), Map.of());
        }

        Answer with(String header, String value) {
            Map<String, String> all = new HashMap<>(headers);
            all.put(header, value);
            return new Answer(status, contentType, body, all);
        }
    }
}
