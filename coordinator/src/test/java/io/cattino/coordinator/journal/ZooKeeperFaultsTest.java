package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.Leader.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cattino.coordinator.zk.Election;
import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import io.cattino.coordinator.zk.ZkConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lost connections, requests and answers: what was acknowledged is there, once, and nothing else.
 */
class ZooKeeperFaultsTest {
    private static final AtomicInteger ROOTS = new AtomicInteger();

    @TempDir private static Path directory;
    private static EmbeddedZooKeeper server;

    private final AtomicInteger recoveries = new AtomicInteger();
    private FaultyProxy proxy;
    private ZooKeeperJournalStore store;
    private ZooKeeperJournalStore direct;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedZooKeeper.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        proxy = new FaultyProxy(server.servers());
        String root = "/faults" + ROOTS.incrementAndGet();
        direct = ZooKeeperJournalStore.open(config(server.servers(), root), JournalListener.NONE);
        JournalListener counting =
                new JournalListener() {
                    @Override
                    public void recovered(int records) {
                        recoveries.incrementAndGet();
                    }
                };
        store = ZooKeeperJournalStore.open(config(proxy.servers(), root), counting);
    }

    private static ZkConfig config(String servers, String root) {
        return new ZkConfig(
                servers,
                server.config().credential(),
                root,
                Duration.ofSeconds(3),
                Duration.ofSeconds(10));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        direct.close();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAppendWhoseFateIsUnknownIsStoredOnce(boolean arrived) throws Exception {
        Leader leader = Leader.of(store);
        done(leader.settings(1));
        if (arrived) {
            proxy.loseNextReply(FaultyProxy.MULTI);
        } else {
            proxy.loseNextRequest(FaultyProxy.MULTI);
        }
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        for (int i = 2; i <= 20; i++) {
            appended.add(leader.settings(i));
        }
        done(CompletableFuture.allOf(appended.toArray(CompletableFuture<?>[]::new)));
        assertThat(proxy.lost()).isEqualTo(1);
        assertThat(recoveries).hasPositiveValue();
        done(leader.settings(21));
        assertThat(Leader.of(direct).state().image()).isEqualTo(leader.state().image());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClaimWhoseFateIsUnknownIsMadeOnce(boolean arrived) throws Exception {
        if (arrived) {
            proxy.loseNextReply(FaultyProxy.MULTI);
        } else {
            proxy.loseNextRequest(FaultyProxy.MULTI);
        }
        Leader leader = Leader.of(store);
        assertThat(proxy.lost()).isEqualTo(1);
        assertThat(leader.journal().epoch()).isEqualTo(1);
        done(leader.settings(1));
        assertThat(Leader.of(direct).state().image()).isEqualTo(leader.state().image());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSnapshotSurvivesALostConnection(boolean arrived) throws Exception {
        Leader leader = Leader.of(store);
        done(leader.submit(100, 3_000));
        done(leader.checkpoint());
        if (arrived) {
            proxy.loseNextReply(FaultyProxy.MULTI);
        } else {
            proxy.loseNextRequest(FaultyProxy.MULTI);
        }
        assertThat(done(leader.journal().snapshot())).isTrue();
        assertThat(proxy.lost()).isEqualTo(1);
        assertThat(Leader.of(direct).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void manyLostConnectionsUnderLoadLoseAndRepeatNothing() throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Leader leader = Leader.of(store);
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int round = 0; round < 8; round++) {
            switch (random.nextInt(3)) {
                case 0 -> proxy.loseNextReply(FaultyProxy.MULTI);
                case 1 -> proxy.loseNextRequest(FaultyProxy.MULTI);
                default -> proxy.cut(false);
            }
            for (int i = 0; i < 40; i++) {
                last = leader.submit(1, random.nextInt(40_000));
            }
            done(last);
        }
        assertThat(Leader.of(direct).state().image())
                .as("seed %d", seed)
                .isEqualTo(leader.state().image());
        assertThat(leader.journal().failure()).isNotDone();
    }

    @Test
    void losingTheSessionEndsThePenAndNotTheStore() throws Exception {
        Leader leader = Leader.of(store);
        done(leader.settings(1));
        proxy.cut(true);
        CompletableFuture<Void> never = leader.settings(2);
        assertThat(done(leader.journal().failure())).isNotInstanceOf(JournalException.Fenced.class);
        assertThatThrownBy(() -> done(never)).hasCauseInstanceOf(JournalException.class);
        proxy.cut(false);
        Leader next = awaitLeadership();
        assertThat(next.state().settings().retryLimit()).isEqualTo(1);
        done(next.settings(3));
    }

    /** The pen may hear of the end of a session before the client has a new one. */
    private Leader awaitLeadership() {
        return await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(JournalException.class)
                .until(() -> Leader.of(store), _ -> true);
    }

    @Test
    void whoWasFirstInAQueueBeforeItsSessionWasLostMayNotLeadForThat() throws Exception {
        Election queue = store.stand("h1:1/2");
        queue.elected().get(1, TimeUnit.MINUTES);
        Election.Turn turn = new Election.Turn(queue.place(), Optional.empty());
        assertThat(turn.place()).isPresent();
        proxy.cut(true);
        queue.lost().get(1, TimeUnit.MINUTES);
        try (Election next = direct.stand("h2:1/2")) {
            next.elected().get(1, TimeUnit.MINUTES); // when the server has ended that session too
            Leader leader = Leader.of(direct);
            done(leader.settings(1));
            proxy.cut(false);
            assertThatThrownBy(() -> store.lead("h1:1/2", turn))
                    .isInstanceOf(JournalException.class)
                    .isNotInstanceOf(JournalException.Corrupt.class);
            done(leader.settings(2));
        }
        queue.close();
    }

    @Test
    void aLeaderThatIsCutOffCannotAppendOnceAnotherLeads() throws Exception {
        Leader older = Leader.of(store);
        done(older.settings(1));
        proxy.loseNextRequest(FaultyProxy.MULTI);
        Leader newer = Leader.of(direct);
        CompletableFuture<Void> late = older.settings(2);
        done(newer.settings(3));
        assertThatThrownBy(() -> done(late)).hasCauseInstanceOf(JournalException.Fenced.class);
        assertThat(Leader.of(direct).state().image()).isEqualTo(newer.state().image());
    }

    /** Batches without facts are reads: they are answered only while nobody else can write. */
    @Test
    void aLeaderThatHearsNothingAnswersNothingForLong() throws Exception {
        Leader leader = Leader.of(store);
        done(leader.settings(1));
        proxy.cut(true);
        long cut = System.nanoTime();
        AtomicLong answered = new AtomicLong();
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    long asked = System.nanoTime();
                    boolean over = leader.append(List.of()).handle((_, e) -> e != null).get();
                    answered.set(over ? answered.get() : asked);
                    return over;
                });
        assertThat(Duration.ofNanos(answered.get() - cut)).isLessThan(Duration.ofMillis(2_100));
    }
}
