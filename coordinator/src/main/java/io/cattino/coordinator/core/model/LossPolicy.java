package io.cattino.coordinator.core.model;

import java.util.Optional;

/**
 * What somebody said should become of an attempt whose node stays out of contact.
 *
 * @param lostAfterMs how long that has to be, in milliseconds; 0: not said
 */
public record LossPolicy(OnDisconnect onDisconnect, long lostAfterMs) {
    /** Says nothing. */
    public static final LossPolicy UNSAID = new LossPolicy(OnDisconnect.DEFAULT, 0);

    /** Below it a hiccup of the network would cost attempts. */
    public static final long SHORTEST_MS = 15_000;

    /** 30 days: who wants longer means "wait". */
    public static final long LONGEST_MS = 30L * 24 * 3_600_000;

    /** Tasks of days are costly to repeat. */
    public static final long DEFAULT_MS = 300_000;

    /** The same, after so many milliseconds. */
    public LossPolicy after(long value) {
        return new LossPolicy(onDisconnect, value);
    }

    /** The same, with another consequence. */
    public LossPolicy with(OnDisconnect value) {
        return new LossPolicy(value, lostAfterMs);
    }

    /** In milliseconds: what was said, or the default. */
    public long lostAfterOrDefaultMs() {
        return lostAfterMs == 0 ? DEFAULT_MS : lostAfterMs;
    }

    /**
     * What holds for an attempt of a task with this policy.
     *
     * @param farm what holds where this one says nothing
     * @param several whether another coordinator could lead: the absence of the only one must not
     *     cost a single attempt
     * @return empty: it is never given up
     */
    public Optional<ContactLoss> resolve(LossPolicy farm, boolean several) {
        OnDisconnect said = onDisconnect == OnDisconnect.DEFAULT ? farm.onDisconnect : onDisconnect;
        long after = lostAfterMs == 0 ? farm.lostAfterOrDefaultMs() : lostAfterMs;
        return switch (said) {
            case WAIT -> Optional.empty();
            case REQUEUE -> Optional.of(new ContactLoss(after, false));
            case FAIL -> Optional.of(new ContactLoss(after, true));
            case DEFAULT -> several ? Optional.of(new ContactLoss(after, false)) : Optional.empty();
        };
    }
}
