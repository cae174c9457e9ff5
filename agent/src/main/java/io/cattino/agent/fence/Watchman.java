package io.cattino.agent.fence;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.exec.FencedAttempts.Fenced;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What a fence does once a second: kill what has outlived the lease. One thread. */
final class Watchman {

    /** So often in a row nothing of a killed attempt was found: it is not looked for any more. */
    private static final int QUIET = 3;

    /** A disk that is slower than that is not waited for, unless something is to be killed. */
    private static final Duration SOON = Duration.ofMillis(500);

    /** What came in the meantime may be a lease; then it is killed by what was known. */
    private static final Duration AT_LAST = Duration.ofSeconds(2);

    private final BootClock clock;
    private final Ground ground;
    private final Set<AttemptId> marked = new HashSet<>();
    private final Map<AttemptId, Integer> quiet = new HashMap<>();

    /** What it watches. */
    interface Ground {

        /** What is there; the last that could be told, and marked so, if it cannot be told now. */
        View look(Duration patience);

        /** Notes that they are about to be killed; gives up when that takes long. */
        void mark(List<Fenced> over);

        /** Kills them; those of which anything was alive. */
        Set<AttemptId> kill(List<Fenced> over);
    }

    /**
     * What is there.
     *
     * @param attempts that may have to be killed
     * @param lease the node's last
     * @param fresh whether it was read now
     */
    record View(List<Fenced> attempts, OptionalLong lease, boolean fresh) {

        List<Fenced> over(long nowMs) {
            return attempts.stream().filter(each -> each.isOver(lease, nowMs)).toList();
        }
    }

    Watchman(BootClock clock, Ground ground) {
        this.clock = clock;
        this.ground = ground;
    }

    /** Looks once, and kills; says whether there is anything to watch. */
    boolean poll() {
        View view = ground.look(SOON);
        if (!view.fresh() && !view.over(clock.millis()).isEmpty()) {
            view = ground.look(AT_LAST);
        }
        Set<AttemptId> present = new HashSet<>();
        view.attempts().forEach(each -> present.add(each.id()));
        marked.retainAll(present);
        quiet.keySet().retainAll(present);
        List<Fenced> over =
                view.over(clock.millis()).stream()
                        .filter(each -> quiet.getOrDefault(each.id(), 0) < QUIET)
                        .toList();
        if (!over.isEmpty()) {
            kill(over);
        }
        return !present.isEmpty();
    }

    private void kill(List<Fenced> over) {
        List<Fenced> fresh = over.stream().filter(each -> marked.add(each.id())).toList();
        if (!fresh.isEmpty()) {
            ground.mark(fresh);
        }
        Set<AttemptId> alive = ground.kill(over);
        for (Fenced each : over) {
            if (alive.contains(each.id())) {
                quiet.remove(each.id());
            } else {
                quiet.merge(each.id(), 1, Integer::sum);
            }
        }
    }
}
