package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.wire.Texts;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What names may look like: they become files, arguments and lines on terminals. Stateless; any
 * thread.
 *
 * <p>A fullname is {@code group/sub/task}. Nothing here judges whether the name exists.
 */
final class Names {
    static final int MAX_PART_BYTES = 254;
    static final int MAX_FULLNAME_BYTES = 1024;
    static final int MAX_GROUP_DEPTH = 16;

    private static final int SHOWN_BYTES = 240;
    private static final Set<String> RESERVED = Set.of("backend", "last", ".", "..");
    private static final String GLOB = "*?[";

    private Names() {}

    /** What is wrong with a name, and what to do about it. */
    record Problem(String text, String hint) {}

    /** The first thing wrong with a task's fullname, if any. */
    static Optional<Problem> ofTask(String fullname) {
        return of(fullname, MAX_GROUP_DEPTH + 1);
    }

    /** As {@link #ofTask}, of tasks that are there: also those that the leader makes. */
    static Optional<Problem> ofStored(String fullname) {
        return fullname.endsWith("/" + GroupHooks.END)
                ? ofGroup(fullname.substring(0, fullname.length() - GroupHooks.END.length() - 1))
                : ofTask(fullname);
    }

    /** The first thing wrong with a group's fullname, if any. */
    static Optional<Problem> ofGroup(String fullname) {
        return of(fullname, MAX_GROUP_DEPTH);
    }

    private static Optional<Problem> of(String fullname, int maxParts) {
        if (fullname.isEmpty()) {
            return problem("is empty", "give the task a name");
        }
        Optional<String> unsafe = unsafe(fullname);
        if (unsafe.isPresent()) {
            return problem("holds " + unsafe.get(), "use visible characters only");
        }
        if (Texts.bytes(fullname) > MAX_FULLNAME_BYTES) {
            return problem("is longer than " + MAX_FULLNAME_BYTES + " bytes", "shorten it");
        }
        String[] parts = fullname.split("/", -1);
        if (parts.length > maxParts) {
            return problem(
                    "lies deeper than " + MAX_GROUP_DEPTH + " groups", "put it into fewer groups");
        }
        for (String part : parts) {
            Optional<Problem> problem = part(part);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> part(String part) {
        if (part.isEmpty()) {
            return problem(
                    "has an empty part",
                    "write group/sub/task, without a '/' at its ends or two in a row");
        }
        if (Texts.bytes(part) > MAX_PART_BYTES) {
            return problem("has a part longer than " + MAX_PART_BYTES + " bytes", "shorten it");
        }
        if (RESERVED.contains(part)) {
            return problem("has the reserved part '" + part + "'", "choose another name");
        }
        if (part.startsWith("-") || part.startsWith("@")) {
            return problem(
                    "has a part that starts with '" + part.charAt(0) + "'",
                    "start it with a letter");
        }
        for (int i = 0; i < GLOB.length(); i++) {
            if (part.indexOf(GLOB.charAt(i)) >= 0) {
                return problem(
                        "holds '" + GLOB.charAt(i) + "', which is for patterns", "leave it out");
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> problem(String text, String hint) {
        return Optional.of(new Problem(text, hint));
    }

    /**
     * The first character that must not reach a terminal or a file name (control, bidi, half a
     * pair), described.
     */
    static Optional<String> unsafe(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnsafe(c)) {
                return Optional.of(
                        "the control character U+"
                                + String.format(Locale.ROOT, "%04X", (int) c)
                                + " at "
                                + i);
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return Optional.of("half a character at " + i);
            }
        }
        return Optional.empty();
    }

    private static boolean isUnsafe(char c) {
        return Character.isISOControl(c)
                // Line and paragraph separators, the byte order mark.
                || c == '\u2028'
                || c == '\u2029'
                || c == '\uFEFF'
                // What turns the direction of writing around.
                || c == '\u061C'
                || c == '\u200E'
                || c == '\u200F'
                || (c >= '\u202A' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
    }

    /** A name as it may stand in an error: visible, and not too long. */
    static String shown(String text) {
        return Texts.clean(text, SHOWN_BYTES);
    }
}
