package io.cattino.it;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a home tells about its server.
 *
 * @param directory where the server's files are
 */
record ServerFile(Path directory, long pid, int grpcPort, int httpPort) {

    /** The {@code server.json} of this host in a home; empty if there is none. */
    static Optional<ServerFile> read(Path home) {
        Path hosts = home.resolve("hosts");
        if (!Files.isDirectory(hosts)) {
            return Optional.empty();
        }
        try (Stream<Path> list = Files.list(hosts)) {
            List<Path> servers = list.map(host -> host.resolve("server")).toList();
            for (Path server : servers) {
                Path file = server.resolve("server.json");
                if (Files.exists(file)) {
                    return Optional.of(parse(server, Files.readString(file)));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerFile parse(Path directory, String json) {
        JsonObject object = JsonParser.parseString(json).getAsJsonObject();
        return new ServerFile(
                directory,
                object.get("pid").getAsLong(),
                object.get("grpcPort").getAsInt(),
                object.get("httpPort").getAsInt());
    }

    Path tokenFile() {
        return directory.resolve("token");
    }

    String token() {
        try {
            return Files.readString(tokenFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
