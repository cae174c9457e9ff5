package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.Leader.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.core.StateImage;
import io.cattino.coordinator.zk.Election;
import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import io.cattino.coordinator.zk.ZkClient;
import io.cattino.coordinator.zk.ZkConfig;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that damage to a journal is found where it is, that cutting it off leaves everything
 * before it, and that a restored backup can be led on from (F12, F14).
 */
class JournalAdminTest {

    @TempDir private static Path shared;
    private static EmbeddedZooKeeper server;

    @TempDir Path directory;
    private ZkConfig config;
    private ZkPaths paths;
    private ZkClient client;
    private ZkSession session;
    private ZooKeeperJournalStore store;
    private JournalAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedZooKeeper.start(shared);
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
        admin = JournalAdmin.open(config);
    }

    @AfterEach
    void close() {
        admin.close();
        store.close();
        client.close();
    }

    /** Records 1 to n, one fact each. */
    private Leader written(int records) throws Exception {
        Leader leader = Leader.of(store);
        for (int i = 1; i <= records; i++) {
            done(leader.settings(i));
        }
        return leader;
    }

    private byte[] record(long number) throws Exception {
        return session.get(paths.record(number)).orElseThrow().data();
    }

    private void overwrite(long number, byte[] bytes) throws Exception {
        session.multi(List.of(Op.setData(paths.record(number), bytes, -1)));
    }

    private void flipAByteOf(long number) throws Exception {
        byte[] bytes = record(number);
        bytes[bytes.length / 2] ^= 0x10;
        overwrite(number, bytes);
    }

    @Test
    void aSoundJournalIsTold() throws Exception {
        Leader leader = written(3);
        JournalReport report = admin.verify();
        assertThat(report.isSound()).isTrue();
        assertThat(report.clusterId()).isEqualTo(store.clusterId());
        assertThat(report.epoch()).isEqualTo(1);
        assertThat(report.owner()).isEqualTo("test:1");
        assertThat(report.lastRecord()).isEqualTo(3);
        assertThat(report.revision()).isEqualTo(leader.state().revision());
        assertThat(report.epochs()).isEqualTo(new JournalReport.Epochs(1, 1));
    }

    @Test
    void fingerprintsAreCompared() throws Exception {
        Leader leader = written(3);
        assertThat(leader.snapshot()).isTrue();
        JournalReport report = admin.verify();
        assertThat(report.isSound()).isTrue();
        assertThat(report.checks()).isPositive();
    }

    @Test
    void aFlippedByteIsFoundAndCutOff() throws Exception {
        StateImage before = written(3).state().image();
        written(3); // epoch 2
        flipAByteOf(5);

        assertThatThrownBy(() -> store.lead("next:1"))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContainingAll(
                        paths.record(5), "admin journal verify", "admin journal repair");
        JournalReport report = admin.verify();
        assertThat(report.isSound()).isFalse();
        JournalReport.Damage damage = report.damage().orElseThrow();
        assertThat(damage.path()).isEqualTo(paths.record(5));
        assertThat(damage.reason()).contains("checksum");
        assertThat(damage.cutFrom()).contains(5L);
        assertThat(damage.facts()).isEqualTo(2);

        JournalReport repaired = admin.repair(report, "admin");
        assertThat(repaired.isSound()).isTrue();
        assertThat(repaired.lastRecord()).isEqualTo(4);
        assertThat(repaired.revision()).isEqualTo(before.revision() + 1);
        Leader next = Leader.of(store);
        assertThat(next.state().revision()).isEqualTo(repaired.revision());
        assertThat(next.journal().epoch()).isGreaterThan(report.epoch() + 1);
        done(next.settings(7));
        assertThat(admin.verify().isSound()).isTrue();
    }

    @Test
    void aTruncatedOrMissingRecordIsToo() throws Exception {
        written(6);
        overwrite(6, Arrays.copyOf(record(6), 7));
        assertThat(admin.verify().damage().orElseThrow().path()).isEqualTo(paths.record(6));

        session.multi(List.of(Op.delete(paths.record(3), -1)));
        JournalReport report = admin.verify();
        assertThat(report.damage().orElseThrow().path()).isEqualTo(paths.record(3));
        assertThat(report.damage().orElseThrow().facts()).isEqualTo(3); // 6 tells nothing
        assertThat(admin.repair(report, "admin").lastRecord()).isEqualTo(2);
    }

    @Test
    void whatASnapshotHasIsNotCutOff() throws Exception {
        Leader leader = written(1_200);
        assertThat(leader.snapshot()).isTrue();
        done(leader.settings(9));
        done(leader.settings(10));
        long last = admin.verify().lastRecord();
        flipAByteOf(last);
        JournalReport repaired = admin.repair(admin.verify(), "admin");
        assertThat(repaired.isSound()).isTrue();
        assertThat(repaired.lastRecord()).isEqualTo(last - 1);
        assertThat(repaired.replayedFrom()).isGreaterThan(1_000);
    }

    @Test
    void nothingIsChangedWhileCoordinatorsRun() throws Exception {
        written(3);
        flipAByteOf(2);
        JournalReport report = admin.verify();
        Election election = store.stand("farm-1:19192/19193");
        try {
            election.elected().get(30, TimeUnit.SECONDS);
            assertThatThrownBy(() -> admin.repair(report, "admin"))
                    .hasMessageContainingAll("farm-1:19192/19193", "stop all");
            assertThatThrownBy(() -> admin.adopt(store.clusterId(), 9, "admin"))
                    .hasMessageContaining("farm-1:19192/19193");
        } finally {
            election.close();
        }
        flipAByteOf(2); // whole again, for a moment in which somebody leads
        Leader.of(store);
        flipAByteOf(2);
        assertThatThrownBy(() -> admin.repair(report, "admin")).hasMessageContaining("epoch 2");
    }

    @Test
    void theDumpHasEverything() throws Exception {
        written(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int written = admin.dump(out);
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put("/" + entry.getName(), zip.readAllBytes());
            }
        }
        assertThat(entries).hasSize(written);
        assertThat(entries.get(paths.record(3))).isEqualTo(record(3));
        assertThat(new String(entries.get(paths.clusterId()), UTF_8)).isEqualTo(store.clusterId());
    }

    @Test
    void ofAWipedStoreThereIsNothingToTell() throws Exception {
        ZkConfig empty = Roots.at(config, "/nothing");
        try (JournalAdmin nothing = JournalAdmin.open(empty)) {
            assertThatThrownBy(nothing::verify).hasMessageContaining("/nothing");
        }
    }

    @Test
    void anOldBackupIsLedOnFromAboveWhatAgentsHaveObeyed() throws Exception {
        Path live = directory.resolve("live");
        Path backup = directory.resolve("backup");
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(live);
                ZooKeeperJournalStore farm =
                        ZooKeeperJournalStore.open(zooKeeper.config(), JournalListener.NONE)) {
            done(Leader.of(farm).settings(1));
        }
        copy(live, backup);
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(live);
                ZooKeeperJournalStore farm =
                        ZooKeeperJournalStore.open(zooKeeper.config(), JournalListener.NONE)) {
            for (int i = 2; i <= 4; i++) {
                done(Leader.of(farm).settings(i));
            }
        }
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(backup);
                ZooKeeperJournalStore farm =
                        ZooKeeperJournalStore.open(zooKeeper.config(), JournalListener.NONE);
                JournalAdmin restored = JournalAdmin.open(zooKeeper.config())) {
            assertThat(restored.verify().epoch()).isEqualTo(1);
            assertThatThrownBy(() -> restored.adopt("another", 4, "admin"))
                    .hasMessageContaining(farm.clusterId());
            restored.adopt(farm.clusterId(), 4, "admin");
            assertThatThrownBy(() -> restored.adopt(farm.clusterId(), 4, "admin"))
                    .hasMessageContaining("the next leader's is 5");
            assertThat(Leader.of(farm).journal().epoch()).isEqualTo(5);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
