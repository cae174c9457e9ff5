package io.cattino.cli;

import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_CANCELLED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.HoldTasksRequest;
import io.cattino.proto.v1.KillTasksRequest;
import io.cattino.proto.v1.RemoveTasksRequest;
import io.cattino.proto.v1.ResumeTasksRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cancel, resume, kill, remove. */
class ChangeTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @AfterEach
    void close() {
        farm.close();
    }

    private Cli cli() {
        return new Cli(directory, farm);
    }

    @BeforeEach
    void fill() {
        farm.put("sweep/run_0", TASK_STATUS_RUNNING);
        farm.put("sweep/run_1", TASK_STATUS_WAITING);
        farm.put("sweep/run_2", TASK_STATUS_DONE);
        farm.put("train", TASK_STATUS_RUNNING);
        farm.put("eval", TASK_STATUS_CANCELLED);
    }

    @Test
    void printsWhatWasChanged() {
        Cli.Result result = cli().run("cancel", "train");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("train\n");
        assertThat(result.err()).isEqualTo("Let it wait again: meow resume train\n");
        assertThat(cli().tty(80).run("kill", "sweep").out()).isEqualTo("Stopping sweep/run_0\n");
    }

    @Test
    void aGroupIsASuccessIfAnythingInItWasChanged() {
        Cli.Result result = cli().run("cancel", "sweep");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("sweep/run_0\nsweep/run_1\n");
    }

    @Test
    void unknownNamesAreThreeAndMayBeMisspelt() {
        farm.suggestion = "did you mean: train ?";
        Cli.Result result = cli().run("kill", "trian", "trai");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: task 'trian' does not exist, exit 3
                          did you mean: train ?
                        error: task 'trai' does not exist, exit 3
                          did you mean: train ?
                        """);
        assertThat(farm.requests).hasSize(1);
        farm.suggestion = "";
        assertThat(cli().run("kill", "nope").err())
                .isEqualTo(
                        "error: task 'nope' does not exist, exit 3\n  all there are: meow list --all\n");
    }

    @Test
    void theWrongStateIsFour() {
        Cli.Result result = cli().run("kill", "eval");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err())
                .isEqualTo(
                        "error: cannot kill 'eval': it is Cancelled, exit 4\n  let it run once more: meow rerun eval\n");
    }

    @Test
    void whatWaitsIsNotKilledButCancelled() {
        Cli.Result result = cli().run("kill", "sweep/run_1");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).endsWith("it waits; call it off: meow cancel sweep/run_1\n");
    }

    @Test
    void someOfThemIsSeven() {
        assertThat(cli().run("kill", "train", "nope").exit()).isEqualTo(7);
        assertThat(cli().run("kill", "eval", "nope").exit()).isEqualTo(7);
        assertThat(cli().run("kill", "nope", "nada").exit()).isEqualTo(3);
    }

    @Test
    void allMeansAllThatItAppliesTo() {
        Cli.Result result = cli().run("kill", "-A");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("sweep/run_0\ntrain\n");
        assertThat(farm.asked(KillTasksRequest.class).getFirst().getSelector().getAll()).isTrue();
        assertThat(cli().run("kill", "-A"))
                .isEqualTo(new Cli.Result(0, "", "There is nothing to kill.\n"));
    }

    @Test
    void allWithAPatternFindsItAnywhereInTheFullname() {
        assertThat(cli().run("cancel", "-A", "run_[01]$").out())
                .isEqualTo("sweep/run_0\nsweep/run_1\n");
        assertThat(farm.asked(CancelTasksRequest.class).getFirst().getSelector().getNamesList())
                .containsExactly("sweep/run_0", "sweep/run_1");
        assertThat(cli().run("resume", "-A", "^ev").out()).isEqualTo("eval\n");
        assertThat(cli().run("remove", "ain", "--all").out()).isEqualTo("train\n");
        assertThat(cli().run("kill", "-A", "nothing").exit()).isEqualTo(3);
        assertThat(cli().run("kill", "-A", "run_2").exit()).isZero();
    }

    @Test
    void forceKillsAtOnce() {
        cli().run("kill", "-f", "train");

        assertThat(farm.asked(KillTasksRequest.class).getFirst().getForce()).isTrue();
    }

    @Test
    void asksBeforeMoreThanOneRunningTaskIsStopped() {
        Cli.Result no = cli().typing("n\n").run("kill", "-A");

        assertThat(no.exit()).isEqualTo(1);
        assertThat(no.err())
                .isEqualTo("Kill 2 running tasks (sweep/run_0, train)? [y/N] Nothing was done.\n");
        assertThat(farm.asked(KillTasksRequest.class)).isEmpty();
        assertThat(cli().typing("").run("remove", "sweep", "train").exit()).isEqualTo(1);
        assertThat(farm.asked(RemoveTasksRequest.class)).isEmpty();
        assertThat(cli().typing("y\n").run("kill", "-A").out()).isEqualTo("sweep/run_0\ntrain\n");
    }

    @Test
    void doesNotAskAboutOneNorWithYesNorWithoutATerminal() {
        assertThat(cli().typing("").run("kill", "sweep").exit()).isZero();
        farm.put("more", TASK_STATUS_RUNNING);
        assertThat(cli().typing("").run("cancel", "-A", "-y").err()).doesNotContain("[y/N]");
        farm.put("a", TASK_STATUS_RUNNING);
        farm.put("b", TASK_STATUS_RUNNING);
        assertThat(cli().typing("").run("cancel", "-A", "--no-input").exit()).isZero();
    }

    @Test
    void reasonsArePassedOn() {
        cli().run("kill", "train", "--reason", "too slow");
        cli().run("cancel", "sweep/run_1", "--reason", "a typo");
        cli().run("hold", "sweep", "--reason", "the disk is full");

        assertThat(farm.asked(KillTasksRequest.class).getFirst().getReason()).isEqualTo("too slow");
        assertThat(farm.asked(CancelTasksRequest.class).getFirst().getReason()).isEqualTo("a typo");
        assertThat(farm.asked(HoldTasksRequest.class).getFirst().getReason())
                .isEqualTo("the disk is full");
    }

    @Test
    void rerunsWhatHasEnded() {
        assertThat(cli().run("rerun", "eval"))
                .isEqualTo(new Cli.Result(0, "eval\n", "Follow it: meow watch eval\n"));
        assertThat(cli().run("rerun", "sweep").out()).isEqualTo("sweep/run_2\n");
        assertThat(cli().run("rerun", "train").exit()).isEqualTo(4);
        assertThat(cli().tty(80).run("rerun", "-A").out()).isEmpty();
    }

    @Test
    void rerunsOnlyWhatFailedOfAGroup() {
        farm.put("sweep/run_3", TASK_STATUS_FAILED);
        farm.put("other", TASK_STATUS_FAILED);

        assertThat(cli().run("rerun", "--failed", "-g", "sweep").out()).isEqualTo("sweep/run_3\n");
        assertThat(cli().tty(80).run("rerun", "--failed").out())
                .isEqualTo("Waiting again: other\n");
        assertThat(cli().run("rerun", "--failed").err()).isEqualTo("There is nothing to rerun.\n");
        assertThat(cli().run("rerun", "--failed", "-g", "nope").exit()).isEqualTo(3);
        assertThat(cli().run("rerun").exit()).isEqualTo(2);
    }

    @Test
    void unholdLetsOnlyHeldTasksGo() {
        farm.put(
                "sweep/held",
                TASK_STATUS_WAITING,
                task -> task.setStuck(true).setReason(FakeFarm.reason("Held", "held")));
        farm.put("sweep/off", TASK_STATUS_CANCELLED);

        assertThat(cli().run("hold", "-A").out()).isEqualTo("sweep/run_1\n");
        assertThat(cli().run("unhold", "sweep").out()).isEqualTo("sweep/held\n");
        assertThat(farm.asked(ResumeTasksRequest.class).getFirst().getSelector().getNamesList())
                .containsExactly("sweep/held");
        assertThat(cli().run("unhold", "sweep/off").err())
                .isEqualTo(
                        "error: sweep/off: it is not held, exit 4\n  let it run once more: meow rerun sweep/off\n");
        assertThat(cli().run("unhold", "nope").exit()).isEqualTo(3);
        assertThat(cli().run("unhold", "sweep/held", "nope").exit()).isEqualTo(7);
    }
}
