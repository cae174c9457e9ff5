package io.cattino.it;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import io.cattino.client.WaitResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that a SIGKILL of the whole server with 50 running and 500 waiting tasks loses nothing and
 * repeats nothing: running ones keep their processes, and those that end meanwhile keep their exit
 * codes (F01, F19, F20).
 */
class ServerKilledIT {
    private static final int RUNNING = 50;
    private static final int WAITING = 500;
    private static final int ENDING_MEANWHILE = 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** From the moment when the server serves again: 5 s, and time for a loaded machine. */
    private static final Duration ATTACHING = Duration.ofSeconds(20);

    @RegisterExtension static final Farm FARM = Farm.running("--slots", Integer.toString(RUNNING));

    @RepeatedTest(3)
    void nothingIsLostAndNothingRunsTwice(RepetitionInfo repetition) throws Exception {
        new Kill("kill" + repetition.getCurrentRepetition()).andRestart();
    }

    @Tag("soak")
    @RepeatedTest(20)
    void nothingIsLostAndNothingRunsTwiceInTwentyKills(RepetitionInfo repetition) throws Exception {
        new Kill("kill" + repetition.getCurrentRepetition()).andRestart();
    }

    /** One kill, with a group of tasks of its own; those of earlier kills are still known. */
    private record Kill(String group) {

        void andRestart() throws Exception {
            try (Gate endMeanwhile = FARM.gate(group + "-meanwhile");
                    Gate endLater = FARM.gate(group + "-later")) {
                FARM.client().submit(tasks(endMeanwhile, endLater));
                await("all of the first are running")
                        .atMost(LIMIT)
                        .until(() -> FARM.ledger().startsIn(group).size() == RUNNING);
                Map<String, Long> pids = pids();
                await("the server knows that they run")
                        .atMost(LIMIT)
                        .until(() -> running().size() == RUNNING);

                FARM.server().kill9();
                assertThat(pids.values()).as("tasks of a killed server").allMatch(Living::is);
                endMeanwhile.release(ENDING_MEANWHILE);
                await("they end while nobody looks")
                        .atMost(LIMIT)
                        .until(() -> FARM.ledger().endsIn(group) == ENDING_MEANWHILE);
                FARM.restart();

                assertThat(all()).as("nothing is lost").hasSize(RUNNING + WAITING);
                assertEndedWithTheirTrueCodes();
                assertRunningAsBefore(pids);
                endLater.release(RUNNING - ENDING_MEANWHILE);
                finish();
            }
        }

        /** Those that run first, and those that have no slot. */
        private Submission tasks(Gate endMeanwhile, Gate endLater) {
            TaskGroup.Builder tasks = TaskGroup.builder(group);
            for (int i = 0; i < RUNNING; i++) {
                Gate gate = i < ENDING_MEANWHILE ? endMeanwhile : endLater;
                tasks.add(task("running-" + i, FARM.ledger().work(gate, exitCode(i)), 2));
            }
            for (int i = 0; i < WAITING; i++) {
                tasks.add(task("waiting-" + i, FARM.ledger().work(), 1));
            }
            return Submission.builder().add(tasks.build()).context(FARM.context()).build();
        }

        private static int exitCode(int task) {
            return task % 5; // 0 is among them
        }

        private static ProcTask task(String name, List<String> command, int priority) {
            return ProcTask.builder(name).command(command).priority(priority).build();
        }

        private Map<String, Long> pids() {
            return FARM.ledger().startsIn(group).entrySet().stream()
                    .collect(toMap(Map.Entry::getKey, run -> run.getValue().getFirst().pid()));
        }

        private List<TaskInfo> all() {
            return FARM.client().group(group).info().tasks();
        }

        private List<TaskInfo> running() {
            return all().stream().filter(task -> task.status() == TaskStatus.RUNNING).toList();
        }

        private void assertEndedWithTheirTrueCodes() {
            for (int i = 0; i < ENDING_MEANWHILE; i++) {
                String name = group + "/running-" + i;
                int code = exitCode(i);
                TaskInfo task =
                        await(name + " is known to have ended")
                                .atMost(ATTACHING)
                                .until(
                                        () -> FARM.client().task(name).info(),
                                        info -> info.status().isEnded());
                assertThat(task.exitCode()).as(name).isEqualTo(code);
                assertThat(task.status())
                        .as(name)
                        .isEqualTo(code == 0 ? TaskStatus.DONE : TaskStatus.FAILED);
                assertThat(task.attempts()).as("attempts of %s", name).hasSize(1);
            }
        }

        private void assertRunningAsBefore(Map<String, Long> pids) {
            for (int i = ENDING_MEANWHILE; i < RUNNING; i++) {
                String name = group + "/running-" + i;
                TaskInfo task = FARM.client().task(name).info();
                assertThat(task.status()).as(name).isEqualTo(TaskStatus.RUNNING);
                assertThat(task.attempt()).as("attempt of %s", name).isEqualTo(1);
                assertThat(task.pid()).as("pid of %s", name).isEqualTo(pids.get(name));
                assertThat(Living.is(task.pid())).as("%s lives", name).isTrue();
            }
        }

        private void finish() throws Exception {
            WaitResult result = FARM.client().awaitAll(TaskQuery.group(group), LIMIT, _ -> {});
            assertThat(result.tasks()).hasSize(RUNNING + WAITING);
            assertThat(result.tasks()).allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
            for (int i = 0; i < RUNNING; i++) {
                assertThat(FARM.client().task(group + "/running-" + i).info().exitCode())
                        .isEqualTo(exitCode(i));
            }
            assertThat(result.unsuccessful()).hasSize(RUNNING - RUNNING / 5);
            assertThat(FARM.ledger().startsIn(group))
                    .hasSize(RUNNING + WAITING)
                    .allSatisfy((name, runs) -> assertThat(runs).as(name).hasSize(1));
        }
    }
}
