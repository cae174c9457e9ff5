package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fence finds in files; FenceTest has real processes. */
@NullUnmarked
class FencedAttemptsTest {

    private static final AttemptId ID = new AttemptId(1, 1, 1);
    private static final AttemptId OTHER = new AttemptId(2, 1, 1);

    @TempDir private Path attempts;

    private FencedAttempts.Listing list(FencedAttempts fenced) throws IOException {
        return fenced.list().orElseThrow();
    }

    @Test
    void oneThatCannotBeReadHidesNoOther() throws IOException {
        FencedAttempts fenced = new FencedAttempts(attempts, "boot", new ProcessTable(attempts));
        for (AttemptId each : new AttemptId[] {ID, OTHER}) {
            FencedAttempts.stage(attempts, each, "boot");
        }
        Path record = attempts.resolve(ID + "/fence");
        String text = Files.readString(record);
        Files.delete(record);
        Files.createDirectory(record);
        assertThat(list(fenced).attempts())
                .extracting(FencedAttempts.Fenced::id)
                .containsExactly(OTHER);
        assertThat(list(fenced).unreadable()).as("read again each time").containsOnlyKeys(ID);
        Files.delete(record);
        Files.writeString(record, "rubbish");
        assertThat(list(fenced).unreadable()).containsOnlyKeys(ID);
        Files.writeString(record, text);
        assertThat(list(fenced).attempts())
                .extracting(FencedAttempts.Fenced::id)
                .containsExactlyInAnyOrder(ID, OTHER);
        assertThat(list(fenced).unreadable()).isEmpty();
    }

    @Test
    void whatIsNotToBeFencedIsReadable() throws IOException {
        FencedAttempts fenced = new FencedAttempts(attempts, "boot", new ProcessTable(attempts));
        Files.createDirectory(attempts.resolve(ID.toString()));
        FencedAttempts.stage(attempts, OTHER, "earlier-boot");
        assertThat(list(fenced).attempts()).isEmpty();
        assertThat(list(fenced).unreadable()).isEmpty();
    }

    @Test
    void aCgroupThatCannotBeReadCountsAsAlive() throws IOException {
        Path proc = Files.createDirectory(attempts.resolve("proc"));
        FencedAttempts fenced = new FencedAttempts(attempts, "boot", new ProcessTable(proc));
        FencedAttempts.stage(attempts, ID, "boot");
        assertThat(fenced.kill(list(fenced).attempts())).isEmpty();
        Files.createDirectories(attempts.resolve("none/cgroup.events"));
        assertThat(fenced.kill(list(fenced).attempts())).containsExactly(ID);
    }

    @Test
    void whatLivesIsWatchedThoughItsDirectoryIsGone() throws IOException {
        Path proc = Files.createDirectory(attempts.resolve("proc"));
        FencedAttempts fenced = new FencedAttempts(attempts, "boot", new ProcessTable(proc));
        for (AttemptId each : new AttemptId[] {ID, OTHER}) {
            FencedAttempts.stage(attempts, each, "boot");
        }
        Files.delete(attempts.resolve(ID + "/cgroup")); // then it is known by its marker
        process(proc, stat(5_000_001, 5_000_001, 700));
        Files.writeString(
                proc.resolve("5000001/environ"), "CATTINO_ATTEMPT_ID=rehearsal/" + attempts + "\0");
        Files.createDirectories(attempts.resolve("none"));
        List<FencedAttempts.Fenced> both = list(fenced).attempts();
        delete(attempts.resolve(ID.toString()));
        assertThat(list(fenced).attempts()).containsExactlyInAnyOrderElementsOf(both);
        FencedAttempts.stage(attempts, ID, "boot");
        new AttemptDirectory(attempts.resolve(ID.toString()))
                .writeFence(new FenceRecord("boot", 10_000, 5, "marker"));
        assertThat(list(fenced).attempts())
                .as("both, where it was started again")
                .contains(new FencedAttempts.Fenced(ID, 10_000, 5))
                .containsAll(both);
        delete(proc.resolve("5000001"));
        assertThat(list(fenced).attempts())
                .extracting(FencedAttempts.Fenced::afterMs)
                .containsExactlyInAnyOrder(0L, 10_000L);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static String stat(int pid, int session, int startTicks) {
        return "%d (sh) S 1 %d %d 0 -1 4194304 63 0 0 0 0 0 0 0 20 0 1 0 %d 2654208 364"
                .formatted(pid, session, session, startTicks);
    }

    private static void process(Path proc, String stat) throws IOException {
        String pid = stat.substring(0, stat.indexOf(' '));
        Files.writeString(Files.createDirectories(proc.resolve(pid)).resolve("stat"), stat);
    }

    /** With numbers that no machine has. */
    @Test
    void aSessionWhoseNumberIsUsedAgainIsSomebodyElses() throws IOException {
        Path proc = Files.createDirectory(attempts.resolve("proc"));
        FencedAttempts fenced = new FencedAttempts(attempts, "boot", new ProcessTable(proc));
        FencedAttempts.stage(attempts, ID, "boot");
        String supervisor = stat(5_000_001, 5_000_001, 700);
        Files.writeString(
                attempts.resolve(ID + "/supervisor"), "%-1022s.\n".formatted("boot " + supervisor));
        process(proc, supervisor);
        process(proc, stat(5_000_002, 5_000_001, 701));
        assertThat(fenced.kill(list(fenced).attempts())).containsExactly(ID);
        process(proc, stat(5_000_001, 5_000_001, 900));
        assertThat(fenced.kill(list(fenced).attempts())).isEmpty();
        Files.delete(proc.resolve("5000001/stat"));
        assertThat(fenced.kill(list(fenced).attempts())).as("for good").isEmpty();
    }
}
