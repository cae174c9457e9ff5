package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What was answered to the newest writes, so that a repetition of one under the same request id
 * gets the first one's answer instead of a second effect. Bounded; forgets the oldest, and whatever
 * failed. Submissions need it not: the state knows them for ever. Any thread.
 */
final class RecentRequests {
    static final int CAPACITY = 10_000;

    private final Map<String, Answered> entries =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Answered> eldest) {
                    return size() > CAPACITY;
                }
            };

    private record Answered(String digest, CompletableFuture<Reply> reply) {}

    /**
     * The reply to a write: made now, or the one that was made under this id before.
     *
     * @param digest of the request, to tell a repetition from another request under the same id
     * @param write must not block
     */
    CompletableFuture<Reply> once(
            String requestId, String digest, Supplier<CompletableFuture<Reply>> write) {
        Answered entry;
        synchronized (entries) {
            Answered known = entries.get(requestId);
            if (known != null) {
                return known.digest().equals(digest)
                        ? known.reply()
                        : CompletableFuture.completedFuture(
                                new Reply.Rejected(new Rejection.RequestIdReused(requestId)));
            }
            entry = new Answered(digest, write.get());
            entries.put(requestId, entry);
        }
        return entry.reply()
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        forget(requestId, entry);
                    }
                });
    }

    private void forget(String requestId, Answered entry) {
        synchronized (entries) {
            entries.remove(requestId, entry);
        }
    }
}
