package io.cattino.coordinator.http;

import com.google.rpc.Code;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/**
 * Reads bodies of requests: none larger than a message may be, and all that are held at once within
 * a bound, so that callers cannot fill the memory. A slow one holds only what it has sent, and the
 * server hangs up on it after a while. Any thread.
 */
final class Bodies {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_BYTES_AT_ONCE = 4 * MAX_BYTES;
    private static final int CHUNK = 16 * 1024;

    private final Semaphore room = new Semaphore(MAX_BYTES_AT_ONCE);

    /** A body that was read; closing it makes room for others. */
    final class Body implements AutoCloseable {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int held;

        private void read(InputStream in) throws IOException {
            for (byte[] chunk = in.readNBytes(CHUNK);
                    chunk.length > 0;
                    chunk = in.readNBytes(CHUNK)) {
                if (bytes.size() + chunk.length > MAX_BYTES) {
                    throw tooLarge();
                }
                if (!room.tryAcquire(chunk.length)) {
                    throw Refusal.of(
                            Code.RESOURCE_EXHAUSTED,
                            "OVERLOADED",
                            "the server has more to read than it takes; nothing happened",
                            "try again in a moment");
                }
                held += chunk.length;
                bytes.writeBytes(chunk);
            }
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public void close() {
            room.release(held);
            held = 0;
        }
    }

    /**
     * The body of a request.
     *
     * @throws Refusal if there is too much of it
     */
    Body read(HttpExchange exchange) throws IOException {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length != null && Long.parseLong(length) > MAX_BYTES) { // a number: the server looked
            throw tooLarge();
        }
        Body body = new Body();
        try {
            body.read(exchange.getRequestBody());
            return body;
        } catch (IOException e) {
            body.close();
            throw e;
        }
    }

    private static Refusal tooLarge() {
        return Refusal.of(
                Code.RESOURCE_EXHAUSTED,
                "LIMIT",
                "the body is larger than %d MiB".formatted(MAX_BYTES >> 20),
                "hand it in by gRPC, in parts (SubmitChunks)");
    }
}
