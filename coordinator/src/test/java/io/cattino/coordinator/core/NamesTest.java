package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.edge;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.submission;
import static io.cattino.coordinator.core.model.OverrideMode.ALLOW;
import static io.cattino.coordinator.core.model.OverrideMode.RENAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.Blob;
import io.cattino.coordinator.core.model.Bundle;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.SubmissionId;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names, groups, request ids, run directories. */
class NamesTest {
    private final CoreScenario s = CoreScenario.with(gpus(1, 24_576));

    @BeforeEach
    void someTasks() {
        s.submit(cpu("done"), cpu("waiting")).submit(cpu("g/x"), cpu("g/s/y"));
        s.submit(submission(cpu("o/x")).open("o")).tick();
        s.exits("done", 0).exits("g/x", 0).exits("g/s/y", 0).forgetTrace();
    }

    @Test
    void takenNamesAreForbiddenByDefault() {
        assertThat(s.submit(cpu("new"), cpu("done")).rejection().text())
                .isEqualTo("'done' already exists (a task: Done)");
        assertThat(s.submit(cpu("waiting")).rejection().text())
                .isEqualTo("'waiting' already exists (a task: Waiting)");
        s.noMoreEffects();
    }

    @Test
    void nameIsATaskOrAGroupNeverBoth() {
        assertThat(s.submit(cpu("g")).rejection().text())
                .isEqualTo("'g' already exists (a group, which is not open to others)");
        assertThat(s.submit(cpu("done/x")).rejection().text())
                .isEqualTo("'done' already exists (a task: Done)");
        assertThat(s.submit(cpu("g/s")).rejection()).isInstanceOf(Rejection.NameExists.class);
        assertThat(s.submit(cpu("n"), cpu("n/x")).rejection().text())
                .isEqualTo("'n' is a task and a group");
        assertThat(s.submit(cpu("n/m"), cpu("n/m/k/x")).rejection().text())
                .isEqualTo("'n/m' is a task and a group");
        assertThat(s.submit(cpu("n"), cpu("n")).rejection().text())
                .isEqualTo("two tasks are named 'n'");
        s.noMoreEffects();
    }

    @Test
    void groupsMadeByScriptsAreClosed() {
        assertThat(s.submit(submission(cpu("g/new")).open("g")).rejection())
                .isInstanceOf(Rejection.NameExists.class);
        assertThat(s.submit(cpu("o/new")).rejection()).isInstanceOf(Rejection.NameExists.class);
        s.noMoreEffects();
    }

    @Test
    void openGroupsTakeMore() {
        s.submit(submission(cpu("o/y"), cpu("o/sub/z")).open("o"));
        s.expect("Submitted o/y, o/sub/z");
        assertThat(s.state().under("o")).hasSize(3);
        // What a script brought into it is closed.
        assertThat(s.submit(submission(cpu("o/sub/more")).open("o")).rejection())
                .isInstanceOf(Rejection.NameExists.class);
    }

    @Test
    void renamePicksTheFirstFreeNumberOfTheOutermostName() {
        s.submit(submission(cpu("done")).override(RENAME));
        s.submit(submission(cpu("done")).override(RENAME));
        s.submit(submission(cpu("g/x"), cpu("g/s/y"), cpu("free")).override(RENAME));
        s.expect("Submitted done_1", "Submitted done_2", "Submitted g_1/x, g_1/s/y, free");
        assertThat(s.state().isGroup("g_1/s")).isTrue();
    }

    @Test
    void renameThatWouldMakeANameTooLongIsRefused() {
        String longest = "x".repeat(253);
        s.submit(cpu(longest)).submit(submission(cpu(longest)).override(RENAME));
        assertThat(s.rejection()).isInstanceOf(Rejection.NameExists.class);
        String deep = "ggg/" + "y".repeat(254) + ("/" + "z".repeat(254)).repeat(3);
        s.submit(cpu(deep)).submit(submission(cpu(deep)).override(RENAME));
        assertThat(s.rejection().hint()).isEqualTo("choose a shorter name");
    }

