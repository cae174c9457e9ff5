package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom it takes for one, by processes whose numbers no machine has; ContainmentTest ends some. */
@NullUnmarked
class StraysTest {

    private static final String MARKS = "CATTINO_AGENT_DATA=/data\0CATTINO_NODE=n\0";
    private static final String REST = " 0 -1 4194304 63 0 0 0 0 0 0 0 20 0 1 0 373196 2654208 364";

    @TempDir private Path temporary;
    private Path proc;

    private void process(String pid, String session, String environ, String root)
            throws IOException {
        Path directory = Files.createDirectories(proc.resolve(pid));
        Files.writeString(
                directory.resolve("stat"), pid + " (sh) S 1 " + session + " " + session + REST);
        Files.writeString(directory.resolve("environ"), environ);
        Files.createSymbolicLink(
                directory.resolve("root"), Files.createDirectories(temporary.resolve(root)));
    }

    @Test
    void leavesThoseOfAnotherFarmInAContainerAlone() throws IOException {
        proc = Files.createDirectory(temporary.resolve("proc"));
        process("5000001", "5000001", MARKS, "ours");
        process("5000002", "5000001", MARKS, "a-container-of-the-task");
        process("5000003", "5000003", MARKS, "theirs");
        process("5000004", "5000001", "A=b\0", "ours");
        Files.createSymbolicLink(proc.resolve("self"), proc.resolve("5000004"));
        Strays strays = new Strays(new ProcessTable(proc), Optional.empty(), "n", Path.of("/data"));
        assertThatThrownBy(() -> strays.end(Duration.ZERO))
                .hasMessageContaining("processes [5000001, 5000002] of");
    }
}
