package io.cattino.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The rules that names of tasks and groups follow. */
public final class Names {

    /** The most bytes of UTF-8 that a name takes. */
    public static final int MAX_NAME_BYTES = 254;

    /** The most bytes of UTF-8 that a fullname takes. */
    public static final int MAX_FULLNAME_BYTES = 1024;

    /** The most groups that a task can lie in, one inside the other. */
    public static final int MAX_DEPTH = 16;

    private static final Set<String> RESERVED = Set.of("backend", "last", ".", "..");

    private Names() {}

    /**
     * Checks the name of a task or group: 1 to 254 bytes of UTF-8; no {@code /}, no control or bidi
     * characters, none of {@code * ? [}; not {@code backend}, {@code last}, {@code .} or {@code
     * ..}; not starting with {@code -} or {@code @}.
     *
     * @return the name
     * @throws IllegalArgumentException if it breaks a rule; the message says which
     */
    public static String checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name must not be empty");
        }
        if (name.indexOf('/') >= 0) {
            int slash = name.lastIndexOf('/');
            throw new IllegalArgumentException(
                    "the name '%s' must not hold '/': put a task '%s' into a group '%s'"
                            .formatted(
                                    shown(name),
                                    shown(name.substring(slash + 1)),
                                    shown(name.substring(0, slash))));
        }
        if (RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "the name '%s' is reserved; choose another one".formatted(name));
        }
        if (name.charAt(0) == '-' || name.charAt(0) == '@') {
            throw new IllegalArgumentException(
                    "the name '%s' must not start with '%s'"
                            .formatted(shown(name), name.charAt(0)));
        }
        name.codePoints().forEach(c -> checkCharacter(name, c));
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "the name '%s...' is too long: %d bytes, at most %d"
                            .formatted(
                                    shown(name.substring(0, name.offsetByCodePoints(0, 20))),
                                    bytes,
                                    MAX_NAME_BYTES));
        }
        return name;
    }

    /**
     * Checks a fullname: names separated by {@code /}, at most 1,024 bytes, at most 16 groups.
     *
     * @return the fullname
     * @throws IllegalArgumentException if it breaks a rule; the message says which
     */
    public static String checkFullname(String fullname) {
        List<String> parts = List.of(fullname.split("/", -1));
        parts.forEach(Names::checkPart);
        if (parts.size() > MAX_DEPTH + 1) {
            throw new IllegalArgumentException(
                    "'%s' lies in %d groups, at most %d"
                            .formatted(shown(fullname), parts.size() - 1, MAX_DEPTH));
        }
        int bytes = fullname.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_FULLNAME_BYTES) {
            throw new IllegalArgumentException(
                    "the fullname '%s...' is too long: %d bytes, at most %d"
                            .formatted(
                                    shown(fullname.substring(0, 20)), bytes, MAX_FULLNAME_BYTES));
        }
        return fullname;
    }

    private static void checkPart(String part) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException(
                    "a fullname is name/name/name, without empty names and without a '/' at its ends");
        }
        checkName(part);
    }

    private static void checkCharacter(String name, int c) {
        if (c == '*' || c == '?' || c == '[') {
            throw new IllegalArgumentException(
                    "the name '%s' must not hold '%c': it would be read as a pattern"
                            .formatted(shown(name), c));
        }
        int type = Character.getType(c);
        if (type == Character.CONTROL || type == Character.SURROGATE || isBidi(c)) {
            throw new IllegalArgumentException(
                    "the name '%s' must not hold the character U+%04X".formatted(shown(name), c));
        }
    }

    private static boolean isBidi(int c) {
        return c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /** The name with what must not reach a terminal replaced. */
    private static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints()
                .map(c ->
                        Character.isISOControl(c)
                                        || Character.getType(c) == Character.SURROGATE
                                        || isBidi(c)
                                ? '\uFFFD'
                                : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
