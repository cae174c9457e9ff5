package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.Leader.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every journal store promises. */
abstract class AbstractJournalStoreContract {
    /** An empty store; the same one each time within a test. */
    abstract JournalStore store();

    /**
     * Its contents, to look at and to spoil. Changes go through as long as the newest leadership is
     * the given one.
     */
    abstract SnapshotStore contents(long epoch) throws Exception;

    /** Appends records that are no whole batch, as a leader that dies within one does. */
    abstract void tear(Leader leader) throws Exception;

    @Test
    void anEmptyStoreHasAnEmptyStateAndACluster() throws Exception {
        try (Leader leader = Leader.of(store())) {
            assertThat(leader.state().image()).isEqualTo(ClusterState.empty().image());
            assertThat(leader.journal().epoch()).isEqualTo(1);
            assertThat(store().clusterId()).isNotEmpty();
        }
    }

    @Test
    void replayGivesWhatWasAcknowledged() throws Exception {
        Leader first = Leader.of(store());
        done(first.epochBegan());
        done(first.submit(3, 10));
        done(first.settings(5));
        Leader second = Leader.of(store());
        assertThat(second.state().image()).isEqualTo(first.state().image());
        assertThat(second.journal().epoch()).isEqualTo(2);
        done(second.epochBegan());
        done(second.settings(6));
        assertThat(Leader.of(store()).state().image()).isEqualTo(second.state().image());
    }

