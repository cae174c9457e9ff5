package io.cattino.coordinator.journal;

import java.util.List;
import java.util.Optional;

/**
 * What was found of a journal.
 *
 * @param clusterId of its cluster
 * @param epoch number of the last leadership
 * @param owner of that
 * @param firstRecord the oldest there is
 * @param lastRecord the newest there is
 * @param replayedFrom the record that replay begins with, behind a snapshot or at the very first
 * @param revision of the state that the records lead to, up to the damage if there is one
 * @param tasks that it holds
 * @param epochs of records that were replayed, lowest and highest; 0: none
 * @param checks fingerprints that were compared
 * @param mismatches how many of them were not the state's
 * @param torn whether it ends in a batch that its writer never finished, which is no damage
 * @param unreadableSnapshots that are published; an older one does in their place
 * @param damage what cannot be replayed
 */
public record JournalReport(
        String clusterId,
        long epoch,
        String owner,
        long firstRecord,
        long lastRecord,
        long replayedFrom,
        long revision,
        long tasks,
        Epochs epochs,
        long checks,
        long mismatches,
        boolean torn,
        List<String> unreadableSnapshots,
        Optional<Damage> damage) {
    public JournalReport {
        unreadableSnapshots = List.copyOf(unreadableSnapshots);
    }

    /** Lowest and highest. */
    public record Epochs(long first, long last) {}

    /**
     * The first thing that cannot be replayed.
     *
     * @param path of its znode
     * @param reason why not
     * @param cutFrom number of the first record that is not of the whole batches before it; empty:
     *     there is nothing before it
     * @param facts how many facts are lost by cutting there, as far as what follows can still be
     *     read
     */
    public record Damage(String path, String reason, Optional<Long> cutFrom, long facts) {}

    /** Whether a leader could lead on with it, to the state that was. */
    public boolean isSound() {
        return damage.isEmpty() && mismatches == 0 && unreadableSnapshots.isEmpty();
    }
}
