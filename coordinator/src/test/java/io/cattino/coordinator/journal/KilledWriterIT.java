package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.Leader.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged before a kill -9 of writer and ZooKeeper is there afterwards. */
class KilledWriterIT {
    private static final int ACKNOWLEDGED = 300;

    @TempDir private Path directory;

    @RepeatedTest(3)
    void everythingAcknowledgedSurvivesTheKill() throws Exception {
        int acknowledged = 0;
        for (int generation = 1; generation <= 3; generation++) {
            acknowledged = writeAndKill(acknowledged);
        }
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory);
                ZooKeeperJournalStore store =
                        ZooKeeperJournalStore.open(server.config(), JournalListener.NONE)) {
            Leader leader = Leader.of(store);
            assertThat(leader.state().settings().retryLimit()).isGreaterThanOrEqualTo(acknowledged);
            done(leader.settings(1));
        }
    }

    /** Runs a writer that goes on counting, until it has acknowledged some more. */
    private int writeAndKill(int before) throws Exception {
        Process writer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writer.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int last = 0;
        try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
            int first = Integer.parseInt(lines.readLine());
            assertThat(first).isGreaterThanOrEqualTo(before);
            while (last < first + ACKNOWLEDGED) {
                last = Integer.parseInt(lines.readLine());
            }
            writer.toHandle().destroyForcibly();
            // What it wrote until it died was acknowledged too; the last line may be half a line.
            List<String> rest = new ArrayList<>(lines.readAllLines());
            if (rest.size() > 1) {
                last = Integer.parseInt(rest.get(rest.size() - 2));
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return last;
    }

    /** Counts in a setting, and says each number once it is durable. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            EmbeddedZooKeeper server = EmbeddedZooKeeper.start(Path.of(args[0]));
            ZooKeeperJournalStore store =
                    ZooKeeperJournalStore.open(server.config(), JournalListener.NONE);
            Leader leader = Leader.of(store);
            int number = leader.state().settings().retryLimit();
            say(number);
            while (true) {
                for (int i = 0; i < 5; i++) {
                    int next = ++number;
                    var _ = leader.settings(next).thenRun(() -> say(next));
                }
                if (number % 100 == 0) {
                    var _ = leader.checkpoint();
                    var _ = leader.journal().snapshot();
                }
                done(leader.append(List.of()));
            }
        }

        private static void say(int number) {
            System.out.println(number);
            System.out.flush();
        }
    }
}
