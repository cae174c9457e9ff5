package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.TaskStatus;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueriesTest {

    private final FakeCoordinator server = new FakeCoordinator();
    private final MeowClient meow = CallsTest.client(server.address());

    @AfterEach
    void close() {
        meow.close();
        server.close();
    }

    @Test
    void listsThroughPages() {
        IntStream.range(0, 25).forEach(i -> server.add("t" + i, TaskStatus.TASK_STATUS_WAITING));

        List<TaskInfo> tasks = meow.tasks().pageSize(10).list();

        assertThat(tasks)
                .hasSize(25)
                .extracting(TaskInfo::fullname)
                .startsWith("t0")
                .endsWith("t24");
        assertThat(server.lists).hasSize(3);
        assertThat(server.lists.getFirst().getPageSize()).isEqualTo(10);
    }

    @Test
    void streamsPagesAsTheyAreReached() {
        IntStream.range(0, 25).forEach(i -> server.add("t" + i, TaskStatus.TASK_STATUS_WAITING));

        Iterator<TaskInfo> tasks = meow.tasks().pageSize(10).stream().iterator();

        assertThat(server.lists).isEmpty();
        assertThat(tasks.next().fullname()).isEqualTo("t0");
        assertThat(server.lists).hasSize(1);
        assertThat(meow.tasks().pageSize(10).stream().limit(11)).hasSize(11);
        assertThat(server.lists).hasSize(3);
        assertThat(meow.tasks().pageSize(10).stream()).hasSize(25);
    }

    @Test
    void asksForWhatWasWanted() {
        server.add("a", TaskStatus.TASK_STATUS_FAILED);
        TaskListing listing =
                meow.tasks()
                        .names("a", "nobody")
                        .statuses(io.cattino.client.TaskStatus.FAILED)
                        .labels("exp=7", "x=y=z")
                        .submission("S")
                        .listing();

        assertThat(listing.tasks()).hasSize(1);
        assertThat(listing.unknownNames()).containsExactly("nobody");
        var sent = server.lists.getFirst().getQuery();
        assertThat(sent.getNamesList()).containsExactly("a", "nobody");
        assertThat(sent.getStatusesList()).containsExactly(TaskStatus.TASK_STATUS_FAILED);
        assertThat(sent.getLabelsMap()).containsEntry("exp", "7").containsEntry("x", "y=z");
        assertThat(sent.getSubmissionId()).isEqualTo("S");
    }

    @Test
    void looksAtConditionsHere() {
        IntStream.range(0, 25).forEach(i -> server.add("t" + i, TaskStatus.TASK_STATUS_WAITING));

        TaskFinder finder =
                meow.tasks()
                        .pageSize(10)
                        .where(task -> task.fullname().endsWith("3"))
                        .where(task -> task.fullname().startsWith("t1"));

        assertThat(finder.list()).extracting(TaskInfo::fullname).containsExactly("t13");
        assertThat(finder.stream()).extracting(TaskInfo::fullname).containsExactly("t13");
        assertThat(finder.listing().revision()).isEqualTo(server.revision());
    }
}
