package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.Leader.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InMemoryJournalStoreTest extends AbstractJournalStoreContract {
    private final InMemoryJournalStore store = new InMemoryJournalStore();

    @Override
    JournalStore store() {
        return store;
    }

    @Override
    SnapshotStore contents(long epoch) {
        return store.contents(epoch);
    }

    @Override
    void tear(Leader leader) throws Exception {
        store.holdCommits(true);
        CompletableFuture<Void> torn = leader.submit(100, 5_000);
        store.commit(3);
        assertThat(torn).isNotDone();
        Leader.of(store).close();
        store.holdCommits(false);
        assertThat(torn).isCompletedExceptionally();
    }

    @Test
    void heldCommitsAreDurableWhenTheyAreLetGoAndLostWithTheirLeader() throws Exception {
        Leader leader = Leader.of(store);
        store.holdCommits(true);
        CompletableFuture<Void> first = leader.settings(1);
        CompletableFuture<Void> second = leader.settings(2);
        assertThat(store.held()).isEqualTo(2);
        store.commit(1);
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        Leader next = Leader.of(store);
        assertThat(next.state().settings().retryLimit()).isEqualTo(1);
        assertThatThrownBy(() -> done(second)).hasCauseInstanceOf(JournalException.Fenced.class);
        store.holdCommits(false);
        done(next.settings(3));
    }
}
