package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.DeviceShare;
import io.cattino.client.Force;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.SubmissionHandle;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that cards are shared by memory and never beyond it, and that nobody is starved: what the
 * tasks themselves say they may use is replayed, card by card.
 */
class SharingIT {
    private static final int CARDS = 8;
    private static final long SMALL_MIB = 10_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension static final Farm FARM = Farm.running("--fake-gpus", "8x24576");

    private int firstLine;

    /** What tests before this one killed has no end in the ledger. */
    @BeforeEach
    void turnThePage() {
        firstLine = FARM.ledger().entries().size();
    }

    @AfterEach
    void forgetEverything() {
        FARM.client().kill(TaskSelector.everything(), Force.YES);
        FARM.client().remove(TaskSelector.everything());
        await().atMost(Duration.ofSeconds(20)).until(() -> FARM.client().tasks().list().isEmpty());
    }

    @Test
    void thirtyTasksShareEightCardsTwoToACardAndNeverMore() throws Exception {
        List<ProcTask> tasks = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            tasks.add(small("share-" + i, "0.%d".formatted(3 + i % 4)));
        }
        SubmissionHandle submission = submit(tasks);
        assertThat(submission.await(LIMIT).allDone()).isTrue();
        Occupation seen = replay();
        assertThat(seen.tasks()).hasSize(30);
        assertThat(seen.mostPerCard()).as("most tasks on one card at once").isEqualTo(2);
        assertThat(seen.cards()).as("cards in use").hasSize(CARDS);
        submission.tasks().forEach(SharingIT::assertToldWhatWasPromised);
    }

    private Occupation replay() {
        return Occupation.replay(
                FARM.ledger().entries().stream()
                        .filter(entry -> entry.line() >= firstLine)
                        .toList());
    }

    /** What the task saw is what Cattino says that it gave. */
    private static void assertToldWhatWasPromised(TaskHandle task) {
        TaskInfo info = task.info();
        List<DeviceShare> given = info.newestAttempt().orElseThrow().devices();
        Ledger.Entry start = FARM.ledger().start(task.fullname()).orElseThrow();
        assertThat(Occupation.cardsOf(start))
                .as("CUDA_VISIBLE_DEVICES of %s", task)
                .containsExactlyElementsOf(given.stream().map(DeviceShare::index).toList());
        assertThat(start.order()).isEqualTo("PCI_BUS_ID");
    }

    @Test
    void aTaskForTwoCardsIsNotStarvedByAStreamOfSmallOnes() throws Exception {
        Feeder feeder = new Feeder();
        try {
            feeder.top();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> feeder.waiting() < feeder.submitted() - 10);
            ProcTask two =
                    ProcTask.builder("two")
                            .command(FARM.ledger().work())
                            .minDevices(2)
                            .memoryPerDevice(Memory.mib(20_000))
                            .build();
            TaskHandle big = FARM.client().submit(submission(List.of(two))).tasks().getFirst();
            await("the task for two cards starts while small ones keep coming")
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        feeder.top();
                        return FARM.ledger().start("two").isPresent();
                    });
            assertThat(feeder.waiting()).as("small ones still wait").isPositive();
            assertThat(big.await(LIMIT).isDone()).isTrue();
            assertThat(Occupation.cardsOf(FARM.ledger().start("two").orElseThrow()))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
            replay().assertAlone("two");
        } finally {
            FARM.client().cancel(TaskSelector.everything());
        }
    }

    /** Keeps some small tasks waiting, always. */
    private static final class Feeder {
        private int submitted;

        int submitted() {
            return submitted;
        }

        int waiting() {
            return (int)
                    FARM
                            .client()
                            .tasks()
                            .matching(TaskQuery.all().withStatuses(List.of(TaskStatus.WAITING)))
                            .list()
                            .stream()
                            .filter(task -> task.fullname().startsWith("stream-"))
                            .count();
        }

        void top() {
            int missing = 25 - waiting();
            List<ProcTask> more = new ArrayList<>();
            for (int i = 0; i < missing; i++) {
                submitted++;
                more.add(small("stream-" + submitted, "0.%d".formatted(5 + submitted % 4)));
            }
            if (!more.isEmpty()) {
                submit(more);
            }
        }
    }

    @Test
    void aTaskThatCanNeverFitIsRefusedWithExit4AndTheReason() {
        Meow.Result tooMuch =
                FARM.meow().run("create", "-n", "huge", "-M", "25000", "true").exits(4);
        assertThat(tooMuch.err()).contains("24576").contains("25000");
        Meow.Result tooMany = FARM.meow().run("create", "-n", "wide", "-c", "9", "true").exits(4);
        assertThat(tooMany.err()).contains("9").contains("8");
        assertThat(FARM.client().tasks().list()).isEmpty();
    }

    @Test
    void wholeCardsAreSharedWithNobody() throws Exception {
        List<ProcTask> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tasks.add(small("beside-" + i, "0.3"));
        }
        for (int i = 0; i < 5; i++) {
            tasks.add(
                    ProcTask.builder("whole-" + i)
                            .command(FARM.ledger().work("0.3", 0))
                            .minDevices(3)
                            .build());
        }
        assertThat(submit(tasks).await(LIMIT).allDone()).isTrue();
        Occupation seen = replay();
        for (int i = 0; i < 5; i++) {
            Ledger.Entry start = FARM.ledger().start("whole-" + i).orElseThrow();
            assertThat(Occupation.cardsOf(start)).hasSize(3).doesNotHaveDuplicates();
            seen.assertAlone("whole-" + i);
        }
    }

    @Test
    void aTaskWithoutDevicesSeesNoCard() throws Exception {
        ProcTask none = ProcTask.builder("cpu").command(FARM.ledger().work()).build();
        assertThat(submit(List.of(none)).await(LIMIT).allDone()).isTrue();
        Ledger.Entry start = FARM.ledger().start("cpu").orElseThrow();
        assertThat(start.devices()).as("CUDA_VISIBLE_DEVICES, which must be set").isEmpty();
        assertThat(start.order()).isEqualTo("PCI_BUS_ID");
        Meow.Result created = FARM.meow().run("create", "-n", "cpu2", "true").exits(0);
        assertThat(created.err())
                .as("create says that it is a CPU task")
                .containsIgnoringCase("cpu");
    }

    private static ProcTask small(String name, String seconds) {
        return ProcTask.builder(name)
                .command(FARM.ledger().work(seconds, 0))
                .memoryPerDevice(Memory.mib(SMALL_MIB))
                .build();
    }

    private static SubmissionHandle submit(List<ProcTask> tasks) {
        MeowClient client = FARM.client();
        return client.submit(submission(tasks));
    }

    private static Submission submission(List<ProcTask> tasks) {
        return Submission.builder().add(tasks).context(FARM.context()).build();
    }

    /**
     * Who was on which card with whom.
     *
     * @param tasks that started
     * @param cards that somebody used
     * @param neighbours of each task, over its life
     */
    private record Occupation(
            Set<String> tasks,
            Set<Integer> cards,
            int mostPerCard,
            Map<String, Set<String>> neighbours) {

        static Occupation replay(List<Ledger.Entry> entries) {
            Map<Integer, Set<String>> now = new HashMap<>();
            Occupation seen = new Occupation(new HashSet<>(), new HashSet<>(), 0, new HashMap<>());
            int most = 0;
            for (Ledger.Entry entry : entries) {
                for (int card : cardsOf(entry)) {
                    Set<String> here = now.computeIfAbsent(card, _ -> new HashSet<>());
                    if (entry.start()) {
                        seen.meet(entry.task(), here);
                        here.add(entry.task());
                        seen.cards.add(card);
                    } else {
                        here.remove(entry.task());
                    }
                    most = Math.max(most, here.size());
                }
                if (entry.start()) {
                    seen.tasks.add(entry.task());
                }
            }
            return new Occupation(seen.tasks, seen.cards, most, seen.neighbours);
        }

        private void meet(String task, Set<String> others) {
            for (String other : others) {
                neighbours.computeIfAbsent(task, _ -> new HashSet<>()).add(other);
                neighbours.computeIfAbsent(other, _ -> new HashSet<>()).add(task);
            }
        }

        void assertAlone(String task) {
            assertThat(neighbours.getOrDefault(task, Set.of()))
                    .as("tasks that shared a card with %s", task)
                    .isEmpty();
        }

        static List<Integer> cardsOf(Ledger.Entry entry) {
            if (entry.devices().isEmpty()) {
                return List.of();
            }
            List<Integer> cards = new ArrayList<>();
            for (String index : entry.devices().split(",", -1)) {
                int card = Integer.parseInt(index);
                assertThat(card).as("card of %s", entry).isBetween(0, CARDS - 1);
                cards.add(card);
            }
            return cards;
        }
    }
}