    @Test
    void renameDoesNotTakeANameOfItsOwnSubmission() {
        s.submit(submission(cpu("done"), cpu("done_1")).override(RENAME));
        s.expect("Submitted done_2, done_1");
    }

    @Test
    void edgesFollowARename() {
        s.submit(submission(cpu("done"), cpu("n")).edges(edge("done", "n")).override(RENAME));
        s.expect("Submitted done_1, n");
        assertThat(s.task("n").parents()).extracting(d -> d.parentName()).containsExactly("done_1");
    }

    @Test
    void allowReplacesWhatHasEndedWhole() {
        s.submit(submission(cpu("done")).override(ALLOW));
        s.expect("Purged done", "Submitted done");
        s.submit(submission(cpu("g/new")).override(ALLOW));
        s.expect("Purged g/x, g/s/y", "Submitted g/new");
        s.submit(submission(cpu("g")).override(ALLOW));
        assertThat(s.rejection().text())
                .isEqualTo("'g/new' already exists and has not ended (Waiting)");
    }

    @Test
    void allowReplacesInAnOpenGroupOnlyWhatIsInTheWay() {
        s.exits("o/x", 0).forgetTrace();
        s.submit(submission(cpu("o/p/a"), cpu("o/p/b")).open("o")).tick();
        s.exits("o/p/a", 0).exits("o/p/b", 0).forgetTrace();
        s.submit(submission(cpu("o/p/a")).open("o").override(ALLOW));
        s.expect("Purged o/p/a, o/p/b", "Submitted o/p/a");
        // A task lies where a group shall be: it goes, and nothing nests in a task.
        s.submit(submission(cpu("o/x/deep")).open("o").override(ALLOW));
        s.expect("Purged o/x", "Submitted o/x/deep");
    }

    @Test
    void whatIsReplacedIsNotThereToBeWaitedFor() {
        s.submit(submission(cpu("g/new")).edges(edge("g/x", "g/new")).override(ALLOW));
        assertThat(s.rejection()).isInstanceOf(Rejection.NotFound.class);
        s.noMoreEffects();
    }

    @Test
    void emptiedGroupsAreForgotten() {
        s.remove("g/s/y");
        assertThat(s.state().isGroup("g/s")).isFalse();
        assertThat(s.state().isGroup("g")).isTrue();
        s.remove("g");
        assertThat(s.state().isGroup("g")).isFalse();
    }

    @Test
    void listedGroupWithoutTasksIsNone() {
        s.submit(submission(cpu("n")).open("empty"));
        assertThat(s.state().isGroup("empty")).isFalse();
    }

    @Test
    void sameRequestTwiceIsOneSubmission() {
        s.submit(submission(cpu("once")).as("req", "d1"));
        Reply first = s.reply();
        s.submit(submission(cpu("once")).as("req", "d1"));
        assertThat(s.reply()).isEqualTo(first);
        s.expect("Submitted once");
        assertThat(s.submit(submission(cpu("other")).as("req", "d2")).rejection())
                .isEqualTo(new Rejection.RequestIdReused("req"));
        // Also when its tasks are gone.
        s.remove("once").forgetTrace().submit(submission(cpu("once")).as("req", "d1"));
        assertThat(s.reply()).isEqualTo(first);
        s.noMoreEffects();
    }

    @Test
    void repetitionIsToldTheFinalNames() {
        s.submit(submission(cpu("done"), cpu("n")).as("req", "d1").override(RENAME));
        s.submit(submission(cpu("done"), cpu("n")).as("req", "d1").override(RENAME));
        assertThat(((Reply.Submitted) s.reply()).names()).containsExactly("done_1", "n");
    }

