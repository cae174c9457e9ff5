package io.cattino.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InterregnumTest {

    private static final List<String> ALL = List.of("a:1", "b:1", "c:1");

    private final Interregnum interregnum = new Interregnum();

    @Test
    void countsFromWhenTheFirstWasAsked() {
        interregnum.notLeading("a:1", 100, "");
        interregnum.notLeading("b:1", 200, "");
        assertThat(interregnum.since(ALL)).isEmpty();
        interregnum.notLeading("c:1", 300, "");
        assertThat(interregnum.since(ALL)).hasValue(100);
        assertThat(interregnum.since(ALL)).as("the next round begins anew").isEmpty();
    }

    @Test
    void whoDoesNotAnswerMayLead() {
        interregnum.notLeading("a:1", 100, "");
        interregnum.notLeading("b:1", 200, "");
        interregnum.unknown("c:1");
        assertThat(interregnum.since(ALL)).isEmpty();
        interregnum.unknown("a:1");
        interregnum.notLeading("c:1", 300, "");
        assertThat(interregnum.since(ALL)).as("a was silent after it had answered").isEmpty();
        interregnum.notLeading("a:1", 400, "");
        assertThat(interregnum.since(ALL)).hasValue(200);
    }

    @Test
    void whoIsNamedMustHaveAnsweredToo() {
        interregnum.notLeading("a:1", 100, "d:1");
        interregnum.notLeading("b:1", 200, "a:1");
        interregnum.notLeading("c:1", 300, "");
        assertThat(interregnum.since(ALL)).isEmpty();
        interregnum.notLeading("d:1", 400, "");
        assertThat(interregnum.since(ALL)).hasValue(100);
    }

    @Test
    void anAnswerFromBeforeALeaderCountsNoMore() {
        interregnum.notLeading("a:1", 100, "");
        interregnum.notLeading("b:1", 200, "");
        interregnum.over();
        interregnum.notLeading("c:1", 300, "");
        assertThat(interregnum.since(ALL)).isEmpty();
    }

    @Test
    void anAnswerThatCameAgainCountsFromThen() {
        interregnum.notLeading("a:1", 100, "");
        interregnum.notLeading("a:1", 250, "");
        interregnum.notLeading("b:1", 200, "");
        interregnum.notLeading("c:1", 300, "");
        assertThat(interregnum.since(ALL)).hasValue(200);
    }

    @Test
    void whoKnowsOfOneOnlyDoesNotKnowOfAll() {
        interregnum.notLeading("a:1", 100, "");
        assertThat(interregnum.since(List.of("a:1"))).isEmpty();
    }
}
