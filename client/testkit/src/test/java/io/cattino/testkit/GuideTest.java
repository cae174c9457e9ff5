package io.cattino.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.Drain;
import io.cattino.client.EventQuery;
import io.cattino.client.Force;
import io.cattino.client.GroupHandle;
import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.OnDisconnect;
import io.cattino.client.Parents;
import io.cattino.client.ProcTask;
import io.cattino.client.Reason;
import io.cattino.client.TaskAttr;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskGraph;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListener;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskResult;
import io.cattino.client.TaskStatus;
import io.cattino.client.Watch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What docs/java.md shows, run; and the proof that it shows what runs. */
class GuideTest {
    private static final Path GUIDE = Path.of("../../docs/java.md");
    private static final Path SELF = Path.of("src/test/java/io/cattino/testkit/GuideTest.java");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);

    @RegisterExtension
    static final InProcessMeow FARM = InProcessMeow.builder().fakeGpus(4, 24_576).build();

    @TempDir private Path files;

    private final List<String> said = new CopyOnWriteArrayList<>();

    @BeforeEach
    void emptyTheFarm() {
        FARM.reset();
    }

    @Test
    void everyExampleOfTheGuideIsHere() throws Exception {
        String self = withoutIndent(Files.readString(SELF));
        List<String> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) {
            blocks.add(withoutIndent(block.group(1)));
        }
        assertThat(blocks).hasSizeGreaterThan(5).allSatisfy(b -> assertThat(self).contains(b));
    }

    @Test
    void connecting() {
        MeowClient meow =
                MeowClient.builder()
                        .target("coord-1:19192,coord-2:19192") // any of them names the leader
                        .tokenFile(Path.of("/etc/cattino/token"))
                        .build(); // connects at the first call; close() waits for calls in flight
        meow.close();
    }

    @Test
    void pipeline() throws Exception {
        MeowClient meow = FARM.client();
        ProcTask train =
                ProcTask.builder("train")
                        .command("sh", "-c", "echo trained on cards $CUDA_VISIBLE_DEVICES")
                        .minDevices(2)
                        .memoryPerDevice(Memory.mib(20_000))
                        .priority(5)
                        .env("SEED", "1")
                        .label("exp", "7")
                        .build();
        ProcTask eval =
                ProcTask.builder("eval")
                        .command("echo 'accuracy 0.93'") // split once; no shell is involved
                        .memoryPerDevice(Memory.fraction(0.1))
                        .build();
        TaskGraph order = TaskGraph.builder().edge(train, eval).build();
        TaskGroup pipeline = TaskGroup.builder("pipeline").add(train, eval).strategy(order).build();

        GroupHandle group = meow.submit(pipeline);
        TaskResult result = group.task("eval").await(Duration.ofHours(9));
        try (LogStream log = group.task("eval").log(LogKind.STDOUT)) {
            log.lines().forEach(System.out::println);
        }

        assertThat(result.isDone()).isTrue();
    }

    @Test
    void following() throws Exception {
        MeowClient meow = FARM.client();
        meow.submit(
                TaskGroup.builder("pipeline").add(Tasks.shell("train", "true").build()).build());
        TaskHandle train = meow.task("pipeline/train");
        train.addListener(
                new TaskListener() {
                    @Override
                    public void onPending(TaskEvent event, Reason why) {
                        said.add(event.fullname() + " waits: " + why);
                    }

                    @Override
                    public void onStart(TaskEvent event) {
                        said.add(event.fullname() + " runs on " + event.node());
                    }

                    @Override
                    public void onEnd(TaskEvent event) {
                        said.add(event.fullname() + " is " + event.status());
                    }
                });
        CompletableFuture<TaskResult> end = train.result(); // cancelling it does not stop the task
        Watch<TaskEvent> watch =
                meow.watchTasks(TaskQuery.group("pipeline"), event -> said.add(event.toString()));

        end.get();
        await().atMost(Tasks.PATIENCE).until(() -> said.contains("pipeline/train is Done"));
        watch.close();
    }

    @Test
    void logs() throws Exception {
        TaskHandle train = FARM.client().submit(Tasks.shell("train", "echo 1; echo 2").build());
        train.awaitStart(Tasks.PATIENCE);
        try (LogStream log = train.log(LogKind.STDOUT).follow()) {
            log.lines().forEach(said::add); // ends when the attempt has
        }
        assertThat(said).containsExactly("1", "2");
    }

    @Test
    void findingAndChanging() throws Exception {
        MeowClient meow = FARM.client();
        ProcTask blocked = Tasks.shell("lr-3", "true").minDevices(4).build();
        meow.submit(Tasks.until("holder", files.resolve("gate")).minDevices(1).build())
                .awaitStart(Tasks.PATIENCE);
        meow.submit(TaskGroup.builder("sweep").add(blocked).build());
        List<TaskInfo> failed =
                meow.tasks()
                        .statuses(TaskStatus.FAILED)
                        .labels("exp=7")
                        .where(task -> task.attempt() > 1) // looked at here, after the rest
                        .list();
        TaskHandle task = meow.task("sweep/lr-3");
        task.set(TaskAttr.PRIORITY, 9);
        task.hold(); // starts no more until resume()
        task.resume();
        task.cancel();
        task.rerun(); // as a new attempt
        task.set(TaskAttr.AFTER, Parents.none()); // waits for no other task any more
        meow.events(EventQuery.of(TaskQuery.group("sweep")).newest(20))
                .events()
                .forEach(event -> said.add(event.kind() + " " + event.reason()));

        assertThat(failed).isEmpty();
        assertThat(said).anyMatch(line -> line.startsWith("CREATED"));
        assertThat(task.info().priority()).isEqualTo(9);
        Tasks.touch(files.resolve("gate"));
        assertThat(task.await(Tasks.PATIENCE).isDone()).isTrue();
        meow.submit(Tasks.shell("long", "sleep 604").build()).awaitStart(Tasks.PATIENCE);
        TaskHandle running = meow.task("long");
        running.kill(Force.NO); // TERM, the grace period, KILL; Failed
        assertThat(running.await(Tasks.PATIENCE).status()).isEqualTo(TaskStatus.FAILED);
        running.remove(); // the record and the name
    }

    @Test
    void nodes() {
        MeowClient meow = FARM.client();
        meow.nodes().drain("node-1", Drain.reason("fan swap")); // running tasks go on
        Drain soon = Drain.reason("fan swap").within(Duration.ofHours(1));
        meow.nodes().drain("node-1", soon); // what still runs then goes elsewhere
        meow.nodes().undrain("node-1");
        assertThat(meow.nodes().list().getFirst().draining()).isFalse();
    }

    @Test
    void outages() {
        MeowClient meow = FARM.client();
        ProcTask train =
                ProcTask.builder("train")
                        .command("true")
                        .onDisconnect(OnDisconnect.REQUEUE) // if its node stays out of contact
                        .lostAfter(Duration.ofMinutes(2))
                        .build();
        meow.cluster().holdFences(Duration.ofHours(1)); // a planned outage
        assertThat(train.lostAfter()).isEqualTo(Duration.ofMinutes(2));
        assertThat(meow.cluster().status().fenceHold()).isPositive();
    }

    @Test
    void errors() {
        MeowClient meow = FARM.client();
        ProcTask task = Tasks.shell("huge", "true").memoryPerDevice(Memory.gib(100)).build();
        try {
            meow.submit(task);
        } catch (MeowException.NeverFits e) {
            said.add(e.reason().text());
        } catch (MeowException e) {
            said.add(e.code() + ": " + e.getMessage() + "; " + e.hint());
        }
        assertThat(said).hasSize(1).doesNotContain("");
    }

    @Test
    void trains() throws Exception {
        TaskHandle train = FARM.client().submit(ProcTask.builder("train").command("true").build());
        FARM.restartLeader();
        assertThat(train.await(Duration.ofMinutes(1)).isDone()).isTrue();
    }

    private static String withoutIndent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
