package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class ProcessTableTest {

    private static final String REST = " 0 -1 4194304 63 0 0 0 0 0 0 0 20 0 1 0 373196 2654208 364";

    @TempDir private Path proc;

    private void process(int pid, String name, char state, int session, String environ)
            throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"),
                pid + " (" + name + ") " + state + " 1 " + session + " " + session + REST);
        Files.writeString(directory.resolve("environ"), environ);
    }

    @Test
    void readsWhateverTheNameHolds() throws IOException {
        process(10, "a) R 1 2 3 (b", 'S', 77, "");
        assertThat(new ProcessTable(proc).find(10))
                .contains(new ProcessTable.Entry(10, 'S', 77, 373196, 364));
        assertThat(ProcessTable.parse("")).isEmpty();
        assertThat(ProcessTable.parse("10 (x) S 1")).isEmpty();
    }

    @Test
    void countsAZombieAndAnotherProcessOfThatNumberAsDead() throws IOException {
        process(10, "x", 'Z', 10, "");
        process(11, "x", 'D', 11, "");
        ProcessTable table = new ProcessTable(proc);
        assertThat(table.isAlive(10, 373196)).isFalse();
        assertThat(table.isAlive(11, 373196)).isTrue();
        assertThat(table.isAlive(11, 373195)).isFalse();
        assertThat(table.isAlive(12, 1)).isFalse();
        assertThat(table.living()).extracting(ProcessTable.Entry::pid).containsExactly(11L);
    }

    @Test
    void findsTheMarkerWhereverItStands() throws IOException {
        process(1, "x", 'S', 1, "CATTINO_ATTEMPT_ID=c/n/1.1\0A=b\0");
        process(2, "x", 'S', 1, "A=b\0CATTINO_ATTEMPT_ID=c/n/2.1\0");
        process(3, "x", 'S', 1, "A=CATTINO_ATTEMPT_ID=no\0XCATTINO_ATTEMPT_ID=no\0");
        ProcessTable table = new ProcessTable(proc);
        assertThat(table.marker(1)).contains("c/n/1.1");
        assertThat(table.marker(2)).contains("c/n/2.1");
        assertThat(table.marker(3)).isEmpty();
        assertThat(table.marker(4)).isEmpty();
    }

    @Test
    void tellsWhoCarriesAllOfIt() throws IOException {
        process(1, "x", 'S', 1, "A=b\0CATTINO_NODE=n\0CATTINO_AGENT_DATA=/data\0");
        process(2, "x", 'S', 1, "CATTINO_AGENT_DATA=/data/2\0CATTINO_NODE=n\0");
        process(3, "x", 'S', 1, "CATTINO_AGENT_DATA=/data\0CATTINO_NODE=other\0");
        ProcessTable table = new ProcessTable(proc);
        List<String> marks = List.of("CATTINO_AGENT_DATA=/data", "CATTINO_NODE=n");
        assertThat(table.carries(1, marks)).isTrue();
        assertThat(table.carries(2, marks)).isFalse();
        assertThat(table.carries(3, marks)).isFalse();
        assertThat(table.carries(4, marks)).as("gone").isFalse();
    }

    /** As if this process had too many open files. */
    private ProcessTable exhausted() {
        return new ProcessTable(
                proc,
                file -> {
                    throw new FileSystemException(file.toString(), null, "Too many open files");
                });
    }

    @Test
    void neverTakesAProcessThatCannotBeReadForGone() throws IOException {
        process(10, "x", 'S', 10, "CATTINO_ATTEMPT_ID=c/n/1.1\0");
        Files.createSymbolicLink(proc.resolve("self"), proc.resolve("10"));
        ProcessTable table = exhausted();
        assertThatThrownBy(() -> table.find(10)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> table.isAlive(10, 373196))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> table.marker(10)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(table::living).isInstanceOf(UncheckedIOException.class);
        assertThat(table.find(11)).as("it is really gone").isEmpty();
    }

    @Test
    void leavesAloneWhatItMayNotRead() throws IOException {
        process(10, "x", 'S', 10, "CATTINO_ATTEMPT_ID=c/n/1.1\0");
        ProcessTable table =
                new ProcessTable(
                        proc,
                        file -> {
                            throw new AccessDeniedException(file.toString());
                        });
        assertThat(table.marker(10)).isEmpty();
        assertThat(table.living()).isEmpty();
    }

    @Test
    void findsTheEpochOfTheAttempt() throws IOException {
        process(1, "x", 'S', 1, "CATTINO_ATTEMPT_ID=c/n/1.1\0CATTINO_ATTEMPT_EPOCH=12\0");
        process(2, "x", 'S', 1, "CATTINO_ATTEMPT_ID=c/n/2.1\0");
        process(3, "x", 'S', 1, "CATTINO_ATTEMPT_EPOCH=abc\0");
        ProcessTable table = new ProcessTable(proc);
        assertThat(table.epoch(1)).isEqualTo(12);
        assertThat(table.epoch(2)).isZero();
        assertThat(table.epoch(3)).isZero();
    }

    @Test
    void readsEveryProcessOfThisMachine() {
        ProcessTable table = new ProcessTable(Path.of("/proc"));
        assertThat(table.living())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(table.epoch(entry.pid())).isNotNegative());
    }
}
