package io.cattino.coordinator.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * What one path of the HTTP port answers; later steps add theirs.
 *
 * @param path exactly, {@code /metrics}
 * @param open needs no token
 */
public record Route(String path, boolean open, Handler handler) {
    /** Answers one request; runs on a thread of its own. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(HttpExchange exchange) throws IOException;
    }

    /** What goes back. */
    public record Answer(int status, String contentType, String body) {
        public static Answer text(int status, String body) {
            return new Answer(status, "text/plain; charset=utf-8", body + "\n");
        }

        public static Answer json(int status, String body) {
            return new Answer(status, "application/json", body + "\n");
        }
    }
}
