package io.cattino.coordinator.zk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedZooKeeperTest {
    @TempDir private Path directory;

    @Test
    void aRestartOnTheSameDirectoryKeepsEverythingAndItsSecret() throws Exception {
        String credential;
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            credential = server.config().credential();
            write(server, "/a", 10);
        }
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            assertThat(server.config().credential()).isEqualTo(credential);
            assertThat(children(server, "/a")).hasSize(10);
        }
    }

    @Test
    void onlyTheOwnerCanReadTheSecretAndOnlyTheSecretOpensAnything() throws Exception {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            assertThat(Files.getPosixFilePermissions(directory.resolve("credential")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            write(server, "/a", 1);
            try (ZkClient stranger = new ZkClient(new ZkConfig(server.servers(), "cattino:wrong"));
                    ZkSession session = stranger.session()) {
                assertThatThrownBy(() -> session.get("/a"))
                        .isInstanceOf(KeeperException.NoAuthException.class);
                assertThatThrownBy(() -> session.multi(List.of(session.create("/b", new byte[0]))))
                        .isInstanceOf(KeeperException.NoAuthException.class);
            }
            assertThat(server.config().toString()).doesNotContain(server.config().credential());
        }
    }

    @Test
    void aDirectoryServesOneServer() throws Exception {
        try (EmbeddedZooKeeper _ = EmbeddedZooKeeper.start(directory)) {
            assertThatThrownBy(() -> EmbeddedZooKeeper.start(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another server");
        }
        EmbeddedZooKeeper.start(directory).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump", "envi", "cons", "wchp", "conf", "stat"})
    void fourLetterWordsAreOff(String word) throws Exception {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            String[] address = server.servers().split(":", -1);
            try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
                    InputStream in = socket.getInputStream()) {
                socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("not in the whitelist");
            }
        }
    }

    @Test
    void aTransactionThatIsHalfWrittenDoesNotStopIt() throws Exception {
        write10();
        try (RandomAccessFile log = new RandomAccessFile(newestLog().toFile(), "rw")) {
            log.seek(end(log));
            // a header that promises 100 bytes, then 40 of them, then the zeros that were there
            log.writeLong(12345);
            log.writeInt(100);
            log.write(new byte[40]);
            log.writeByte(7);
        }
        assertEverythingIsThere();
    }

    @Test
    void aTransactionWhoseMiddleNeverReachedTheDiskDoesNotStopIt() throws Exception {
        write10();
        try (RandomAccessFile log = new RandomAccessFile(newestLog().toFile(), "rw")) {
            log.seek(end(log));
            log.writeLong(12345);
            log.writeInt(100);
            log.write(new byte[100]);
            log.writeByte('B');
        }
        assertEverythingIsThere();
        assertThat(names()).anyMatch(name -> name.startsWith("torn-log."));
    }

    @Test
    void aNewLogWithoutItsHeaderDoesNotStopIt() throws Exception {
        write10();
        Path next = newestLog().resolveSibling("log.ffff");
        Files.write(next, new byte[] {'Z', 'K'});
        assertEverythingIsThere();
        Files.write(newestLog().resolveSibling("log.fffff"), new byte[4096]);
        assertEverythingIsThere();
    }

    @Test
    void aDamagedTransactionWithGoodOnesBehindItStopsIt() throws Exception {
        write10();
        try (RandomAccessFile log = new RandomAccessFile(newestLog().toFile(), "rw")) {
            log.seek(16 + 12 + 4);
            int flipped = log.read() ^ 1;
            log.seek(16 + 12 + 4);
            log.write(flipped);
        }
        assertThatThrownBy(() -> EmbeddedZooKeeper.start(directory))
                .isInstanceOf(IOException.class);
        assertThat(names()).noneMatch(name -> name.startsWith("torn-"));
    }

    @Test
    void oldFilesGoAndWhatARestartNeedsStays() throws Exception {
        for (int restart = 0; restart < 6; restart++) {
            try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
                write(server, "/a" + restart, 3);
            }
        }
        Path data = directory.resolve("data");
        FileTxnSnapLog files = new FileTxnSnapLog(data.toFile(), data.toFile());
        OldFiles.purge(files, data.resolve("version-2"), 3);
        assertThat(names()).filteredOn(name -> name.startsWith("snapshot.")).hasSize(3);
        OldFiles.purge(files, data.resolve("version-2"), 4);
        assertThat(names()).filteredOn(name -> name.startsWith("snapshot.")).hasSize(3);
        files.close();
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            for (int restart = 0; restart < 6; restart++) {
                assertThat(children(server, "/a" + restart)).hasSize(3);
            }
        }
    }

    private void write10() throws Exception {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            write(server, "/a", 10);
        }
    }

    private void assertEverythingIsThere() throws Exception {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            assertThat(children(server, "/a")).hasSize(10);
            write(server, "/b" + names().size(), 3);
        }
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory)) {
            assertThat(children(server, "/a")).hasSize(10);
        }
    }

    private static void write(EmbeddedZooKeeper server, String parent, int children)
            throws Exception {
        try (ZkClient client = new ZkClient(server.config());
                ZkSession session = client.session()) {
            session.multi(List.of(session.create(parent, new byte[0])));
            for (int i = 0; i < children; i++) {
                session.multi(List.of(session.create(parent + "/" + i, new byte[1_000])));
            }
        }
    }

    private static List<String> children(EmbeddedZooKeeper server, String path) throws Exception {
        try (ZkClient client = new ZkClient(server.config());
                ZkSession session = client.session()) {
            return session.children(path);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data/version-2"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Path newestLog() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data/version-2"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log."))
                    .max(Comparator.comparingLong(file -> zxid(file)))
                    .orElseThrow();
        }
    }

    private static long zxid(Path file) {
        return Long.parseLong(file.getFileName().toString().substring(4), 16);
    }

    /** Where the preallocated zeros begin. */
    private static long end(RandomAccessFile log) throws IOException {
        long at = 16;
        while (true) {
            log.seek(at + 8);
            int length = log.readInt();
            if (length == 0) {
                return at;
            }
            at += 12 + length + 1;
        }
    }
}
