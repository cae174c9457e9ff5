package io.cattino.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a farm after it was closed: nothing. */
class NothingLeftTest {
    @TempDir private Path files;

    @Test
    void tasksAreKilledWithAllTheirProcesses() throws Exception {
        try (InProcessMeow farm = InProcessMeow.builder().fakeGpus(1, 1_000).build().start()) {
            String line =
                    "trap '' TERM; sleep 601 & echo $! > '%1$s/child'; echo $$ > '%1$s/parent'; wait; wait"
                            .formatted(files);
            Tasks.running(farm.client(), Tasks.shell("stubborn", line).minDevices(1).build());
            await().atMost(Tasks.PATIENCE).until(() -> Files.exists(files.resolve("parent")));
            farm.client().submit(ProcTask.builder("waits").command("true").minDevices(1).build());
        }
        assertThat(isAlive("child")).isFalse();
        assertThat(isAlive("parent")).isFalse();
    }

    @Test
    void nodesThatWereCutOffAreEmptiedToo() throws Exception {
        try (InProcessMeow farm = InProcessMeow.builder().build().start()) {
            Tasks.running(
                    farm.client(),
                    Tasks.shell("alone", "echo $$ > '%s/parent'; sleep 602".formatted(files))
                            .build());
            await().atMost(Tasks.PATIENCE).until(() -> Files.exists(files.resolve("parent")));
            farm.disconnect("node-1");
            farm.stopLeader();
        }
        assertThat(isAlive("parent")).isFalse();
    }

    @Test
    void threadsPortsAndFilesAreGone() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Path directory;
        List<String> openBefore = openFiles();
        try (InProcessMeow farm = InProcessMeow.builder().fakeGpus(1, 1_000).build().start()) {
            directory = farm.directory();
            farm.client()
                    .submit(ProcTask.builder("t").command("true").build())
                    .await(Tasks.PATIENCE);
            assertThat(directory).isNotEmptyDirectory();
        }
        assertThat(directory).doesNotExist();
        await("gRPC lets its shared threads go a second after the last use")
                .atMost(Tasks.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(ours(before)).isEmpty();
                    assertThat(openFiles())
                            .filteredOn(file -> !openBefore.contains(file))
                            .noneMatch(file -> file.startsWith(directory.toString()))
                            .noneMatch(file -> file.startsWith("socket:"));
                });
    }

    @Test
    void itCanBeStartedAgainEmpty() throws Exception {
        InProcessMeow farm = InProcessMeow.builder().build();
        try (farm) {
            farm.start().client().submit(ProcTask.builder("t").command("true").build());
        }
        try (farm) {
            assertThat(farm.start().client().tasks().list()).isEmpty();
        }
    }

    /** Alive, and not merely waiting for somebody to take notice of its end. */
    private boolean isAlive(String file) throws IOException {
        String pid = Files.readString(files.resolve(file)).strip();
        Path status = Path.of("/proc", pid, "status");
        if (Files.notExists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .noneMatch(line -> line.startsWith("State:") && line.contains("Z"));
    }

    private static List<String> ours(Set<Thread> before) {
        Set<Thread> now = new HashSet<>(Thread.getAllStackTraces().keySet());
        now.removeAll(before);
        return now.stream()
                .map(Thread::getName)
                .filter(name -> name.matches("(cattino|agent|grpc|meow|shutdown).*"))
                .toList();
    }

    private static List<String> openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.flatMap(
                            file -> {
                                try {
                                    return Stream.of(Files.readSymbolicLink(file).toString());
                                } catch (IOException _) {
                                    return Stream.empty(); // closed meanwhile, as that of this list
                                }
                            })
                    .toList();
        }
    }
}