    @Test
    void runDirectoriesOfOneSecondAreNumbered() {
        String stamp = "/runs/2026-11-23/08-00-00";
        s.submit(submission(cpu("n1")).as("req1", "")).submit(submission(cpu("n2")).as("r2", ""));
        assertThat(s.state().submission(new SubmissionId("request-1")).orElseThrow().runDir())
                .isEqualTo(stamp);
        assertThat(s.state().submission(new SubmissionId("req1")).orElseThrow().runDir())
                .isEqualTo(stamp + "_3");
        assertThat(s.state().submission(new SubmissionId("r2")).orElseThrow().runDir())
                .isEqualTo(stamp + "_4");
    }

    @Test
    void contextsAreSharedAndGoWithTheirLastTask() {
        Context other = new Context("c1", "/", new TreeMap<>(), 022, "", "bob", "pc");
        s.submit(submission(cpu("n1")).in(other)).submit(submission(cpu("n2")).in(other));
        s.remove("n1");
        assertThat(s.state().context("c1")).isPresent();
        s.remove("n2");
        assertThat(s.state().context("c1")).isEmpty();
        assertThat(s.state().context("c0")).isPresent();
    }

    @Test
    void bundlesHaveALimitAllTogetherAndMakeRoomWithTheirTasks() {
        int many = (int) (Limits.MAX_BUNDLES_BYTES / Limits.MAX_BUNDLE_BYTES);
        for (int i = 0; i < many; i++) {
            s.submit(submission(cpu("b" + i)).in(bundled("b" + i)));
        }
        s.submit(submission(cpu("same")).in(bundled("b0")));
        assertThat(s.reply()).isInstanceOf(Reply.Submitted.class);
        s.submit(submission(cpu("more")).in(bundled("more")));
        assertThat(((Reply.Rejected) s.reply()).rejection())
                .isInstanceOfSatisfying(
                        Rejection.Limit.class,
                        limit ->
                                assertThat(limit.text())
                                        .isEqualTo(
                                                "the bundles of stored tasks take all of their 128 MiB"));
        s.remove("b1").failover();
        s.submit(submission(cpu("more")).in(bundled("more")));
        assertThat(s.reply()).isInstanceOf(Reply.Submitted.class);
    }

    private static Context bundled(String id) {
        Bundle bundle = new Bundle("/src", Blob.of(new byte[Limits.MAX_BUNDLE_BYTES]));
        return new Context(
                id,
                "/src",
                new TreeMap<>(),
                022,
                "",
                "bob",
                "pc",
                Optional.empty(),
                Optional.of(bundle));
    }

    @Test
    void commandsOnGroupsTellWhatTheyChanged() {
        s.submit(cpu("k/a"), cpu("k/b")).tick().exits("k/a", 0).cancel("k", "nothing");
        assertThat(((Reply.Changes) s.reply()).changes())
                .extracting(c -> c.fullname() + " " + c.outcome())
                .containsExactly("nothing NOT_FOUND", "k/b CHANGED");
        s.exits("k/b", 0).cancel("k");
        assertThat(((Reply.Changes) s.reply()).changes())
                .extracting(c -> c.fullname() + " " + c.outcome() + " " + c.message())
                .containsExactly(
                        "k/a WRONG_STATE has ended (Done)",
                        "k/b WRONG_STATE has ended (Cancelled)");
    }

    @Test
    void unknownNamesGetAHint() {
        s.cancel("waitin");
        assertThat(((Reply.Changes) s.reply()).changes().getFirst().message())
                .isEqualTo("task 'waitin' does not exist; did you mean: waiting ?");
        s.cancel("x".repeat(5_000));
        assertThat(((Reply.Changes) s.reply()).changes()).hasSize(1);
    }

    @Test
    void listedNamesAreLookedAtOnce() {
        s.cancel("waiting", "waiting");
        assertThat(((Reply.Changes) s.reply()).changes()).hasSize(1);
        assertThat(s.trace()).hasSize(2);
    }
}
