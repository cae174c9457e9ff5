package io.cattino.agent.link;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom to dial next, and how long to wait before. Follows hints at once, but not round in circles.
 * Calls must not overlap.
 */
final class Targets {

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** While they answer, an election is on, and a lease may depend on hearing that from all. */
    private static final Duration LONGEST_ELECTION_WAIT = Duration.ofSeconds(1);

    /** More than anybody runs; a bound on what a leader can make us remember. */
    private static final int MAX_KNOWN = 64;

    private final List<String> coordinators;
    private final boolean anywhere;
    private final IntervalFunction backoff =
            IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, 2.0, 0.5, LONGEST_WAIT);
    private int next;
    private int failures;
    private int hintsInRow;
    private boolean hinted;
    private boolean answered;
    private String preferred = "";

    /**
     * Begins with some.
     *
     * @param anywhere whether those that are learned of may be on other machines
     */
    Targets(List<String> coordinators, boolean anywhere) {
        this.coordinators = new ArrayList<>(coordinators);
        this.anywhere = anywhere;
    }

    private boolean mayBeDialled(String address) {
        return anywhere || Plaintext.isHere(address);
    }

    /** The leader says who may lead after it. */
    void learned(List<String> more) {
        for (String coordinator : more) {
            if (coordinators.size() < MAX_KNOWN
                    && !coordinators.contains(coordinator)
                    && mayBeDialled(coordinator)) {
                coordinators.add(coordinator);
            }
        }
    }

    /** The address to dial now. */
    String next() {
        hinted = false;
        answered = false;
        if (!preferred.isEmpty()) {
            String target = preferred;
            preferred = "";
            return target;
        }
        String target = coordinators.get(next);
        next = (next + 1) % coordinators.size();
        return target;
    }

    /** All that may lead, as far as is known. */
    List<String> all() {
        return List.copyOf(coordinators);
    }

    /** It does not lead, and said so. */
    void answered() {
        answered = true;
    }

    /** A leader welcomed us; it is dialled first when the stream breaks. */
    void welcomedBy(String target) {
        hintsInRow = 0;
        preferred = target;
    }

    /** The session that ended was one: the next wait is a short one again. */
    void wasStable() {
        failures = 0;
    }

    /** Somebody said who leads. */
    void hinted(String leader) {
        if (!mayBeDialled(leader)) {
            return;
        }
        if (hintsInRow > coordinators.size()) {
            hintsInRow = 0; // they point at each other: an election is on
            return;
        }
        hintsInRow++;
        hinted = true;
        preferred = leader;
    }

    /** How long to wait before dialling, in milliseconds; spread, so that not all come at once. */
    long waitMs() {
        if (hinted) {
            return 0;
        }
        failures = Math.min(failures + 1, 16);
        long wait = backoff.apply(failures);
        return answered ? Math.min(wait, LONGEST_ELECTION_WAIT.toMillis()) : wait;
    }
}
