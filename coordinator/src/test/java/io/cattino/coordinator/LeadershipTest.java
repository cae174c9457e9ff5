package io.cattino.coordinator;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.journal.InMemoryJournalStore;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    /** A journal that has grown long, and whose snapshots are never made. */
    private static final class LongJournal implements Journal {
        private final Journal journal;
        private final List<Duration> patience = new CopyOnWriteArrayList<>();

        LongJournal(Journal journal) {
            this.journal = journal;
        }

        @Override
        public long epoch() {
            return journal.epoch();
        }

        @Override
        public CompletableFuture<Void> append(long firstRevision, List<Fact> appended) {
            return journal.append(firstRevision, appended);
        }

        @Override
        public long confirmedNanos() {
            return journal.confirmedNanos();
        }

        @Override
        public CompletableFuture<JournalException> failure() {
            return journal.failure();
        }

        @Override
        public CompletableFuture<Boolean> snapshot(Duration asked) {
            patience.add(asked);
            return new CompletableFuture<>();
        }

        @Override
        public long recordsSinceSnapshot() {
            return 1_000;
        }

        @Override
        public void close() {
            journal.close();
        }
    }

    private static Leadership of(
            LongJournal journal, JournalStore.Leadership taken, boolean standbys)
            throws IOException {
        return new Leadership(
                new JournalStore.Leadership(taken.state(), journal),
                "here:1",
                new CoordinatorMetrics(
                        new CollectorRegistry(), BuildInfo.of(CoordinatorServer.class)),
                Path.of("/run"),
                () -> standbys);
    }

    @Test
    void aSnapshotThatIsDueIsForThoseWhoStandByIfThereAreAny() throws Exception {
        try (InMemoryJournalStore store = new InMemoryJournalStore();
                InMemoryJournalStore lonely = new InMemoryJournalStore()) {
            JournalStore.Leadership taken = store.lead("here:1");
            JournalStore.Leadership takenAlone = lonely.lead("here:1");
            LongJournal journal = new LongJournal(taken.journal());
            LongJournal alone = new LongJournal(takenAlone.journal());
            try (Leadership _ = of(journal, taken, true);
                    Leadership _ = of(alone, takenAlone, false)) {
                await().until(() -> !journal.patience.isEmpty() && !alone.patience.isEmpty());
                assertThat(journal.patience).containsExactly(Duration.ofMinutes(1));
                assertThat(alone.patience).containsExactly(Duration.ZERO);
            }
        }
    }
}
