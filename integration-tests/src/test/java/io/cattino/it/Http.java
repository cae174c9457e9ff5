package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** One HTTP request by hand, so that every header is the test's. */
final class Http {
    private Http() {}

    /**
     * An answer.
     *
     * @param status 0 if nobody answered
     */
    record Answer(int status, String text) {}

    /** GET with a token. */
    static Answer get(int port, String path, String token) {
        return get(
                port, path, List.of("Host: localhost:" + port, "Authorization: Bearer " + token));
    }

    /** GET without one. */
    static Answer get(int port, String path) {
        return get(port, path, List.of("Host: localhost:" + port));
    }

    /** GET from another host, without a token. */
    static Answer get(String host, int port, String path) {
        return get(new InetSocketAddress(host, port), path, List.of("Host: " + host + ":" + port));
    }

    /** GET with these headers and no others. */
    static Answer get(int port, String path, List<String> headers) {
        InetAddress here = InetAddress.getLoopbackAddress();
        return get(new InetSocketAddress(here, port), path, headers);
    }

    private static Answer get(InetSocketAddress address, String path, List<String> headers) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 2_000);
            socket.setSoTimeout(10_000);
            String request =
                    "GET "
                            + path
                            + " HTTP/1.1\r\n"
                            + String.join("\r\n", headers)
                            + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            String[] statusLine = answer.split(" ", 3);
            return new Answer(statusLine.length < 2 ? 0 : Integer.parseInt(statusLine[1]), answer);
        } catch (IOException e) {
            return new Answer(0, e.toString());
        }
    }
}
