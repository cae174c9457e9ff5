package io.cattino.agent.exec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an attempt's directory tells the node's fence.
 *
 * @param bootId of the boot it was launched in; in another one nothing of it is alive
 * @param afterMs milliseconds since the last lease after which it is killed
 * @param launchedMs when it was launched, by the clock since the boot
 * @param marker what its processes carry in their environment
 */
record FenceRecord(String bootId, long afterMs, long launchedMs, String marker) {

    private static final Pattern TEXT = Pattern.compile("(\\S+) (-?\\d{1,18}) (\\d{1,18}) (.*)\\n");

    String text() {
        return "%s %d %d %s%n".formatted(bootId, afterMs, launchedMs, marker);
    }

    static Optional<FenceRecord> parse(String text) {
        Matcher fields = TEXT.matcher(text);
        return fields.matches()
                ? Optional.of(
                        new FenceRecord(
                                fields.group(1),
                                Long.parseLong(fields.group(2)),
                                Long.parseLong(fields.group(3)),
                                fields.group(4)))
                : Optional.empty();
    }
}
