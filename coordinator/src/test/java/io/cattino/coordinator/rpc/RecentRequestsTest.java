package io.cattino.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.loop.LeaderException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecentRequestsTest {
    private final RecentRequests recent = new RecentRequests();
    private final List<CompletableFuture<Reply>> made = new ArrayList<>();

    private CompletableFuture<Reply> write() {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        made.add(reply);
        return reply;
    }

    @Test
    void givesARepetitionTheFirstAnswer() {
        CompletableFuture<Reply> first = recent.once("a", "d", this::write);
        CompletableFuture<Reply> second = recent.once("a", "d", this::write);
        made.getFirst().complete(new Reply.Nothing());
        assertThat(made).hasSize(1);
        assertThat(first).isCompletedWithValue(new Reply.Nothing());
        assertThat(second).isCompletedWithValue(new Reply.Nothing());
    }

    @Test
    void refusesAnotherRequestUnderTheSameId() {
        recent.once("a", "d", this::write).complete(new Reply.Nothing());
        assertThat(recent.once("a", "other", this::write))
                .isCompletedWithValue(new Reply.Rejected(new Rejection.RequestIdReused("a")));
    }

    @Test
    void forgetsWhatFailed() {
        CompletableFuture<Reply> first = recent.once("a", "d", this::write);
        made.getFirst()
                .completeExceptionally(
                        new LeaderException(LeaderException.Kind.OVERLOADED, "full"));
        assertThat(first).isCompletedExceptionally();
        recent.once("a", "d", this::write).complete(new Reply.Nothing());
        assertThat(made).hasSize(2);
    }

    @Test
    void forgetsTheOldest() {
        for (int i = 0; i <= RecentRequests.CAPACITY; i++) {
            recent.once("id" + i, "d", this::write).complete(new Reply.Nothing());
        }
        recent.once("id0", "d", this::write).complete(new Reply.Nothing());
        recent.once("id" + RecentRequests.CAPACITY, "d", this::write).complete(new Reply.Nothing());
        assertThat(made).hasSize(RecentRequests.CAPACITY + 2);
    }
}
