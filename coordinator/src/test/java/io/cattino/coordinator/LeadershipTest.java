package io.cattino.coordinator;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.View;
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
        private final List<Fact> checkpoints = new CopyOnWriteArrayList<>();

        LongJournal(Journal journal) {
            this.journal = journal;
        }

        @Override
        public long epoch() {
            return journal.epoch();
        }

        @Override
        public CompletableFuture<Void> append(long firstRevision, List<Fact> appended) {
            appended.stream().filter(Fact.Checkpoint.class::isInstance).forEach(checkpoints::add);
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
        assertThat(asked(true)).containsExactly(Duration.ofMinutes(1));
        assertThat(asked(false)).containsExactly(Duration.ZERO);
    }

    /** How long each snapshot may wait, after three looks; the first is never made. */
    private static List<Duration> asked(boolean standbys) throws Exception {
        try (InMemoryJournalStore store = new InMemoryJournalStore()) {
            JournalStore.Leadership taken = store.lead("here:1");
            LongJournal journal = new LongJournal(taken.journal());
            try (Leadership leadership = of(journal, taken, standbys)) {
                leadership.look();
                leadership.look();
                leadership.look();
                leadership.loop().read(View::now).get(); // behind all that was asked of the loop
                await().until(() -> !journal.patience.isEmpty());
                assertThat(journal.checkpoints).hasSize(1);
                return journal.patience;
            }
        }
    }
}
