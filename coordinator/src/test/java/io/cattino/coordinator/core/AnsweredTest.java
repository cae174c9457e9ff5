package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.gpus;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.Selection;
import io.cattino.coordinator.core.Input.Verb;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A command that comes again, also at the next leader, is answered as it was and does nothing. */
class AnsweredTest {
    private final CoreScenario s = CoreScenario.with(gpus(2, 24_000));

    private CoreScenario asks(String id, Verb verb, String... names) {
        return s.asked(
                id,
                id + verb,
                at -> new Input.Control(at, verb, new Selection(List.of(names), false)));
    }

    @Test
    void aRerunThatIsRepeatedAtTheNextLeaderRunsOnce() {
        s.submit(cpu("a")).tick().exits("a", 1).forgetTrace();
        asks("r1", new Verb.Rerun(), "a").expect("Resumed a", "Answered r1");
        Reply first = s.reply();
        s.tick().exits("a", 1).failover().forgetTrace();
        asks("r1", new Verb.Rerun(), "a").noMoreEffects();
        assertThat(s.reply()).isEqualTo(first);
        asks("r2", new Verb.Rerun(), "a").expect("Resumed a", "Answered r2");
    }

    @Test
    void aKillThatIsRepeatedAfterItsTaskEndedIsNoError() {
        s.submit(cpu("a")).tick().runs("a").forgetTrace();
        asks("k1", new Verb.Kill(false, ""), "a", "x");
        s.expect("StopRequested a.1 KILL", "Answered k1", "-> Signal a.1 on n1 Killed #1");
        Reply first = s.reply();
        s.exits("a", 143).failover().forgetTrace();
        asks("k1", new Verb.Kill(false, ""), "a", "x").noMoreEffects();
        assertThat(s.reply()).isEqualTo(first);
    }

    @Test
    void whatChangedNothingIsTriedAgain() {
        asks("c1", new Verb.Cancel(""), "a").noMoreEffects();
        s.submit(cpu("a")).forgetTrace();
        asks("c1", new Verb.Cancel(""), "a");
        s.expect("Finished a CANCELLED Cancelled", "Answered c1");
    }

    @Test
    void anotherCommandUnderTheSameIdIsRefused() {
        s.submit(cpu("a"));
        asks("c1", new Verb.Hold("x"), "a").forgetTrace();
        asks("c1", new Verb.Cancel(""), "a").noMoreEffects();
        assertThat(s.rejection()).isEqualTo(new Rejection.RequestIdReused("c1"));
    }

    @Test
    void everyKindOfCommandIsKnownAgain() {
        s.submit(cpu("a"));
        once("s1", at -> new Input.SetTask(at, "a", new Input.Attribute.Priority(5)));
        once("s2", at -> new Input.SetSetting(at, "retry-limit", "3"));
        once("s3", at -> new Input.DrainNode(at, "n1", "repair", OptionalLong.empty()));
        once("s4", at -> new Input.UndrainNode(at, "n1"));
        once("s5", at -> new Input.HoldFences(at, 60_000));
        s.gone("n1");
        once("s6", at -> new Input.ForgetNode(at, "n1"));
    }

    private void once(
            String id,
            java.util.function.Function<
                            io.cattino.coordinator.core.model.Time, ? extends Input.ClientCommand>
                    command) {
        s.forgetTrace().asked(id, id, command);
        assertThat(s.trace()).contains("Answered " + id);
        Reply first = s.reply();
        s.forgetTrace().asked(id, id, command).noMoreEffects();
        assertThat(s.reply()).isEqualTo(first);
    }

    @Test
    void answersAreForgottenAfterADay() {
        s.submit(cpu("a"));
        asks("h1", new Verb.Hold("x"), "a").forgetTrace();
        s.advance(24L * 3_600_000 - 1_000).tick();
        asks("h2", new Verb.Resume(), "a").forgetTrace();
        s.advance(60_000).tick();
        assertThat(s.trace()).contains("AnswersForgotten 1");
        assertThat(s.state().image().answers())
                .extracting(Fact.Answered::requestId)
                .containsExactly("h2");
    }

    @Test
    void tenThousandAnswersAreKeptAtMostAndNoMoreThanFitsIntoMemory() {
        AnswerBook book = new AnswerBook();
        for (int i = 0; i < 12; i++) {
            List<Reply.Change> changes =
                    java.util.Collections.nCopies(
                            i, new Reply.Change("a", 1, Reply.Change.Outcome.CHANGED, ""));
            book.put(new Fact.Answered(s.now(), "id" + i, "d", new Answer.Changes(changes)));
        }
        assertThat(book.tooMany(0, 10, 1_000)).isEqualTo(2);
        assertThat(book.tooMany(0, 100, 33)).isEqualTo(9);
        book.forgetOldest(9);
        assertThat(book.tooMany(0, 100, 33)).isZero();
        assertThat(book.tooMany(0, 100, 5)).isEqualTo(2);
        assertThat(book.tooMany(s.now().monoMs() + 1, 100, 100)).isEqualTo(3);
    }
}
