package io.cattino.agent.exec;

import static io.cattino.agent.Waiting.await;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.SignalKind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with too many open files: nobody is dead until that can be seen. */
@NullUnmarked
class UnreadableTableTest {

    private static final AttemptId ID = new AttemptId(1, 1, 1);
    private static final String STAT =
            "10 (sh) S 1 10 10 0 -1 4194304 63 0 0 0 0 0 0 0 20 0 1 0 373196 2654208 364";

    @TempDir private Path temporary;
    private volatile boolean exhausted = true;
    private ProcessTable table;
    private Supervised attempt;

    @BeforeEach
    void prepare() throws IOException {
        Path proc = Files.createDirectories(temporary.resolve("proc"));
        Files.createDirectories(proc.resolve("10"));
        Files.createSymbolicLink(proc.resolve("self"), proc.resolve("10"));
        Files.writeString(proc.resolve("10/stat"), STAT);
        Files.writeString(proc.resolve("10/environ"), "CATTINO_ATTEMPT_ID=c/n/1.1\0");
        table =
                new ProcessTable(
                        proc,
                        file -> {
                            if (exhausted) {
                                throw new FileSystemException(
                                        file.toString(), null, "Too many open files");
                            }
                            return Files.readAllBytes(file);
                        });
        AttemptDirectory directory = new AttemptDirectory(temporary.resolve("1.1.1"));
        directory.create(new byte[] {1});
        Files.createFile(directory.path().resolve("started"));
        attempt = new Supervised(ID, directory, "c/n/1.1");
    }

    private static final class Ears implements ProcessListener {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void onStarted(AttemptId id, long pid, long wallMs) {
            heard.add("started");
        }

        @Override
        public void onEnded(AttemptId id, AttemptResult result, long wallMs, Course course) {
            heard.add("ended");
        }

        @Override
        public void onSupervisorGone(
                AttemptId id, boolean started, boolean stopMarked, Course course) {
            heard.add("gone");
        }
    }

    @Test
    void theWatcherKeepsTheAttempt() throws IOException {
        Files.writeString(
                attempt.directory.path().resolve("supervisor"),
                "%-1022s.\n".formatted("boot " + STAT),
                US_ASCII);
        Ears ears = new Ears();
        try (AttemptWatcher watcher =
                new AttemptWatcher(table, new ProcessBuilderLauncher(), "boot", ears)) {
            watcher.reap(10);
            watcher.start();
            watcher.watch(attempt);
            await().during(Duration.ofMillis(2_500)).until(ears.heard::isEmpty);
            exhausted = false;
            await().during(Duration.ofMillis(1_500)).until(ears.heard::isEmpty);
            Files.delete(temporary.resolve("proc/10/stat"));
            await().until(() -> ears.heard.equals(List.of("gone")));
        }
    }

    @Test
    void theHunterAnswersOnlyWhenItCanCount() {
        AtomicInteger counted = new AtomicInteger(-1);
        try (ProcessHunter hunter = new ProcessHunter(table)) {
            hunter.signal(new Supervised(ID, attempt.directory, "none"), SignalKind.TERM);
            hunter.count(attempt, counted::set);
            await().during(Duration.ofMillis(600)).until(() -> counted.get() == -1);
            exhausted = false;
            await().until(() -> counted.get() == 1);
        }
    }

    @Test
    void aRequestThatFailsHoldsUpNoOther() {
        exhausted = false;
        CountDownLatch together = new CountDownLatch(1);
        AtomicInteger counted = new AtomicInteger(-1);
        try (ProcessHunter hunter = new ProcessHunter(table)) {
            hunter.count(attempt, _ -> await().until(() -> together.getCount() == 0));
            hunter.count(
                    attempt,
                    _ -> {
                        throw new IllegalStateException("each time");
                    });
            hunter.count(attempt, counted::set);
            together.countDown();
            await().until(() -> counted.get() == 1);
        }
    }
}
