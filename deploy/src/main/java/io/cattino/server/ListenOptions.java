package io.cattino.server;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a coordinator listens. */
final class ListenOptions {
    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on; only a coordinator may listen to other machines. Default: ${DEFAULT-VALUE}")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "${env:CATTINO_PORT:-19192}",
            description = "gRPC port, 0 for any. Default: $CATTINO_PORT or 19192")
    private int port = 19192;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "HTTP port, 0 for any. Default: $CATTINO_HTTP_PORT or the gRPC port + 1")
    private Optional<Integer> httpPort = Optional.empty();

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    int httpPort() {
        String set = System.getenv().getOrDefault("CATTINO_HTTP_PORT", "");
        if (httpPort.isPresent() || set.isEmpty()) {
            return httpPort.orElse(port == 0 ? 0 : port + 1);
        }
        try {
            return Integer.parseInt(set);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("CATTINO_HTTP_PORT: '" + set + "' is no port", e);
        }
    }
}
