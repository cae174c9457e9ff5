package io.cattino.cli;

import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_CANCELLED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What NAMEs can be, wherever one is taken. */
class SelectionTest {

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
        farm.put("train-1", TASK_STATUS_RUNNING);
        put("train-2", TASK_STATUS_WAITING, "S1", "7");
        put("train-3", TASK_STATUS_DONE, "S1", "7");
        put("g/a", TASK_STATUS_RUNNING, "S2", "7");
        put("g/sub/b", TASK_STATUS_WAITING, "S2", "8");
        put("eval", TASK_STATUS_FAILED, "S2", "8");
        farm.put("theirs", TASK_STATUS_CANCELLED);
    }

    private void put(String fullname, TaskStatus status, String submission, String exp) {
        UnaryOperator<Task.Builder> mine =
                task -> {
                    task.setUser(System.getProperty("user.name")).setSubmissionId(submission);
                    task.getSpecBuilder().putLabels("exp", exp);
                    return task;
                };
        farm.put(fullname, status, mine);
    }

    @Test
    void aPatternMeansWhatTheCommandAppliesTo() {
        assertThat(cli().run("cancel", "train-*").out()).isEqualTo("train-1\ntrain-2\n");
        assertThat(cli().run("cancel", "train-*"))
                .isEqualTo(new Cli.Result(0, "", "There is nothing to cancel.\n"));
        assertThat(cli().run("remove", "g/*").out()).isEqualTo("g/a\ng/sub/b\n");
    }

    @Test
    void aPatternThatMatchesNothingIsThree() {
        Cli.Result result = cli().run("kill", "nope-*");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: no task or group matches 'nope-*', exit 3
                          all there are: meow list --all
                        """);
    }

    @Test
    void lastIsTheNewestSubmissionOfTheUser() {
        assertThat(cli().run("cancel", "last").out()).isEqualTo("g/a\ng/sub/b\n");
    }

    @Test
    void groupsAreMeantByWhatMeansTheirTasks() {
        farm.log("g/sub", LogKind.LOG_KIND_HOOKS, "starts\n");
        for (String name : List.of("last", "@me", "g", "g/s*")) {
            assertThat(cli().run("logs", "-s", "hooks", name).out()).isEqualTo("g/sub │ starts\n");
        }
    }

    @Test
    void meIsEverythingOfTheUser() {
        assertThat(cli().run("cancel", "@me").out()).isEqualTo("train-2\ng/a\ng/sub/b\n");
    }

    @Test
    void withoutAnythingOfTheUserItSaysSo() {
        farm.tasks.clear();

        Cli.Result result = cli().run("watch", "last");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("have no submission here");
        assertThat(cli().run("cancel", "@me").exit()).isEqualTo(3);
    }

    @Test
    void namesAndPatternsMayBeMixed() {
        Cli.Result result = cli().run("cancel", "g/*", "train-1", "nope", "eval");

        assertThat(result.out()).isEqualTo("train-1\ng/a\ng/sub/b\n");
        assertThat(result.err())
                .contains("task 'nope' does not exist")
                .contains("cannot cancel 'eval': it is Failed");
        assertThat(result.exit()).isEqualTo(7);
    }

    @Test
    void statusAndLabelNarrowTheSelection() {
        assertThat(cli().run("cancel", "--status", "running").out()).isEqualTo("train-1\ng/a\n");
        assertThat(cli().run("cancel", "-l", "exp=7", "--status", "waiting").out())
                .isEqualTo("train-2\n");
        assertThat(cli().run("remove", "g", "-l", "exp=8").out()).isEqualTo("g/sub/b\n");
        assertThat(cli().run("remove", "-A", "^t", "--status", "done,failed").out())
                .isEqualTo("train-3\n");
        assertThat(cli().run("remove", "nope", "--status", "failed").exit()).isEqualTo(3);
        assertThat(cli().run("kill", "--status", "bad").exit()).isEqualTo(2);
        assertThat(cli().run("kill", "-l", "bad").exit()).isEqualTo(2);
        assertThat(cli().run("kill").exit()).isEqualTo(2);
    }

    @Test
    void readingCommandsTakeThemToo() {
        assertThat(cli().run("describe", "ev*").out()).contains("eval");
        assertThat(cli().run("wait", "train-[3]").exit()).isZero();
        assertThat(cli().run("wait", "ev?l", "train-3").exit()).isEqualTo(1);
    }

    @Test
    void whatTheShellExpandedIsNoticed() throws IOException {
        Files.createFile(directory.resolve("train-9.log"));

        assertThat(cli().run("kill", "train-9.log").err())
                .isEqualTo(
                        """
                        error: task 'train-9.log' does not exist, exit 3
                          it is a file here; if the shell expanded a pattern, quote it: meow kill 'PATTERN'
                        """);
    }

    @Test
    void asksAboutWhatAPatternMeans() {
        assertThat(cli().typing("n\n").run("kill", "**").err())
                .isEqualTo("Kill 2 running tasks (train-1, g/a)? [y/N] Nothing was done.\n");
        assertThat(cli().typing("").run("kill", "g/*").exit()).isZero();
    }
}
