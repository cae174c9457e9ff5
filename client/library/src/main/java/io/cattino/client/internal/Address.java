package io.cattino.client.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a coordinator listens.
 *
 * @param host name or literal address, without brackets
 * @param port of gRPC, 1 to 65535
 * @param httpPort the same for HTTP; 0: not known
 */
public record Address(String host, int port, int httpPort) {

    private static final Pattern FORM =
            Pattern.compile(
                    "(?:\\[(?<literal>[0-9A-Fa-f:.%a-z]+)]|(?<name>[^\\s:/\\[\\],]+))(?::(?<port>[0-9]{1,5})(?:/(?<http>[0-9]{1,5}))?)?");
    private static final int MAX_PORT = 65_535;

    /**
     * Reads {@code host:grpc/http}; without a port it is 19192/19193. The HTTP port of another gRPC
     * port may be anything, so without it, it is not known.
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
        int port = number(form.group("port"), Options.DEFAULT_PORT);
        int guess = port == Options.DEFAULT_PORT ? Options.DEFAULT_PORT + 1 : 0;
        String http = form.group("http");
        int httpPort = number(http, guess);
        boolean valid = isPort(port) && (http == null || isPort(httpPort));
        if (host == null || !valid) {
            throw unreadable(text);
        }
        return new Address(host, port, httpPort);
    }

    private static int number(@Nullable String digits, int missing) {
        return digits == null ? missing : Integer.parseInt(digits);
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= MAX_PORT;
    }

    /** Reads a list, separated by commas. */
    static List<Address> parseList(String text) {
        List<Address> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Address address = parse(part);
            if (addresses.stream().noneMatch(address::isSame)) {
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

    /** Whether it is the same coordinator. */
    boolean isSame(Address other) {
        return host.equals(other.host) && port == other.port;
    }

    /**
     * {@code host:port} of the HTTP port; null if it is not known. This machine is named by its
     * address: looking a name up takes longer than the call.
     */
    @Nullable String http() {
        if (httpPort == 0) {
            return null;
        }
        boolean here = host.equalsIgnoreCase("localhost");
        return text(here ? "127.0.0.1" : host, httpPort);
    }

    /** {@code host:port}, for people. */
    @Override
    public String toString() {
        return text(host, port);
    }

    private static String text(String host, int port) {
        return host.indexOf(':') >= 0 ? "[%s]:%d".formatted(host, port) : host + ":" + port;
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "cannot read '%s' as the address of a coordinator: write HOST:PORT or HOST:PORT/HTTP-PORT, several with commas between them"
                        .formatted(text));
    }
}
