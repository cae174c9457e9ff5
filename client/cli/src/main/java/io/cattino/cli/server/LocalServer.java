package io.cattino.cli.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server of this home on this host, as it says of itself in {@code server.json}.
 *
 * @param pid process id
 * @param grpcPort port for calls
 * @param httpPort port for the browser and for {@code /readyz}
 */
public record LocalServer(long pid, int grpcPort, int httpPort) {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** The server that runs; empty if none does, whatever an old file says. */
    public static Optional<LocalServer> find(Home home) {
        return Said.by(home).filter(Said::isAlive).map(Said::server);
    }

    /**
     * The server that ended without a word since this host was booted, and has not been started
     * again; empty if none did.
     */
    public static Optional<LocalServer> findLost(Home home) {
        return Said.by(home)
                .filter(said -> said.isOfThisBoot() && !said.isAlive())
                .map(Said::server);
    }

    /** What the file says. */
    private record Said(LocalServer server, String boot) {
        static Optional<Said> by(Home home) {
            String json;
            try {
                json = Files.readString(home.serverFile(), StandardCharsets.UTF_8);
            } catch (IOException _) {
                return Optional.empty();
            }
            LocalServer server =
                    new LocalServer(
                            number(member(json, "pid")),
                            (int) number(member(json, "grpcPort")),
                            (int) number(member(json, "httpPort")));
            return server.grpcPort > 0
                    ? Optional.of(new Said(server, member(json, "bootId")))
                    : Optional.empty();
        }

        boolean isAlive() {
            return isOfThisBoot()
                    && ProcessHandle.of(server.pid).map(ProcessHandle::isAlive).orElse(false);
        }

        boolean isOfThisBoot() {
            String now = bootId();
            return boot.isEmpty() || boot.equals(now) || now.isEmpty();
        }
    }

    private static String bootId() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
        } catch (IOException _) {
            return "";
        }
    }

    /** One flat object, written by our own server: no need for a parser. */
    private static String member(String json, String name) {
        Matcher member = Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]*)").matcher(json);
        return member.find() ? member.group(1).strip() : "";
    }

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
