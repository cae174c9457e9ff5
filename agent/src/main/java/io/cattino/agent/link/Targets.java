package io.cattino.agent.link;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whom to dial next, how long to wait before, and who may lead, dialled or not. Follows hints at
 * once, but not round in circles. Thread-safe.
 */
final class Targets {

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** While they answer, an election is on, and a lease may depend on hearing that from all. */
    private static final Duration LONGEST_ELECTION_WAIT = Duration.ofSeconds(1);

    /** More than anybody runs; a bound on what a leader can make us remember. */
    private static final int MAX_KNOWN = 64;

    private final List<String> coordinators;

    /**
     * Those that may lead and are not dialled: on other machines, or too many. One of them makes
     * all the difference already.
     */
    private final Set<String> undialled = new LinkedHashSet<>();

    /** What leaders said; one more than fit, so that this is known again when it was kept. */
    private final Set<String> told = new LinkedHashSet<>();

    private final boolean anywhere;
    private final IntervalFunction backoff =
            IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, 2.0, 0.5, LONGEST_WAIT);
    private int next;
    private int failures;
    private int hintsInRow;
    private boolean hinted;
    private boolean answered;
    private String preferred = "";

    /** Said nothing for long; empty once so many others were dialled. */
    private String silent = "";

    private int othersFirst;
    private boolean unkept;

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
    synchronized void learned(List<String> more) {
        more.forEach(this::know);
        for (String coordinator : more) {
            if (told.size() <= MAX_KNOWN) {
                unkept |= told.add(coordinator);
            }
        }
    }

    /** What leaders told an earlier agent of this node. */
    synchronized void remembered(List<String> kept) {
        kept.forEach(this::know);
        told.addAll(kept);
    }

    private void know(String coordinator) {
        if (coordinators.contains(coordinator)) {
            return;
        }
        if (coordinators.size() < MAX_KNOWN && mayBeDialled(coordinator)) {
            coordinators.add(coordinator);
        } else if (undialled.size() < MAX_KNOWN) {
            undialled.add(coordinator);
        }
    }

    /** All that leaders told, if that is more than {@link #kept} was. */
    synchronized Optional<List<String>> toKeep() {
        return unkept ? Optional.of(List.copyOf(told)) : Optional.empty();
    }

    /** These will be remembered. */
    synchronized void kept(List<String> all) {
        unkept = told.size() > all.size();
    }

    /** The address to dial now. */
    synchronized String next() {
        hinted = false;
        answered = false;
        String target = preferred.isEmpty() ? following() : preferred;
        preferred = "";
        if (othersFirst == 0) {
            silent = "";
        } else {
            othersFirst--;
            while (target.equals(silent)) {
                target = following();
            }
        }
        return target;
    }

    private String following() {
        String target = coordinators.get(next);
        next = (next + 1) % coordinators.size();
        return target;
    }

    /**
     * It said nothing for so long that another may lead by now: all others are asked before it is
     * dialled again, whoever points to it.
     */
    synchronized void silent(String target) {
        silent = target;
        othersFirst = (int) coordinators.stream().filter(each -> !each.equals(target)).count();
    }

    /** All that may lead, as far as is known; also those that are never dialled. */
    synchronized List<String> all() {
        return Stream.concat(coordinators.stream(), undialled.stream()).toList();
    }

    /** It does not lead, and said so. */
    synchronized void answered() {
        answered = true;
    }

    /** A leader welcomed us; it is dialled first when the stream breaks. */
    synchronized void welcomedBy(String target) {
        hintsInRow = 0;
        preferred = target;
    }

    /** The session that ended was one: the next wait is a short one again. */
    synchronized void wasStable() {
        failures = 0;
    }

    /** Somebody said who leads. */
    synchronized void hinted(String leader) {
        know(leader);
        if (!mayBeDialled(leader) || (leader.equals(silent) && othersFirst > 0)) {
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
    synchronized long waitMs() {
        if (hinted) {
            return 0;
        }
        failures = Math.min(failures + 1, 16);
        long wait = backoff.apply(failures);
        return answered ? Math.min(wait, LONGEST_ELECTION_WAIT.toMillis()) : wait;
    }
}
