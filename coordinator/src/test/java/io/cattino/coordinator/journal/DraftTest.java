package io.cattino.coordinator.journal;

import static io.cattino.coordinator.Waiting.await;
import static io.cattino.coordinator.journal.Leader.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.StateImage;
import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import io.cattino.coordinator.zk.ZkClient;
import io.cattino.coordinator.zk.ZkConfig;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.SnapshotHeader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that those who stand by make, and the leader publishes, or does not. */
class DraftTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir private static Path directory;
    private static EmbeddedZooKeeper server;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger written = new AtomicInteger();
    private ZkConfig config;
    private ZkPaths paths;
    private ZkClient client;
    private ZkSession session;
    private ZooKeeperRecords contents;
    private ZooKeeperJournalStore leading;
    private ZooKeeperJournalStore standby;
    private ZooKeeperJournalStore other;
    private Leader leader;

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
        config = Roots.fresh(server.config());
        paths = new ZkPaths(config.root());
        client = new ZkClient(config);
        session = client.session();
        contents = new ZooKeeperRecords(session, paths, 1);
        JournalListener counting =
                new JournalListener() {
                    @Override
                    public void snapshotWritten(Duration took, long bytes) {
                        written.incrementAndGet();
                    }

                    @Override
                    public void snapshotFailed(String reason) {
                        failures.add(reason);
                    }
                };
        leading = ZooKeeperJournalStore.open(config, counting);
        standby = ZooKeeperJournalStore.open(config, JournalListener.NONE);
        other = ZooKeeperJournalStore.open(config, JournalListener.NONE);
        leader = Leader.of(leading);
        done(leader.epochBegan());
    }

    @AfterEach
    void close() {
        leading.close();
        standby.close();
        other.close();
        client.close();
    }

    /** A durable checkpoint with something before it. */
    private CheckpointMark checkpoint() throws Exception {
        done(leader.submit(20, 1_000));
        long fingerprint = leader.state().fingerprint();
        done(leader.checkpoint());
        long record = contents.lastRecord();
        return new CheckpointMark(record, record, leader.state().revision(), fingerprint);
    }

    /** The draft of what a standby has followed. */
    private void awaitDraft(CheckpointMark mark) {
        await().until(() -> contents.draft(mark.draft()).isPresent());
    }

    private boolean published(Duration patience) throws Exception {
        return done(leader.journal().snapshot(patience));
    }

    /** Whoever would replay the first records finds that they cannot be read. */
    private void spoilTheFirstRecord() throws Exception {
        session.multi(List.of(Op.setData(paths.record(1), new byte[] {1}, -1)));
    }

    private Map<SnapshotName, Boolean> snapshots() throws Exception {
        Map<SnapshotName, Boolean> published = new TreeMap<>();
        contents.snapshots().forEach((name, header) -> published.put(name, header.length > 0));
        return published;
    }

    /** A draft of the leader's state by whoever claims that it has a fingerprint. */
    private void forge(SnapshotName name) throws Exception {
        ZooKeeperDrafts drafts = new ZooKeeperDrafts(session, paths);
        ClusterState state = leader.state();
        drafts.finish(
                name,
                SnapshotCodec.write(drafts, contents, name, state.image(), state.fingerprint()));
    }

    @Test
    void theLeaderPublishesWithoutReplaying() throws Exception {
        standby.follow();
        CheckpointMark mark = checkpoint();
        standby.follow();
        awaitDraft(mark);
        assertThat(snapshots()).containsExactly(Map.entry(mark.draft(), false));
        spoilTheFirstRecord();

        assertThat(published(LONG)).isTrue();
        assertThat(snapshots()).containsExactly(Map.entry(mark.draft(), true));
        assertThat(leader.journal().recordsSinceSnapshot()).isEqualTo(1);
        assertThat(written).hasValue(1);
        assertThat(failures).isEmpty();
        assertThat(published(LONG)).isFalse();

        done(leader.settings(3));
        Leader next = Leader.of(other);
        assertThat(next.state().image()).isEqualTo(leader.state().image());
        assertThat(next.journal().recordsSinceSnapshot()).isEqualTo(2);
        done(next.settings(4));
        assertThat(Leader.of(standby).state().image()).isEqualTo(next.state().image());
    }

    @Test
    void theLeaderWaitsForIt() throws Exception {
        CheckpointMark mark = checkpoint();
        CompletableFuture<Boolean> snapshot = leader.journal().snapshot(LONG);
        assertThat(published(LONG)).as("one at a time").isFalse();
        standby.follow();
        assertThat(done(snapshot)).isTrue();
        assertThat(snapshots()).containsExactly(Map.entry(mark.draft(), true));
    }

    @Test
    void itEndsAtTheCheckpointThoughItsBatchGoesOn() throws Exception {
        ClusterState before = ClusterState.of(leader.state().image());
        Fact first = leader.settingsFact(1);
        before.apply(first);
        Fact checkpoint = new Fact.Checkpoint(first.at(), before.fingerprint());
        done(leader.append(List.of(first, checkpoint, leader.settingsFact(2))));
        standby.follow();
        long record = contents.lastRecord();
        SnapshotName draft = new SnapshotName(record, before.fingerprint());
        await().until(() -> contents.draft(draft).isPresent());
        spoilTheFirstRecord();

        assertThat(published(LONG)).isTrue();
        assertThat(standby.follow().image()).isEqualTo(leader.state().image());
        assertThat(Leader.of(other).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void ofTwoWhoStandByOneMakesIt() throws Exception {
        standby.follow();
        other.follow();
        for (int i = 0; i < 10; i++) {
            CheckpointMark mark = checkpoint();
            CompletableFuture<ClusterState> one = following(standby);
            CompletableFuture<ClusterState> two = following(other);
            assertThat(done(one).image()).isEqualTo(leader.state().image());
            assertThat(done(two).image()).isEqualTo(leader.state().image());
            awaitDraft(mark);
            assertThat(snapshots()).containsEntry(mark.draft(), false);
            assertThat(published(LONG)).isTrue();
            assertThat(snapshots()).containsEntry(mark.draft(), true).doesNotContainValue(false);
        }
        assertThat(failures).isEmpty();
    }

    private static CompletableFuture<ClusterState> following(JournalStore store) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return store.follow();
            } catch (JournalException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void twoGenerationsStayAndTheRecordsOfTheOlder() throws Exception {
        List<SnapshotName> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            made.add(checkpoint().draft());
            standby.follow();
            assertThat(published(LONG)).isTrue();
        }
        assertThat(snapshots())
                .containsExactly(Map.entry(made.get(2), true), Map.entry(made.get(3), true));
        assertThat(contents.firstRecord()).isEqualTo(made.get(2).nextRecord());
        assertThat(session.children(paths.snapshots())).hasSize(2);
        assertThat(Leader.of(other).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void anotherStateIsRefused() throws Exception {
        CheckpointMark mark = checkpoint();
        SnapshotName wrong = new SnapshotName(mark.firstRecord(), mark.fingerprint() + 1);
        forge(wrong);

        assertThat(published(LONG)).isTrue();
        assertThat(failures).singleElement().asString().contains(wrong.toString(), "refused");
        assertThat(snapshots()).hasSize(1).doesNotContainKeys(wrong, mark.draft());
        assertThat(snapshots().values()).containsExactly(true);
        assertThat(Leader.of(other).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void anotherRevisionIsRefused() throws Exception {
        CheckpointMark mark = checkpoint();
        done(leader.settings(1));
        forge(mark.draft());

        assertThat(published(LONG)).isTrue();
        assertThat(failures)
                .singleElement()
                .asString()
                .contains("of revision " + leader.state().revision());
        assertThat(snapshots()).hasSize(1).doesNotContainKey(mark.draft());
        assertThat(Leader.of(other).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void aDamagedHeaderIsRefused() throws Exception {
        CheckpointMark mark = checkpoint();
        ZooKeeperDrafts drafts = new ZooKeeperDrafts(session, paths);
        drafts.put(mark.draft(), 0, new byte[] {1, 2, 3});
        drafts.finish(mark.draft(), new byte[] {1, 2, 3});

        assertThat(published(LONG)).isTrue();
        assertThat(failures).singleElement().asString().contains("the header of snapshot");
        assertThat(snapshots()).hasSize(1).doesNotContainKey(mark.draft());
    }

    @Test
    void oneThatIsNeverWholeIsSweptAndItsMakerStopped() throws Exception {
        CheckpointMark mark = checkpoint();
        ZooKeeperDrafts drafts = new ZooKeeperDrafts(session, paths);
        drafts.put(mark.draft(), 0, new byte[] {1, 2, 3});

        assertThat(published(Duration.ofMillis(1))).isTrue();
        assertThat(failures).isEmpty();
        assertThat(written).hasValue(1);
        assertThat(snapshots()).hasSize(1).doesNotContainKey(mark.draft());
        assertThatThrownBy(() -> drafts.put(mark.draft(), 1, new byte[] {4}))
                .isInstanceOf(JournalException.class);
        assertThatThrownBy(() -> drafts.finish(mark.draft(), new byte[] {5}))
                .isInstanceOf(JournalException.class);
        assertThat(snapshots()).hasSize(1).doesNotContainKey(mark.draft());
        standby.follow();
        CheckpointMark next = checkpoint();
        standby.follow();
        awaitDraft(next);
        assertThat(snapshots())
                .as("of the one before there is one already")
                .hasSize(2)
                .doesNotContainKey(mark.draft());
    }

    @Test
    void toOneThatIsPublishedNothingIsAdded() throws Exception {
        CheckpointMark mark = checkpoint();
        standby.follow();
        awaitDraft(mark);
        assertThat(published(LONG)).isTrue();
        List<String> chunks = session.children(paths.snapshot(mark.draft().toString()));
        ZooKeeperDrafts drafts = new ZooKeeperDrafts(session, paths);
        assertThatThrownBy(() -> drafts.put(mark.draft(), 0, new byte[] {4}))
                .hasMessageContaining("NODEEXISTS");
        assertThatThrownBy(() -> drafts.put(mark.draft(), 1, new byte[] {4}))
                .hasMessageContaining("BADVERSION");
        assertThat(session.children(paths.snapshot(mark.draft().toString()))).isEqualTo(chunks);
    }

    @Test
    void aStateThatIsNotTheLeadersIsNoDraft() throws Exception {
        done(
                leader.append(
                        new Fact.Checkpoint(
                                leader.state().now(), leader.state().fingerprint() + 1)));
        standby.follow();
        assertThat(published(Duration.ofMillis(1))).isFalse();
        assertThat(failures).hasSize(1);
        CheckpointMark next = checkpoint();
        standby.follow();
        awaitDraft(next);
        assertThat(snapshots()).containsOnlyKeys(next.draft());
    }

    /** What the drafter reads; it is stopped once it has read back a chunk. */
    private record StoppingSource(RecordSource source, Runnable stop) implements RecordSource {
        @Override
        public long lastRecord() throws JournalException {
            return source.lastRecord();
        }

        @Override
        public long firstRecord() throws JournalException {
            return source.firstRecord();
        }

        @Override
        public List<byte[]> records(long from, long to) throws JournalException {
            return source.records(from, to);
        }

        @Override
        public SortedMap<SnapshotName, byte[]> snapshots() throws JournalException {
            return source.snapshots();
        }

        @Override
        public byte[] chunk(SnapshotName name, int index) throws JournalException {
            byte[] chunk = source.chunk(name, index);
            stop.run();
            return chunk;
        }
    }

    @Test
    void whoIsToLeadWaitsForNoneAndLeavesTheOneBegun() throws Exception {
        CheckpointMark mark = checkpoint();
        ZooKeeperDrafts drafts = new ZooKeeperDrafts(session, paths);
        Queue<Runnable> background = new ArrayDeque<>();
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        RecordSource source = new StoppingSource(contents, () -> stop.get().run());
        Drafter drafter = new Drafter(source, drafts, background::add);
        drafter.passed(mark, leader.state());
        drafter.passed(mark, leader.state());
        assertThat(background).as("one at a time").hasSize(1);
        assertThat(snapshots()).as("nobody waits for it").isEmpty();

        stop.set(drafter::close);
        background.remove().run();
        assertThat(snapshots()).containsExactly(Map.entry(mark.draft(), false));
        assertThat(contents.draft(mark.draft())).isEmpty();

        CheckpointMark next = checkpoint();
        drafter.passed(next, leader.state());
        background.remove().run();
        assertThat(snapshots()).as("it is over").containsOnlyKeys(mark.draft());
    }

    @Test
    void itShowsTheStateOfTheCheckpointThoughItIsWrittenLater() throws Exception {
        ZooKeeperDrafts drafts = new ZooKeeperDrafts(session, paths);
        Queue<Runnable> background = new ArrayDeque<>();
        Drafter drafter = new Drafter(contents, drafts, background::add);
        CheckpointMark mark = checkpoint();
        StateImage then = leader.state().image();
        drafter.passed(mark, leader.state());
        done(leader.submit(20, 1_000));
        done(leader.settings(5));
        background.remove().run();
        SnapshotHeader header =
                SnapshotCodec.header(mark.draft(), contents.draft(mark.draft()).orElseThrow());
        assertThat(SnapshotCodec.read(contents, mark.draft(), header)).isEqualTo(then);
        assertThat(published(LONG)).isTrue();
        assertThat(snapshots()).containsExactly(Map.entry(mark.draft(), true));
        assertThat(Leader.of(other).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void onTheWayToTheLeadershipNoneIsMade() throws Exception {
        standby.follow();
        checkpoint();
        Leader next = Leader.of(standby);
        assertThat(next.state().image()).isEqualTo(leader.state().image());
        assertThat(next.snapshot()).as("in the same background").isTrue();
        contents = new ZooKeeperRecords(session, paths, 2);
        assertThat(snapshots()).hasSize(1).containsValue(true);
    }

    @Test
    void aLeaderThatEndsWaitsNoLonger() throws Exception {
        checkpoint();
        CompletableFuture<Boolean> snapshot = leader.journal().snapshot(Duration.ofDays(1));
        leader.close();
        assertThat(snapshot.get(1, TimeUnit.MINUTES)).isFalse();
        assertThat(snapshots()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void theAdministratorDoesNotMindThem() throws Exception {
        CheckpointMark mark = checkpoint();
        standby.follow();
        awaitDraft(mark);
        done(leader.settings(1));
        session.multi(List.of(Op.setData(paths.record(contents.lastRecord()), new byte[] {1}, -1)));
        try (JournalAdmin admin = JournalAdmin.open(config)) {
            JournalReport report = admin.verify();
            assertThat(report.unreadableSnapshots()).isEmpty();
            assertThat(report.damage().orElseThrow().cutFrom()).contains(mark.firstRecord() + 1);
            assertThat(admin.repair(report, "admin").isSound()).isTrue();
        }
        assertThat(snapshots()).isEmpty();
    }
}
