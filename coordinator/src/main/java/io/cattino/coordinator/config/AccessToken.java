package io.cattino.coordinator.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The secret that every caller of either port shows as {@code authorization: Bearer <token>}.
 * Immutable; never printed.
 */
public final class AccessToken {
    private static final String SCHEME = "Bearer ";

    private final byte[] value;

    /**
     * A token of this text.
     *
     * @throws IllegalArgumentException if it is shorter than 16 characters, or not printable ASCII
     */
    public AccessToken(String value) {
        if (value.length() < 16 || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "token: at least 16 printable ASCII characters without blanks");
        }
        this.value = value.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether this header shows the token; takes the same time wherever the two differ. */
    public boolean admits(@Nullable String authorization) {
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] shown =
                authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(value, shown);
    }

    @Override
    public String toString() {
        return "AccessToken[...]";
    }
}
