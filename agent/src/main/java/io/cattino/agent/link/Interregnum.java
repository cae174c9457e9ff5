package io.cattino.agent.link;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Knows when nobody leads: every coordinator has answered so, and whoever was named as the leader
 * has answered so too. A later leader grants every node its full time from when it begins to lead,
 * so nothing of this node is replaced for that long after the first of those answers was asked for.
 *
 * <p>Who does not answer may lead. Pure; calls must not overlap.
 */
final class Interregnum {

    private final Map<String, Answer> answers = new HashMap<>();

    private record Answer(long askedMs, String hint) {}

    /** This one was asked then, and does not lead; it names another, or nobody. */
    void notLeading(String target, long askedMs, String hint) {
        answers.put(target, new Answer(askedMs, hint));
    }

    /** This one said nothing, or something else. */
    void unknown(String target) {
        answers.remove(target);
    }

    /** Somebody leads. */
    void over() {
        answers.clear();
    }

    /**
     * Since when it is known that nobody of these leads, by the clock of the questions; empty if
     * that is not known. Whoever was asked counts once. Who does not lead is not alone: one that is
     * known of is not all.
     */
    OptionalLong since(Collection<String> coordinators) {
        boolean all =
                coordinators.size() > 1
                        && answers.keySet().containsAll(coordinators)
                        && answers.values().stream()
                                .map(Answer::hint)
                                .allMatch(hint -> hint.isEmpty() || answers.containsKey(hint));
        if (!all) {
            return OptionalLong.empty();
        }
        OptionalLong since = answers.values().stream().mapToLong(Answer::askedMs).min();
        answers.clear();
        return since;
    }
}
