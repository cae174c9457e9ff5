package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.Leader.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import io.cattino.coordinator.zk.ZkClient;
import io.cattino.coordinator.zk.ZkConfig;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.Record;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperJournalStoreTest extends AbstractJournalStoreContract {

    @TempDir private static Path directory;
    private static EmbeddedZooKeeper server;

    private ZkConfig config;
    private ZkPaths paths;
    private ZkClient client;
    private ZkSession session;
    private ZooKeeperJournalStore store;

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
        store = ZooKeeperJournalStore.open(config, JournalListener.NONE);
    }

    @AfterEach
    void close() {
        store.close();
        client.close();
    }

    @Override
    JournalStore store() {
        return store;
    }

    @Override
    SnapshotStore contents(long epoch) {
        return new ZooKeeperRecords(session, paths, Math.toIntExact(epoch));
    }

    @Override
    void tear(Leader leader) throws Exception {
        Leader dying = Leader.of(store);
        long last = contents(2).lastRecord();
        byte[] facts = new byte[5 * RecordCodec.PIECE_BYTES];
        List<RecordPacker.Packed> records =
                new RecordPacker(dying.journal().epoch(), 7, last + 1)
                        .pack(leader.state().revision() + 1, facts);
        for (RecordPacker.Packed record : records.subList(0, 3)) {
            session.multi(List.of(session.create(paths.record(record.number()), record.bytes())));
        }
    }

    @Test
    void theSecondToOpenItFindsTheSameCluster() throws Exception {
        try (ZooKeeperJournalStore second =
                ZooKeeperJournalStore.open(config, JournalListener.NONE)) {
            assertThat(second.clusterId()).isEqualTo(store.clusterId());
            Leader first = Leader.of(store);
            done(first.settings(1));
            Leader other = Leader.of(second);
            assertThat(other.state().image()).isEqualTo(first.state().image());
            assertThatThrownBy(() -> done(first.settings(2)))
                    .hasCauseInstanceOf(JournalException.Fenced.class)
                    .hasMessageContaining("test:1 leads with epoch 2");
        }
    }

    @Test
    void batchesThatWaitTogetherShareRecords() throws Exception {
        Leader leader = Leader.of(store);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            all.add(leader.settings(i));
        }
        done(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));
        assertThat(contents(1).lastRecord()).isLessThan(2_500);
        assertThat(Leader.of(store).state().image()).isEqualTo(leader.state().image());
    }

    @Test
    void segmentsHoldAThousandRecordsAndGoWhenTheyAreEmpty() throws Exception {
        Leader leader = Leader.of(store);
        for (int i = 1; i <= 2_100; i++) {
            done(leader.settings(i));
        }
        assertThat(session.children(paths.journal()))
                .containsExactly("0000000000000", "0000000000001", "0000000000002");
        assertThat(session.children(paths.segmentOf(0))).hasSize(1_000);
        assertThat(session.children(paths.segmentOf(1_000))).hasSize(1_000);
        assertThat(Leader.of(store).state().image()).isEqualTo(leader.state().image());

        Leader next = Leader.of(store);
        assertThat(next.snapshot()).isTrue();
        assertThat(next.snapshot()).isTrue();
        assertThat(session.children(paths.journal())).containsExactly("0000000000002");
        assertThat(contents(3).firstRecord()).isEqualTo(2_101);
        assertThat(Leader.of(store).state().image()).isEqualTo(next.state().image());
    }

    @Test
    void aMissingRecordStopsTheNextLeader() throws Exception {
        Leader leader = Leader.of(store);
        for (int i = 1; i <= 5; i++) {
            done(leader.settings(i));
        }
        session.multi(List.of(Op.delete(paths.record(3), -1)));
        assertThatThrownBy(() -> Leader.of(store))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining(paths.record(3));
    }

    @Test
    void aDamagedRecordStopsTheNextLeader() throws Exception {
        Leader leader = Leader.of(store);
        done(leader.settings(1));
        byte[] bytes = session.get(paths.record(1)).orElseThrow().data();
        bytes[bytes.length / 2] ^= 1;
        session.multi(List.of(Op.setData(paths.record(1), bytes, 0)));
        assertThatThrownBy(() -> Leader.of(store))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("record 1");
    }

    @Test
    void aMissingPredecessorStopsTheWriter() throws Exception {
        Leader leader = Leader.of(store);
        done(leader.settings(1));
        session.multi(List.of(Op.delete(paths.record(1), -1)));
        assertThatThrownBy(() -> done(leader.settings(2))).hasMessageContaining("NONODE");
        assertThat(done(leader.journal().failure())).isNotInstanceOf(JournalException.Fenced.class);
    }

    @Test
    void anotherRecordUnderOurNumberStopsTheWriter() throws Exception {
        Leader leader = Leader.of(store);
        done(leader.settings(1));
        byte[] other =
                RecordCodec.encode(
                        Record.newBuilder()
                                .setNumber(2)
                                .setBatch(2)
                                .setLast(true)
                                .setEpoch(1)
                                .build());
        session.multi(List.of(session.create(paths.record(2), other)));
        assertThatThrownBy(() -> done(leader.settings(2)))
                .hasMessageContaining("another wrote record 2");
    }

    @Test
    void aStoreOfANewerVersionIsRefused() throws Exception {
        session.multi(List.of(Op.setData(paths.format(), new byte[] {'2'}, 0)));
        assertThatThrownBy(() -> ZooKeeperJournalStore.open(config, JournalListener.NONE))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("reads '1'");
    }

    @Test
    void anEpochOlderThanTheJournalIsRefused() throws Exception {
        done(Leader.of(store).epochBegan());
        session.multi(List.of(Op.setData(paths.epoch(), new byte[0], -1)));
        assertThatThrownBy(() -> Leader.of(store))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("backup");
    }

    @Test
    void aStoreThatIsAnothersOrGoneIsRefusedByWhoWasThereBefore() throws Exception {
        try (ZooKeeperJournalStore again =
                ZooKeeperJournalStore.open(
                        config, Optional.of(store.clusterId()), JournalListener.NONE)) {
            assertThat(again.clusterId()).isEqualTo(store.clusterId());
        }
        assertThatThrownBy(() ->
                        ZooKeeperJournalStore.open(
                                config, Optional.of("another"), JournalListener.NONE))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining(store.clusterId())
                .hasMessageContaining("another");
        ZkConfig empty = Roots.at(config, config.root() + "/empty");
        assertThatThrownBy(() ->
                        ZooKeeperJournalStore.open(
                                empty, Optional.of(store.clusterId()), JournalListener.NONE))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("wiped");
    }
}
