package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class ProcessOwnersTest {

    private static final String REST = " 0 -1 4194304 63 0 0 0 0 0 0 0 20 0 1 0 373196 2654208 364";
    private static final AttemptId ID = new AttemptId(7, 2, 3);
    private static final NodeFacts NODE =
            new NodeFacts(
                    "n",
                    "cuda",
                    () -> "c",
                    Path.of("/data"),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    _ -> OptionalInt.empty());

    @TempDir private Path proc;
    private final Supervised attempt = new Supervised(ID, new AttemptDirectory(Path.of("/x")), "m");
    private ProcessOwners owners;

    @BeforeEach
    void supervise() {
        attempt.supervisor = new SupervisorIdentity("boot", 50, 373196);
        attempt.sessionKnown = true;
        Cgroups cgroups = new Cgroups(Path.of("/sys/fs/cgroup/cattino/n-01"));
        owners =
                new ProcessOwners(
                        new ProcessTable(proc), Optional.of(cgroups), NODE, List.of(attempt));
    }

    private void process(int pid, int session, String cgroup, String environ) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"), pid + " (x) S 1 " + session + " " + session + REST);
        Files.writeString(directory.resolve("cgroup"), cgroup);
        Files.writeString(directory.resolve("environ"), environ);
    }

    @Test
    void goesByTheSession() throws IOException {
        process(51, 50, "0::/\n", "");
        process(52, 52, "0::/\n", "");
        assertThat(owners.of(51)).contains(ID);
        assertThat(owners.of(52)).isEmpty();
        process(53, 50, "0::/\n", "");
        attempt.sessionKnown = false;
        assertThat(owners.of(53)).isEmpty();
    }

    @Test
    void goesByTheCgroupOfWhatLeftTheSession() throws IOException {
        process(52, 52, "0::/cattino/n-01/8.1.3/inner\n", "");
        assertThat(owners.of(52)).contains(new AttemptId(8, 1, 3));
    }

    @Test
    void goesByTheMarkerWhereThereIsNoCgroup() throws IOException {
        process(52, 52, "0::/\n", "CATTINO_ATTEMPT_ID=c/n/7.2\0CATTINO_ATTEMPT_EPOCH=3\0");
        process(53, 53, "0::/\n", "CATTINO_ATTEMPT_ID=c/other/7.2\0CATTINO_ATTEMPT_EPOCH=3\0");
        assertThat(owners.of(52)).contains(ID);
        assertThat(owners.of(53)).isEmpty();
    }

    @Test
    void whatWasAnAttemptsOnceStaysSo() throws IOException {
        process(51, 50, "0::/\n", "");
        assertThat(owners.of(51)).contains(ID);
        process(51, 51, "0::/\n", ""); // it has left its session
        assertThat(owners.of(51)).contains(ID);
        Files.delete(proc.resolve("51/stat")); // it is dead, and the driver still shows it
        assertThat(owners.of(51)).contains(ID);
        Files.writeString(
                proc.resolve("51/stat"), "51 (x) S 1 51 51" + REST.replace("373196", "999999"));
        assertThat(owners.of(51)).as("another process with its number").isEmpty();
    }

    @Test
    void ownsNothingThatIsGone() {
        assertThat(owners.of(99)).isEmpty();
    }
}
