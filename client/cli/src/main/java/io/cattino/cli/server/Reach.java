package io.cattino.cli.server;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Looks whether a server is there, without much ado. */
final class Reach {

    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(1).toMillis();
    private static final int ANSWER_MILLIS = (int) Duration.ofSeconds(2).toMillis();

    private Reach() {}

    /** Whether somebody listens at an address of this machine. */
    static boolean listens(String host, int port) {
        try {
            // Almost always so; looking a name up takes longer than all the rest.
            boolean usual = host.equals("localhost");
            if (usual && accepts(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))) {
                return true;
            }
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (accepts(new InetSocketAddress(address, port))) {
                    return true;
                }
            }
        } catch (IOException _) {
            return false;
        }
        return false;
    }

    private static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether this host's server says that it can take work. */
    static boolean isReady(LocalServer server, Path tokenFile) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.httpPort() + "/readyz");
            HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection();
            call.setConnectTimeout(CONNECT_MILLIS);
            call.setReadTimeout(ANSWER_MILLIS);
            if (Files.isReadable(tokenFile)) {
                String token = Files.readString(tokenFile, StandardCharsets.UTF_8).strip();
                call.setRequestProperty("Authorization", "Bearer " + token);
            }
            return call.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException _) {
            return false;
        }
    }
}
