package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.placement.Mix.Kind;
import io.cattino.coordinator.core.placement.Mix.Weighted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the kinds of tasks. What is counted, not the order in which it came, makes the {@link
 * Mix}: a leader that has replayed the journal sees the same one.
 */
public final class Census {
    /** Kinds that are looked at: the rest is rare, and each costs time in every placement. */
    private static final int KINDS = 64;

    private final Map<Kind, Long> counts = new TreeMap<>(Kind.ORDER);

    private @Nullable Mix mix;

    /**
     * Counts one task for a whole device before any has come: a farm that has seen only small tasks
     * keeps large holes large, and soon forgets it for what does come.
     */
    public Census() {
        add(new Kind(new DeviceNeed.Whole(1), 0));
    }

    /** One more. Tasks without devices leave no device unusable, and are not counted. */
    public void add(Kind kind) {
        change(kind, 1);
    }

    /** One fewer. */
    public void remove(Kind kind) {
        change(kind, -1);
    }

    private void change(Kind kind, long by) {
        if (!(kind.devices() instanceof DeviceNeed.None)) {
            mix = null;
            counts.merge(kind, by, (a, b) -> a + b == 0 ? null : Long.valueOf(a + b));
        }
    }

    /** The most frequent kinds. */
    public Mix mix() {
        Mix known = mix;
        if (known == null) {
            known = frequent();
            mix = known;
        }
        return known;
    }

    private Mix frequent() {
        PriorityQueue<Weighted> most = new PriorityQueue<>(Weighted.ORDER.reversed());
        counts.forEach((kind, count) -> {
            most.add(new Weighted(kind, count));
            if (most.size() > KINDS) {
                most.remove();
            }
        });
        List<Weighted> kinds = new ArrayList<>(most);
        kinds.sort(Weighted.ORDER);
        return new Mix(kinds);
    }
}
