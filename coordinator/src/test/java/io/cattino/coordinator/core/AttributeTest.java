package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.anyEdge;
import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.edge;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.submission;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.Attribute;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.OverrideMode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What can be changed of a waiting task, and what that leads to. */
class AttributeTest {
    private final CoreScenario s = CoreScenario.with(gpus(1, 24_576));

    @Test
    void aTaskStuckBehindAFailedParentIsFreed() {
        s.submit(submission(cpu("a"), cpu("b")).edges(edge("a", "b")));
        s.tick().exits("a", 3).forgetTrace().after("b");
        s.expect("ParentsChanged b after []");
        assertThat(s.status("b")).isEqualTo("Waiting Queued");
        assertThat(s.core().stuck(s.task("b"))).isFalse();
        s.tick().expect("Placed b.1 on n1", "-> Launch b.1 on n1");
    }

    @Test
    void aWaitingTaskWaitsForOthersInstead() {
        s.submit(submission(cpu("a"), cpu("b"), cpu("g/c"), cpu("g/d")).edges(edge("a", "b")));
        s.after("b", "g").expect("Submitted a, b, g/c, g/d", "ParentsChanged b after [g/c, g/d]");
        s.tick().exits("a", 0).exits("g/c", 0).tick();
        assertThat(s.reason("b").text()).isEqualTo("after g/d (waiting)");
        s.exits("g/d", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void aQueuedTaskIsBlockedAndAParentThatIsDoneCountsAtOnce() {
        s.submit(cpu("a")).tick().exits("a", 0).tick();
        s.submit(submission(cpu("b"), cpu("c")).held(0)).forgetTrace();
        s.after("c", "b").expect("ParentsChanged c after [b]");
        assertThat(s.status("c")).isEqualTo("Waiting Dependency");
        s.after("c", "a").expect("ParentsChanged c after [a]");
        assertThat(s.status("c")).isEqualTo("Waiting Queued");
    }

    @Test
    void aHeldTaskStaysHeldWhateverItWaitsFor() {
        s.submit(submission(cpu("a"), cpu("b")).held(0, 1));
        s.expect("Submitted a, b", "Held a", "Held b");
        s.after("b", "a");
        assertThat(s.status("b")).isEqualTo("Waiting Held");
        s.forgetTrace().resume("b").expect("Resumed b");
        assertThat(s.status("b")).isEqualTo("Waiting Dependency");
        s.resume("a").tick().exits("a", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void parentsThatGoRoundAreRefusedByTheWayRound() {
        s.submit(submission(cpu("a"), cpu("b"), cpu("c")).edges(edge("a", "b"), edge("b", "c")));
        s.forgetTrace().after("a", "c").expect();
        assertThat(s.rejection().text()).isEqualTo("the dependencies form a cycle: a → b → c → a");
        s.after("a", "a").expect();
        assertThat(s.rejection().text()).isEqualTo("the dependencies form a cycle: a → a");
        s.after("a", "bb").expect();
        assertThat(s.rejection())
                .isInstanceOfSatisfying(
                        Rejection.NotFound.class,
                        unknown -> assertThat(unknown.similar()).contains("b"));
    }

    @Test
    void onlyWaitingTasksAreChanged() {
        s.submit(cpu("a")).tick().runs("a").forgetTrace().after("a").expect();
        assertThat(s.rejection().text()).isEqualTo("'a' is not waiting (Running)");
    }

    @Test
    void aRenamedTaskIsKnownByItsNewNameToWhoWaitsForIt() {
        s.submit(submission(cpu("g/a"), cpu("b")).edges(edge("g/a", "b"))).forgetTrace();
        s.set("g/a", new Attribute.Name("first")).expect("Changed g/a");
        assertThat(s.state().byName("g/a")).isEmpty();
        assertThat(s.task("b").parents())
                .extracting(Dependency::parentName)
                .containsExactly("g/first");
        assertThat(s.reason("b").text()).isEqualTo("after g/first (waiting)");
        s.tick().exits("g/first", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void aNameThatIsTakenIsRefusedAndSoIsOneOfATaskThatHasRun() {
        s.submit(cpu("a"), cpu("b"), cpu("g/c")).forgetTrace();
        s.set("a", new Attribute.Name("b")).expect();
        assertThat(s.rejection().text()).isEqualTo("'b' already exists (a task)");
        s.set("a", new Attribute.Name("g")).expect();
        assertThat(s.rejection().text()).isEqualTo("'g' already exists (a group)");
        s.set("a", new Attribute.Name("a")).expect();
        assertThat(s.reply()).isInstanceOf(Reply.TaskChanged.class);
        s.tick().exits("a", 0).rerun("a").forgetTrace();
        s.set("a", new Attribute.Name("z")).expect();
        assertThat(s.rejection().text())
                .isEqualTo("'a' has run already: its logs are named after it");
    }

    @Test
    void labelsAreReplaced() {
        s.submit(cpu("a")).forgetTrace();
        s.set("a", new Attribute.Labels(new TreeMap<>(Map.of("exp", "7")))).expect("Changed a");
        assertThat(s.task("a").spec().labels()).containsExactly(Map.entry("exp", "7"));
    }

    @Test
    void rerunOfAPipelineRunsParentsFirstInWhateverOrderTheyWereAccepted() {
        s.submit(submission(cpu("p/b"), cpu("p/a")).edges(edge("p/a", "p/b")));
        s.tick().exits("p/a", 0).tick().exits("p/b", 0).tick().forgetTrace();
        s.rerun("p").tick();
        s.expect("Resumed p/a", "Resumed p/b", "Placed p/a.2 on n1", "-> Launch p/a.2 on n1");
        assertThat(s.status("p/b")).isEqualTo("Waiting Dependency");
        s.exits("p/a", 0).tick();
        assertThat(s.status("p/b")).isEqualTo("Waiting Starting");
    }

    @Test
    void whoWaitsForAReplacedTaskWaitsForWhatTakesItsName() {
        s.submit(
                submission(cpu("a"), cpu("b"), cpu("any"))
                        .edges(edge("a", "b"), anyEdge("a", "any")));
        s.tick().exits("a", 3).tick().forgetTrace();
        s.submit(submission(cpu("a")).override(OverrideMode.ALLOW));
        s.expect("Purged a", "Submitted a", "ParentsChanged b after [a]");
        assertThat(s.reason("b").text()).isEqualTo("after a (waiting)");
        assertThat(s.status("any")).isEqualTo("Waiting Starting");
        s.tick().exits("a", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void aReplacementThatWaitsForTheChildIsNotWaitedFor() {
        s.submit(submission(cpu("a"), cpu("b")).edges(edge("a", "b")));
        s.tick().exits("a", 3).tick().forgetTrace();
        s.submit(submission(cpu("a")).edges(anyEdge("b", "a")).override(OverrideMode.ALLOW));
        s.expect("Purged a", "Submitted a");
        assertThat(s.reason("b").text()).isEqualTo("after a, which was removed");
    }
}
