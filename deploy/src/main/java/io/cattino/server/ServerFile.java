package io.cattino.server;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What {@code server.json} tells the command line about the server of this host.
 *
 * @param bootId of the host: a file of before a reboot speaks of nobody
 * @param revision commit it was built from
 */
record ServerFile(
        String host,
        String bootId,
        long pid,
        int grpcPort,
        int httpPort,
        String version,
        String revision,
        Instant start) {

    /** One JSON object. */
    String json() {
        JsonObject json = new JsonObject();
        json.addProperty("host", host);
        json.addProperty("bootId", bootId);
        json.addProperty("pid", pid);
        json.addProperty("grpcPort", grpcPort);
        json.addProperty("httpPort", httpPort);
        json.addProperty("version", version);
        json.addProperty("revision", revision);
        json.addProperty("startTime", start.toString());
        return json.toString();
    }

    /** Id of the running boot of this host; empty where the system does not tell. */
    static String currentBootId() throws IOException {
        Path file = Path.of("/proc/sys/kernel/random/boot_id");
        return Files.exists(file) ? Files.readString(file, StandardCharsets.US_ASCII).strip() : "";
    }
}