    @Test
    void futuresCompleteInTheOrderOfTheAppends() throws Exception {
        try (Leader leader = Leader.of(store())) {
            List<Integer> completed = new CopyOnWriteArrayList<>();
            List<CompletableFuture<Void>> all = new ArrayList<>();
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int number = i;
                expected.add(i);
                all.add(leader.submit(1, i % 7 * 10_000).thenRun(() -> completed.add(number)));
            }
            done(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));
            assertThat(completed).isEqualTo(expected);
            assertThat(Leader.of(store()).state().image()).isEqualTo(leader.state().image());
        }
    }

    @Test
    void aBatchLargerThanARecordIsOneBatch() throws Exception {
        Leader leader = Leader.of(store());
        done(leader.settings(1));
        done(leader.submit(300, 5_000));
        done(leader.settings(2));
        assertThat(contents(1).lastRecord()).isGreaterThan(20);
        assertThat(Leader.of(store()).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void aNewLeaderFencesTheOlderPen() throws Exception {
        Leader older = Leader.of(store());
        done(older.settings(1));
        Leader newer = Leader.of(store());
        CompletableFuture<Void> fenced = older.settings(2);
        assertThatThrownBy(() -> done(fenced)).hasCauseInstanceOf(JournalException.Fenced.class);
        assertThat(done(older.journal().failure())).isInstanceOf(JournalException.Fenced.class);
        assertThatThrownBy(() -> done(older.settings(3)))
                .hasCauseInstanceOf(JournalException.class);
        done(newer.settings(4));
        ClusterState after = Leader.of(store()).state();
        assertThat(after.settings().retryLimit()).isEqualTo(4);
        assertThat(after.revision()).isEqualTo(2);
    }

    @Test
    void aFencedPenMakesNoSnapshotAndDeletesNothing() throws Exception {
        Leader older = Leader.of(store());
        assertThat(older.snapshot()).isTrue();
        done(older.checkpoint());
        Leader newer = Leader.of(store());
        assertThat(done(older.journal().snapshot())).isFalse();
        done(newer.settings(4));
        assertThat(Leader.of(store()).state().image()).isEqualTo(newer.state().image());
    }

    @Test
    void aClosedPenRefusesAndWhatItWasGivenStays() throws Exception {
        Leader leader = Leader.of(store());
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            appended.add(leader.settings(i));
        }
        leader.close();
        assertThat(appended)
                .allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
        assertThatThrownBy(() -> done(leader.settings(99)))
                .hasCauseInstanceOf(JournalException.class);
        assertThat(leader.journal().failure()).isNotDone();
        assertThat(Leader.of(store()).state().settings().retryLimit()).isEqualTo(50);
    }

    @Test
    void anEmptyBatchWaitsForThoseBeforeIt() throws Exception {
        try (Leader leader = Leader.of(store())) {
            done(leader.append(List.of()));
            CompletableFuture<Void> before = leader.submit(100, 5_000);
            done(leader.append(List.of()));
            assertThat(before).isDone();
        }
    }

    @Test
    void aRevisionThatDoesNotFollowIsRefused() throws Exception {
        try (Leader leader = Leader.of(store())) {
            Fact fact = leader.settingsFact(1);
            assertThatThrownBy(() -> leader.journal().append(7, List.of(fact)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTornTailIsVoidedByTheNextLeader() throws Exception {
        Leader torn = Leader.of(store());
        done(torn.settings(1));
        tear(torn);
        Leader second = Leader.of(store());
        assertThat(second.state().revision()).isEqualTo(1);
        Leader third = Leader.of(store());
        assertThat(third.state().revision()).isEqualTo(1);
        done(third.epochBegan());
        done(third.settings(2));
        Leader fourth = Leader.of(store());
        assertThat(fourth.state().image()).isEqualTo(third.state().image());
        assertThat(fourth.snapshot()).isTrue();
        assertThat(Leader.of(store()).state().image()).isEqualTo(fourth.state().image());
    }

    @Test
    void snapshotAndTailGiveTheSameState() throws Exception {
        Leader leader = Leader.of(store());
        done(leader.epochBegan());
        done(leader.submit(500, 100));
        assertThat(done(leader.journal().snapshot())).isFalse();
        assertThat(leader.snapshot()).isTrue();
        assertThat(done(leader.journal().snapshot())).isFalse();
        done(leader.settings(3));
        assertThat(leader.journal().recordsSinceSnapshot()).isEqualTo(2);
        Leader next = Leader.of(store());
        assertThat(next.state().image()).isEqualTo(leader.state().image());
        assertThat(next.journal().recordsSinceSnapshot()).isEqualTo(2);
    }

    @Test
    void twoGenerationsStayAndTheRecordsOfTheOlder() throws Exception {
        Leader leader = Leader.of(store());
        List<Long> checkpoints = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            done(leader.submit(50, 3_000));
            done(leader.settings(i));
            assertThat(leader.snapshot()).isTrue();
            checkpoints.add(contents(1).lastRecord());
        }
        SnapshotStore contents = contents(1);
        assertThat(contents.snapshots().keySet())
                .extracting(SnapshotName::nextRecord)
                .containsExactlyElementsOf(checkpoints.subList(2, 4));
        assertThat(contents.firstRecord()).isEqualTo(checkpoints.get(2));
        assertThat(Leader.of(store()).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void aSnapshotThatNobodyPublishedIsNotSeenAndIsSwept() throws Exception {
        Leader leader = Leader.of(store());
        done(leader.settings(1));
        contents(1).put(new SnapshotName(99, 7), 0, new byte[] {1, 2, 3});
        Leader next = Leader.of(store());
        assertThat(next.state().image()).isEqualTo(leader.state().image());
        assertThat(next.snapshot()).isTrue();
        assertThat(contents(2).snapshots()).hasSize(1);
    }

    @Test
    void aStateThatReplayDoesNotGiveIsNotPublished() throws Exception {
        Leader leader = Leader.of(store());
        done(leader.settings(1));
        done(leader.append(new Fact.Checkpoint(new Time(9, 9), leader.state().fingerprint() + 1)));
        assertThat(done(leader.journal().snapshot())).isFalse();
        assertThat(contents(1).snapshots()).isEmpty();
        assertThat(contents(1).firstRecord()).isZero();
        assertThat(leader.snapshot()).isTrue();
    }

    @Test
    void anUnreadableSnapshotIsReplacedByTheGenerationBefore() throws Exception {
        Leader leader = Leader.of(store());
        for (int i = 1; i <= 3; i++) {
            done(leader.settings(i));
            assertThat(leader.snapshot()).isTrue();
        }
        done(leader.settings(4));
        SnapshotStore contents = contents(1);
        Map.Entry<SnapshotName, byte[]> newest = new TreeMap<>(contents.snapshots()).lastEntry();
        byte[] header = newest.getValue().clone();
        header[3] ^= 0x40;
        contents.publish(newest.getKey(), header);
        assertThat(Leader.of(store()).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void withoutAnyReadableSnapshotNobodyLeads() throws Exception {
        Leader leader = Leader.of(store());
        for (int i = 1; i <= 3; i++) {
            done(leader.settings(i));
            assertThat(leader.snapshot()).isTrue();
        }
        SnapshotStore contents = contents(1);
        for (SnapshotName name : contents.snapshots().keySet()) {
            contents.publish(name, new byte[] {1, 2, 3});
        }
        assertThatThrownBy(() -> Leader.of(store())).isInstanceOf(JournalException.Corrupt.class);
    }

    @Test
    void seededHistoriesWithSnapshotsAndLeadersReplayToTheLiveState() throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Leader leader = Leader.of(store());
        for (int i = 0; i < 150; i++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    // everything is awaited: acknowledged, it is there
                    done(leader.append(List.of()));
                    Leader next = Leader.of(store());
                    assertThat(next.state().image())
                            .as("seed %d", seed)
                            .isEqualTo(leader.state().image());
                    leader = next;
                    done(leader.epochBegan());
                }
                case 1 -> leader.snapshot();
                case 2 -> done(leader.submit(random.nextInt(1, 30), random.nextInt(8_000)));
                default -> done(leader.settings(random.nextInt(100)));
            }
        }
        assertThat(Leader.of(store()).state().image())
                .as("seed %d", seed)
                .isEqualTo(leader.state().image());
    }
}
