package io.cattino.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.journal.JournalListener;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.journal.ZooKeeperJournalStore;
import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import io.cattino.coordinator.zk.ZkClient;
import io.cattino.coordinator.zk.ZkPaths;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves what an operator sees and does when a journal is damaged, from the command line. */
class AdminCommandTest {
    private static final ZkPaths PATHS = new ZkPaths(ZkPaths.DEFAULT_ROOT);

    @TempDir Path directory;
    private EmbeddedZooKeeper zooKeeper;
    private String clusterId = "";
    private String said = "";

    @BeforeEach
    void start() throws Exception {
        zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        try (ZooKeeperJournalStore store =
                ZooKeeperJournalStore.open(zooKeeper.config(), JournalListener.NONE)) {
            clusterId = store.clusterId();
            JournalStore.Leadership leadership = store.lead("farm-1:19192");
            for (int i = 1; i <= 3; i++) {
                Fact fact = new Fact.EpochBegan(new Time(i, i), 1, "farm-1:19192");
                leadership.journal().append(i, List.of(fact)).get(30, TimeUnit.SECONDS);
            }
        }
    }

    @AfterEach
    void stop() {
        zooKeeper.close();
    }

    private void damage(long number) throws Exception {
        try (ZkClient client = new ZkClient(zooKeeper.config())) {
            byte[] bytes = client.session().get(PATHS.record(number)).orElseThrow().data();
            bytes[bytes.length - 1] ^= 1;
            client.session().multi(List.of(Op.setData(PATHS.record(number), bytes, -1)));
        }
    }

    /** With a coordinator's file, as an operator has it. */
    private int meow(String typed, String... words) throws Exception {
        Path file = directory.resolve("coordinator.conf");
        Files.writeString(
                file,
                """
                zookeeper = "%s"
                port = 19192
                zookeeper-credential-file = "%s"
                """
                        .formatted(zooKeeper.servers(), directory.resolve("zookeeper/credential")));
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--config=" + file);
        all = OptionFile.namedBy(all).orElseThrow().expand(ServerMain.commandLine(), all, Map.of());
        PrintStream out = System.out;
        InputStream in = System.in;
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(heard, true, UTF_8));
            System.setIn(new ByteArrayInputStream(typed.getBytes(UTF_8)));
            return ServerMain.commandLine()
                    .setExecutionExceptionHandler((failure, _, _) -> {
                        System.out.println(failure.getMessage());
                        return Startup.code(failure).code();
                    })
                    .execute(all.toArray(String[]::new));
        } finally {
            System.setOut(out);
            System.setIn(in);
            said = heard.toString(UTF_8);
        }
    }

    @Test
    void damageIsToldSavedAndCutOff() throws Exception {
        assertThat(meow("", "admin", "journal", "verify")).as(said).isZero();
        assertThat(said).contains("Cluster    " + clusterId, "revision 3", "It is sound.");
        damage(2);

        assertThat(meow("", "admin", "journal", "verify")).isEqualTo(1);
        assertThat(said)
                .contains(
                        "DAMAGED    " + PATHS.record(2),
                        "checksum",
                        "at least 2 facts",
                        "meow admin journal repair")
                .doesNotContain("sound");

        Path backup = directory.resolve("backup.zip");
        String saveThere = "--backup=" + backup;
        assertThat(meow("n\n", "admin", "journal", "repair", saveThere)).isEqualTo(1);
        assertThat(said).endsWith("Nothing was changed.\n");
        assertThat(meow("", "admin", "journal", "repair", "-y", saveThere)).isEqualTo(1);
        assertThat(said).contains(backup.toString()); // which is there already
        Files.delete(backup);
        assertThat(meow("", "admin", "journal", "repair", "-y", saveThere)).as(said).isZero();
        assertThat(said).contains("Cut off.", "revision 1", "It is sound.");
        try (ZipFile zip = new ZipFile(backup.toFile())) {
            assertThat(zip.getEntry(PATHS.record(3).substring(1))).isNotNull();
        }
        assertThat(meow("", "admin", "journal", "repair", "-y")).isZero();
        assertThat(said).contains("There is nothing to cut off.");
    }

    @Test
    void theEpochIsRaised() throws Exception {
        String[] adopt = {"admin", "adopt", "--cluster-id", clusterId, "--raise-epoch", "7"};
        assertThat(meow("", adopt)).as(said).isZero();
        assertThat(said).isEqualTo("The epoch is 7; the next leader's is 8.\n");
        assertThat(meow("", adopt)).isEqualTo(1);
        assertThat(said).contains("the epoch is 7 already");
    }
}
