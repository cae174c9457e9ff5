package io.cattino.agent.link;

import java.util.regex.Pattern;

/** Who may be spoken to without encryption unasked: this machine. Stateless. */
public final class Plaintext {
    private static final Pattern HERE =
            Pattern.compile("(?i)(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5}(/\\d{1,5})?)?");

    private Plaintext() {}

    /**
     * Whether an address is certainly this machine's; no name server is asked.
     *
     * @param address {@code host:port}
     */
    public static boolean isHere(String address) {
        return HERE.matcher(address).matches();
    }
}
