package io.cattino.coordinator.journal;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a snapshot.
 *
 * @param nextRecord with which replay goes on
 * @param nonce tells two attempts at the same one apart; a standby's is the fingerprint of the
 *     checkpoint
 */
record SnapshotName(long nextRecord, long nonce) implements Comparable<SnapshotName> {
    private static final Pattern FORM = Pattern.compile("([0-9]{16})-([0-9a-f]{16})");
    private static final Comparator<SnapshotName> ORDER =
            Comparator.comparingLong(SnapshotName::nextRecord)
                    .thenComparingLong(SnapshotName::nonce);

    static Optional<SnapshotName> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new SnapshotName(
                                Long.parseLong(matcher.group(1)),
                                Long.parseUnsignedLong(matcher.group(2), 16)))
                : Optional.empty();
    }

    @Override
    public int compareTo(SnapshotName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%016d-%016x".formatted(nextRecord, nonce);
    }
}
