package io.cattino.testkit;

import static io.cattino.testkit.Tasks.PATIENCE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskEvent.Kind;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The library against a real coordinator whose connections break and which restarts. */
class ClientOverFaultsTest {
    private static final int TASKS = 12;

    @RegisterExtension static final InProcessMeow FARM = InProcessMeow.builder().slots(2).build();

    @TempDir private Path files;

    private final MeowClient meow = FARM.client();
    private final List<TaskEvent> heard = new CopyOnWriteArrayList<>();

    @BeforeEach
    void reset() {
        FARM.reset();
    }

    @Test
    void listenersHearEveryEventOnceWhileConnectionsBreak() throws Exception {
        var group = meow.submit(group());
        group.addListener(
                new TaskListener() {
                    @Override
                    public void onEvent(TaskEvent event) {
                        heard.add(event);
                        if (event.kind() == Kind.FINISHED) {
                            FARM.dropConnections();
                        }
                    }
                });
        await("the present states").atMost(PATIENCE).until(() -> heard.size() >= TASKS);
        Tasks.touch(gate());
        await().atMost(PATIENCE).until(() -> ended().size() == TASKS);
        assertThat(heard).extracting(TaskEvent::revision).isSorted();
        assertThat(heard.subList(TASKS, heard.size()))
                .as("no list was needed again")
                .noneMatch(TaskEvent::synthesised);
        for (String task : names()) {
            assertThat(kinds(task)).doesNotHaveDuplicates().endsWith(Kind.FINISHED);
        }
    }

    @Test
    void listenersHearEveryEndOnceWhileTheLeaderRestarts() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        AtomicInteger restarts = new AtomicInteger();
        var group = meow.submit(group());
        group.addListener(
                new TaskListener() {
                    @Override
                    public void onEnd(TaskEvent event) {
                        heard.add(event);
                        // On the listener's own thread: the rest ends while nobody listens.
                        if (ends.incrementAndGet() % 4 == 0 && restarts.incrementAndGet() < 3) {
                            FARM.restartLeader();
                        }
                    }
                });
        Tasks.touch(gate());
        await().atMost(PATIENCE).until(() -> heard.size() >= TASKS);
        assertThat(group.info().tasks()).allMatch(task -> task.status().isEnded());
        assertThat(heard)
                .extracting(TaskEvent::fullname)
                .containsExactlyInAnyOrderElementsOf(names());
        assertThat(heard).extracting(TaskEvent::revision).isSorted();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws Exception {
        var group = meow.submit(group());
        group.addListener(
                new TaskListener() {
                    @Override
                    public void onEvent(TaskEvent event) {
                        throw new IllegalStateException("a fault of the user's");
                    }
                });
        group.addListener(
                new TaskListener() {
                    @Override
                    public void onEnd(TaskEvent event) {
                        heard.add(event);
                    }
                });
        Tasks.touch(gate());
        await().atMost(PATIENCE).until(() -> heard.size() >= TASKS);
        assertThat(heard).hasSize(TASKS);
    }

    @Test
    void aFollowedLogHasEveryLineOnceWhileConnectionsBreak() throws Exception {
        TaskHandle task =
                meow.submit(
                        Tasks.shell(
                                        "talker",
                                        "for i in $(seq 1 3000); do echo line $i; [ $((i % 100)) -ne 0 ] || sleep 0.02; done")
                                .build());
        task.awaitStart(PATIENCE);
        List<String> lines = new ArrayList<>();
        try (LogStream log = task.log(LogKind.STDOUT).follow()) {
            log.lines()
                    .forEach(line -> {
                        lines.add(line);
                        if (lines.size() % 500 == 0) {
                            FARM.dropConnections();
                        }
                    });
            assertThat(log.ended()).isTrue();
        }
        assertThat(lines)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 3000).mapToObj(i -> "line " + i).toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySubmissionIsStoredOnceWhileConnectionsBreak(boolean overHttp) throws Exception {
        List<Future<TaskHandle>> submitted = new ArrayList<>();
        try (MeowClient client = FARM.newClient().unaryOverHttp(overHttp).build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                ProcTask task = ProcTask.builder("once-" + i).command("true").build();
                submitted.add(threads.submit(() -> client.submit(task)));
                if (i % 10 == 5) {
                    FARM.dropConnections();
                }
            }
        }
        List<String> names = new ArrayList<>();
        for (Future<TaskHandle> one : submitted) {
            names.add(one.get(PATIENCE.toSeconds(), SECONDS).fullname());
        }
        assertThat(meow.tasks().list())
                .extracting(TaskInfo::fullname)
                .containsExactlyInAnyOrderElementsOf(names);
    }

    private Path gate() {
        return files.resolve("gate");
    }

    private TaskGroup group() {
        List<ProcTask> tasks =
                IntStream.range(0, TASKS)
                        .mapToObj(i -> Tasks.until("t" + i, gate()).build())
                        .toList();
        return TaskGroup.builder("g").add(tasks).build();
    }

    private static List<String> names() {
        return IntStream.range(0, TASKS).mapToObj(i -> "g/t" + i).toList();
    }

    private List<TaskEvent> ended() {
        return heard.stream().filter(event -> event.status().isEnded()).toList();
    }

    private List<Kind> kinds(String fullname) {
        return heard.stream()
                .filter(event -> event.fullname().equals(fullname))
                // Reasons to wait change as often as the queue does.
                .filter(event -> event.kind() != Kind.CHANGED)
                .map(TaskEvent::kind)
                .toList();
    }
}
