package io.cattino.coordinator.core;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What clients' commands were answered, oldest first. Part of the state; its owner's. */
final class AnswerBook {
    private final Map<String, Fact.Answered> byRequest = new LinkedHashMap<>();
    private int changes;

    void put(Fact.Answered answered) {
        byRequest.put(answered.requestId(), answered);
        changes += weight(answered);
    }

    void forgetOldest(int count) {
        Iterator<Fact.Answered> oldest = byRequest.values().iterator();
        for (int i = 0; i < count && oldest.hasNext(); i++) {
            changes -= weight(oldest.next());
            oldest.remove();
        }
    }

    private static int weight(Fact.Answered answered) {
        return answered.answer() instanceof Answer.Changes(var made) ? made.size() : 1;
    }

    /** Whether what it counts is what is in it; for tests. */
    boolean isCountedRight() {
        return changes == byRequest.values().stream().mapToInt(AnswerBook::weight).sum();
    }

    Optional<Fact.Answered> to(String requestId) {
        return Optional.ofNullable(byRequest.get(requestId));
    }

    Collection<Fact.Answered> all() {
        return byRequest.values();
    }

    /** How many the oldest are to be forgotten, so that the rest is young, few and small enough. */
    int tooMany(long oldMonoMs, int most, int mostChanges) {
        int forget = 0;
        int left = changes;
        for (Fact.Answered answered : byRequest.values()) {
            boolean due =
                    answered.at().monoMs() < oldMonoMs
                            || byRequest.size() - forget > most
                            || (left > mostChanges && byRequest.size() - forget > 1);
            if (!due) {
                break;
            }
            left -= weight(answered);
            forget++;
        }
        return forget;
    }
}
