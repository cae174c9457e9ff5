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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two who would lead, each with a session of its own. */
class StandbyTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir private static Path directory;
    private static EmbeddedZooKeeper server;

    private ZooKeeperJournalStore one;
    private ZooKeeperJournalStore two;

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
        ZkConfig config = Roots.fresh(server.config());
        one = ZooKeeperJournalStore.open(config, JournalListener.NONE);
        two = ZooKeeperJournalStore.open(config, JournalListener.NONE);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void whoFollowedLeadsOnTheSameState() throws Exception {
        Leader leader = Leader.of(one);
        done(leader.epochBegan());
        two.follow();
        for (int i = 0; i < 5; i++) {
            done(leader.submit(10, 100));
            two.follow();
        }
        done(leader.settings(7));
        Leader next = Leader.of(two);
        assertThat(next.state().image()).isEqualTo(leader.state().image());
        done(next.settings(8));
        assertThatThrownBy(() -> done(leader.settings(9)))
                .hasRootCauseInstanceOf(JournalException.Fenced.class);
        assertThat(Leader.of(one).state().image()).isEqualTo(next.state().image());
    }

    @Test
    void whoWasTooSlowReadsAfreshFromANewSnapshot() throws Exception {
        Leader leader = Leader.of(one);
        done(leader.epochBegan());
        two.follow();
        for (int i = 0; i < 4; i++) {
            done(leader.submit(10, 100_000));
            assertThat(leader.snapshot()).isTrue();
        }
        assertThatThrownBy(two::follow)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("missing");
        two.follow();
        done(leader.settings(3));
        assertThat(Leader.of(two).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void whoWasTooSlowAndHasToLeadReadsAfresh() throws Exception {
        Leader leader = Leader.of(one);
        done(leader.epochBegan());
        two.follow();
        for (int i = 0; i < 4; i++) {
            done(leader.submit(10, 100_000));
            assertThat(leader.snapshot()).isTrue();
        }
        assertThat(Leader.of(two).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void aLeaderThatOnlyAnswersLearnsThatAnotherLeads() throws Exception {
        Leader idle = Leader.of(one);
        done(idle.epochBegan());
        Leader.of(two);
        await("its reads keep it busy, and fail with it")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> idle.append(List.of()).isCompletedExceptionally());
        assertThat(idle.journal().failure().get(1, TimeUnit.MINUTES))
                .isInstanceOf(JournalException.Fenced.class)
                .hasMessageContaining("leads with epoch 2");
    }

    @Test
    void theQueueGoesOnWithTheNext() throws Exception {
        Election first = one.stand("h1:1/2");
        first.elected().get(1, TimeUnit.MINUTES);
        try (Election second = two.stand("h2:1/2")) {
            await().atMost(LIMIT).until(() -> second.ahead().isPresent());
            assertThat(second.ahead().orElseThrow().address()).isEqualTo("h1:1/2");
            assertThat(second.candidates()).containsExactly("h1:1/2", "h2:1/2");
            assertThat(first.ahead()).isEmpty();
            assertThat(second.elected()).isNotDone();
            first.close();
            second.elected().get(1, TimeUnit.MINUTES);
            await().atMost(LIMIT).until(() -> second.candidates().equals(List.of("h2:1/2")));
        }
    }

    @Test
    void theNextTakesThePlaceOfALeaderWhoseProcessIsGone() throws Exception {
        Election first = one.stand("h1:1/2");
        first.elected().get(1, TimeUnit.MINUTES);
        try (first;
                Election second = two.stand("h2:1/2")) {
            Leader leader = Leader.of(one);
            done(leader.epochBegan());
            await().atMost(LIMIT).until(() -> second.ahead().isPresent());
            Optional<Election.Rival> gone = second.ahead();
            JournalStore.Leadership taken =
                    two.lead("h2:1/2", new Election.Turn(second.place(), gone));
            assertThat(taken.journal().epoch()).isEqualTo(2);
            assertThat(taken.state().image()).isEqualTo(leader.state().image());
            assertThatThrownBy(() -> done(leader.settings(9)))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(JournalException.Fenced.class);
            second.elected().get(1, TimeUnit.MINUTES);
            assertThatThrownBy(() -> two.lead("h2:1/2", new Election.Turn(second.place(), gone)))
                    .isInstanceOf(JournalException.class);
            assertThat(two.lead("h2:1/2").journal().epoch()).isEqualTo(3);
        }
    }
}
