package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Squatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one device can still promise, during one pass. All in MiB.
 *
 * <p>The rule: {@code min(total − others − promised, measuredFree − Σ max(0, promised_i −
 * used_i))}. The first term is what promises allow; the second what is really on the card when
 * every attempt takes what it was promised, also if one took more.
 */
final class DeviceSpace {
    final DeviceInfo info;

    /** In the node's list of devices. */
    final int place;

    final boolean known;

    /** Why nothing new comes here; empty: it is well. */
    final String sickness;

    private final long usedMib;
    private final List<AttemptUse> uses;
    private final List<Squatter> squatters;
    private long ownMib;
    private long promisedMib;
    private long unusedPromisesMib;
    private int holders;
    private int unclean;
    private boolean exclusive;
    private String trouble = "";

    /**
     * A device as measured, before anything on it is known to be ours.
     *
     * @param place in the node's list of devices
     * @param sample none: not measured yet, so nothing can be promised
     */
    DeviceSpace(DeviceInfo info, int place, @Nullable DeviceSample sample) {
        this.info = info;
        this.place = place;
        this.known = sample != null && !sample.unknown();
        this.sickness = sample == null ? "" : sample.sickness();
        this.usedMib = sample == null ? 0 : sane(sample.usedMib());
        this.uses = sample == null ? List.of() : sample.attempts();
        this.squatters = sample == null ? List.of() : sample.squatters();
    }

    /** What an agent says may be anything. */
    private long sane(long mib) {
        return Math.clamp(mib, 0, info.totalMib());
    }

    /** Promised to an attempt, which uses some of it by now. */
    void hold(AttemptId attempt, long mib, boolean whole, boolean clean) {
        long used = 0;
        for (AttemptUse use : uses) {
            used += use.attempt().equals(attempt) ? sane(use.usedMib()) : 0;
        }
        ownMib += used;
        unusedPromisesMib -= Math.min(sane(mib), used);
        unclean += clean ? 0 : 1;
        take(sane(mib), whole);
    }

    /** What ended on it does not become free, for the reason told; none if that is empty. */
    void quarantine(String why) {
        trouble = trouble.isEmpty() ? why : trouble;
    }

    /** Why it waits to be freed, for people. */
    String uncleanText() {
        return trouble.isEmpty() ? "being cleaned" : "quarantined: " + trouble;
    }

    /** Promised to an attempt that is yet to come. */
    void take(long mib, boolean whole) {
        promisedMib += mib;
        unusedPromisesMib += mib;
        holders++;
        exclusive |= whole;
    }

    /** No task can tell the two apart by what they are. */
    boolean isLike(DeviceSpace other) {
        return info.totalMib() == other.info.totalMib()
                && info.model().equals(other.info.model())
                && info.kind().equals(other.info.kind())
                && info.driver().equals(other.info.driver());
    }

    /** Used by processes that are not ours. */
    long externalMib() {
        return Math.max(0, usedMib - ownMib);
    }

    /** Who that is, as far as it is known, for people: {@code : python3, PID 4711 of alice}. */
    String squattersText() {
        return squatters.isEmpty()
                ? ""
                : ": " + squatters.getFirst().text() + (squatters.size() > 1 ? " and others" : "");
    }

    /** MiB a new attempt could be promised beside the others. */
    long freeMib() {
        return known && !sick() && !exclusive ? leftMib() : 0;
    }

    private long leftMib() {
        long byPromises = info.totalMib() - externalMib() - promisedMib;
        long byMeasure = info.totalMib() - usedMib - unusedPromisesMib;
        return Math.max(0, Math.min(byPromises, byMeasure));
    }

    /** Whether an attempt could have it for itself. */
    boolean wholeFree() {
        return known && !sick() && holders == 0 && (isHost() || externalMib() <= info.idleMib());
    }

    /**
     * MiB that it lacks of what is asked of it; 0 or less: it has room. A sick device comes behind
     * one that is only full.
     */
    long lacks(MemoryAsk memory) {
        if (memory.wholeOn(info)) {
            return wholeFree() ? 0 : Math.max(1, info.totalMib() - freeMib());
        }
        return memory.mibOf(info) - freeMib() + (sick() ? 1 : 0);
    }

    /** MiB that it has to promise to one who asks that of it. */
    long promise(MemoryAsk memory) {
        return memory.wholeOn(info) ? wholeMib() : memory.mibOf(info);
    }

    /** Nobody's attempt is on it, only somebody else's memory. */
    boolean onlyExternal() {
        return known && !sick() && holders == 0 && !wholeFree();
    }

    /** Nobody's attempt is on it, and nobody knows what else is. */
    boolean unmeasured() {
        return !known && !sick() && holders == 0;
    }

    /** Nothing new comes here before it is well, or somebody says so. */
    boolean sick() {
        return !sickness.isEmpty();
    }

    /** Something that ended is not proved gone. */
    boolean unclean() {
        return unclean > 0;
    }

    /** The memory of a machine without cards, which always has other users. */
    boolean isHost() {
        return info.isHost();
    }

    long wholeMib() {
        return isHost() ? leftMib() : info.totalMib();
    }
}
