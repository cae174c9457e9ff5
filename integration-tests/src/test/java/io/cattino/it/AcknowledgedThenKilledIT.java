package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.SubmissionHandle;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that an answer means "stored": what was acknowledged is there after a SIGKILL right behind
 * the acknowledgement, once, and a client that never got its answer ends with one submission (F03,
 * F49).
 */
class AcknowledgedThenKilledIT {
    private static final int SUBMISSIONS = 100;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension static final Farm FARM = Farm.running();

    @RepeatedTest(3)
    void whatWasAcknowledgedIsThereAfterTheKill(RepetitionInfo repetition) throws Exception {
        acknowledgedThenKilled("ack" + repetition.getCurrentRepetition());
    }

    @Tag("soak")
    @RepeatedTest(20)
    void whatWasAcknowledgedIsThereAfterTwentyKills(RepetitionInfo repetition) throws Exception {
        acknowledgedThenKilled("ack" + repetition.getCurrentRepetition());
    }

    private static void acknowledgedThenKilled(String group) throws Exception {
        List<String> acknowledged = new ArrayList<>();
        MeowClient client = FARM.client();
        for (int i = 0; i < SUBMISSIONS; i++) {
            acknowledged.addAll(client.submit(one(group, "t" + i)).fullnames());
        }
        FARM.server().kill9();
        FARM.restart();
        assertThat(client.group(group).info().tasks())
                .extracting(TaskInfo::fullname)
                .containsExactlyElementsOf(acknowledged);
        assertThat(awaitAll(group).allDone()).isTrue();
        assertEachRanOnce(group);
    }

    @Test
    void aClientWhoseCallsTheKillCutShortEndsWithOneSubmissionEach() throws Exception {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < SUBMISSIONS; i++) {
                Submission submission = one("cut", "t" + i);
                calls.add(clients.submit(() -> ids.add(retrying(submission).id())));
            }
            await("some are acknowledged").atMost(LIMIT).until(() -> ids.size() >= 5);
            FARM.server().kill9();
            FARM.restart();
            for (Future<?> call : calls) {
                call.get();
            }
        }
        WaitResult result = awaitAll("cut");
        assertThat(result.allDone()).isTrue();
        assertThat(result.tasks()).hasSize(SUBMISSIONS);
        assertThat(Set.copyOf(result.tasks().stream().map(TaskInfo::submissionId).toList()))
                .hasSize(SUBMISSIONS)
                .isEqualTo(ids);
        assertEachRanOnce("cut");
    }

    @Test
    void hundredCopiesOfOneSubmissionAreOne() throws Exception {
        Submission submission = one("copies", "only");
        Set<String> ids = ConcurrentHashMap.newKeySet();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < SUBMISSIONS; i++) {
                calls.add(clients.submit(() -> ids.add(FARM.client().submit(submission).id())));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        assertThat(ids).containsExactly(submission.requestId());
        assertThat(awaitAll("copies").tasks()).hasSize(1);
        FARM.server().kill9();
        FARM.restart();
        assertThat(FARM.client().submit(submission).fullnames()).containsExactly("copies/only");
        assertThat(FARM.client().group("copies").info().tasks()).hasSize(1);
        assertThat(FARM.ledger().startsIn("copies").get("copies/only")).hasSize(1);
    }

    private static WaitResult awaitAll(String group) throws Exception {
        return FARM.client().awaitAll(TaskQuery.group(group), LIMIT, _ -> {});
    }

    /** As a script would: the same submission again until it is answered. */
    private static SubmissionHandle retrying(Submission submission) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return FARM.client().submit(submission);
            } catch (MeowException.Unavailable e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    private static Submission one(String group, String name) {
        ProcTask task = ProcTask.builder(name).command(FARM.ledger().work()).build();
        return Submission.builder()
                .add(TaskGroup.builder(group).open(true).add(task).build())
                .context(FARM.context())
                .build();
    }

    private static void assertEachRanOnce(String group) {
        assertThat(FARM.ledger().startsIn(group))
                .hasSize(SUBMISSIONS)
                .allSatisfy((name, starts) -> assertThat(starts).as(name).hasSize(1));
    }
}
