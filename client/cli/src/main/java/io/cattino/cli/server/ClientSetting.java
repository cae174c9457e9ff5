package io.cattino.cli.server;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A setting that is the client's and lies in its file.
 *
 * @param key with hyphens
 * @param defaultValue what counts if it is not set; may be empty
 * @param description one sentence for people
 * @param check fails for a value that makes no sense
 */
public record ClientSetting(
        String key, String defaultValue, String description, Consumer<String> check) {

    private static final int LAST_PORT = 65_535;

    /** All of them, in the order in which they are shown. */
    public static final List<ClientSetting> ALL =
            List.of(
                    new ClientSetting(
                            "coordinator",
                            "",
                            "The coordinators: HOST:PORT, or several with commas. Comes before host and port.",
                            ClientSetting::checkAddresses),
                    new ClientSetting(
                            "host",
                            "localhost",
                            "Host of a single server.",
                            ClientSetting::checkHost),
                    new ClientSetting("port", "19192", "Its gRPC port.", ClientSetting::checkPort),
                    new ClientSetting(
                            "timeout",
                            "5s",
                            "How long one call may take; 0: as long as it needs.",
                            ClientSetting::checkTimeout));

    /** The one of that key. */
    public static Optional<ClientSetting> of(String key) {
        return ALL.stream().filter(setting -> setting.key.equals(key)).findFirst();
    }

    private static void checkAddresses(String value) {
        for (String address : value.split(",", -1)) {
            if (!address.strip().matches("(\\[[0-9A-Fa-f:.]+]|[\\w.-]+)(:\\d{1,5}(/\\d{1,5})?)?")) {
                throw Failure.usage(
                        "coordinator: '%s' is no address".formatted(address.strip()),
                        "write HOST:PORT, or HOST:PORT,HOST:PORT");
            }
        }
    }

    private static void checkHost(String value) {
        if (!value.matches("[\\w.-]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?")
                || value.matches(".*[^:]:\\d+")) {
            throw Failure.usage(
                    "host: '%s' is no host".formatted(value), "the port is a setting of its own");
        }
    }

    private static void checkPort(String value) {
        boolean number = value.matches("\\d{1,5}");
        if (!number || Integer.parseInt(value) < 1 || Integer.parseInt(value) > LAST_PORT) {
            throw Failure.usage("port: '%s' is no port: 1 to %d".formatted(value, LAST_PORT));
        }
    }

    private static void checkTimeout(String value) {
        Duration _ = Times.parse(value);
    }
}
