package io.cattino.coordinator.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Tally;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventFeedTest {
    private static final Task TASK =
            new Task(
                    new TaskId(1),
                    new TaskSpec(
                            "a",
                            new Command(List.of("true"), false),
                            new DeviceNeed.None(),
                            0,
                            1,
                            new TreeMap<>(),
                            new TreeMap<>(),
                            null,
                            LossPolicy.UNSAID),
                    new SubmissionId("r"),
                    0,
                    List.of(),
                    0,
                    new TaskState.Queued(0),
                    Tally.ZERO,
                    List.of());

    private final EventFeed feed = new EventFeed(5, 100);

    private static List<TaskEvent> events(long... revisions) {
        return LongStream.of(revisions)
                .mapToObj(r -> new TaskEvent(r, TaskEvent.Kind.CREATED, TASK, "ann", 0))
                .toList();
    }

    private List<Long> after(long revision, int max) throws InterruptedException {
        return feed.after(revision, max, 0).orElseThrow().events().stream()
                .map(TaskEvent::revision)
                .toList();
    }

    @Test
    void readersGoOnAfterAnyRevision() throws Exception {
        feed.publish(103, events(101, 103));
        feed.publish(105, events(105));
        assertThat(after(100, 10)).containsExactly(101L, 103L, 105L);
        assertThat(after(101, 10)).containsExactly(103L, 105L);
        assertThat(after(102, 10)).containsExactly(103L, 105L);
        assertThat(after(105, 10)).isEmpty();
        assertThat(feed.revision()).isEqualTo(105);
    }

    @Test
    void pagesEndBetweenFactsAndSayWhereToGoOn() throws Exception {
        feed.publish(103, events(101, 102, 102, 102, 103));
        EventFeed.Page first = feed.after(100, 2, 0).orElseThrow();
        assertThat(first.events()).hasSize(4);
        assertThat(first.revision()).isEqualTo(102);
        EventFeed.Page second = feed.after(first.revision(), 2, 0).orElseThrow();
        assertThat(second.events()).hasSize(1);
        assertThat(second.revision()).isEqualTo(103);
    }

    @Test
    void factsWithoutEventsMoveTheReaderOnAllTheSame() throws Exception {
        feed.publish(110, List.of());
        assertThat(feed.after(100, 10, 0).orElseThrow().revision()).isEqualTo(110);
    }

    @Test
    void readerThatFellOutOfTheRingIsTold() throws Exception {
        feed.publish(107, events(101, 102, 103, 104, 105, 106, 107));
        assertThat(feed.after(101, 10, 0)).isEmpty();
        assertThat(after(102, 10)).containsExactly(103L, 104L, 105L, 106L, 107L);
        assertThat(feed.after(99, 10, 0)).as("from before this leadership").isEmpty();
    }

    @Test
    void partOfAFactIsNeverShown() throws Exception {
        feed.publish(102, events(101, 101, 101, 101, 101, 101, 102));
        assertThat(feed.after(100, 10, 0)).isEmpty();
        assertThat(after(101, 10)).containsExactly(102L);
    }

    @Test
    void ringGoesRoundAndRound() throws Exception {
        List<Long> read = new ArrayList<>();
        long at = 100;
        for (long revision = 101; revision < 150; revision++) {
            feed.publish(revision, events(revision));
            if (revision % 3 == 0) {
                EventFeed.Page page = feed.after(at, 10, 0).orElseThrow();
                page.events().forEach(event -> read.add(event.revision()));
                at = page.revision();
            }
        }
        assertThat(read).containsExactlyElementsOf(LongStream.range(101, 148).boxed().toList());
    }

    @Test
    void readerWaitsForNews() throws Exception {
        CompletableFuture<List<Long>> waiting =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return feed
                                .after(100, 10, TimeUnit.SECONDS.toNanos(20))
                                .orElseThrow()
                                .events()
                                .stream()
                                .map(TaskEvent::revision)
                                .toList();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        feed.publish(101, events(101));
        assertThat(waiting.get()).containsExactly(101L);
    }

    @Test
    void quietFeedGivesAnEmptyPageAsASignOfLife() throws Exception {
        assertThat(feed.after(100, 10, 1_000).orElseThrow().events()).isEmpty();
    }

    @Test
    void closedFeedTellsItsReaders() {
        feed.close();
        assertThatThrownBy(() -> feed.after(100, 10, Long.MAX_VALUE))
                .isInstanceOf(LeaderException.class);
    }
}
