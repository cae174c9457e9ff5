package io.cattino.client.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a coordinator listens.
 *
 * @param host name or literal address, without brackets
 * @param port 1 to 65535
 */
public record Address(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile(
                    "(?:\\[(?<literal>[0-9A-Fa-f:.%a-z]+)]|(?<name>[^\\s:/\\[\\],]+))(?::(?<port>[0-9]{1,5}))?");
    private static final int MAX_PORT = 65_535;

    /**
     * Reads {@code host:port}; without a port it is 19192.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Address parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw unreadable(text);
        }
        String literal = form.group("literal");
        String host = literal != null ? literal : form.group("name");
        String port = form.group("port");
        int number = port == null ? Options.DEFAULT_PORT : Integer.parseInt(port);
        if (host == null || number < 1 || number > MAX_PORT) {
            throw unreadable(text);
        }
        return new Address(host, number);
    }

    /** Reads a list, separated by commas. */
    static List<Address> parseList(String text) {
        List<Address> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Address address = parse(part);
            if (!addresses.contains(address)) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    /** Whether this is certainly the machine that we run on; no name server is asked. */
    boolean isLoopback() {
        return host.equalsIgnoreCase("localhost")
                || host.matches("127(\\.[0-9]{1,3}){3}")
                || host.equals("::1");
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[%s]:%d".formatted(host, port) : host + ":" + port;
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "cannot read '%s' as the address of a coordinator: write HOST:PORT, several with commas between them"
                        .formatted(text));
    }
}
