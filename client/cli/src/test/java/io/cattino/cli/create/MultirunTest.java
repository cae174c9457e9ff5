package io.cattino.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.output.Failure;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MultirunTest {

    @Test
    void theLastListVariesFastest() {
        assertThat(Multirun.combinations(List.of("--lr", "[0.1,0.3]", "x=[a,b]")))
                .containsExactly(
                        List.of("--lr", "0.1", "x=a"),
                        List.of("--lr", "0.1", "x=b"),
                        List.of("--lr", "0.3", "x=a"),
                        List.of("--lr", "0.3", "x=b"));
    }

    @Test
    void withoutAListThereIsOneCombination() {
        assertThat(Multirun.combinations(List.of("a", "b=[", "c=]x[", "d=x[1,2]")))
                .containsExactly(List.of("a", "b=[", "c=]x[", "d=x[1,2]"));
        assertThat(Multirun.combinations(List.of())).containsExactly(List.of());
    }

    static Stream<Arguments> lists() {
        return Stream.of(
                list("[1]", "1"),
                list("[1, 2 ,3]", "1", "2", "3"),
                list("[1,2,]", "1", "2"),
                list("[a,,b]", "a", "", "b"),
                list("['a,b',c]", "a,b", "c"),
                list("[\"a b\",'c']", "a b", "c"),
                list("['a'b,'c'd'e']", "'a'b", "'c'd'e'"),
                list("['']", ""),
                list("[[1,2],[3,4]]", "[1,2]", "[3,4]"),
                list("[{a:1,b:2},f(1,2)]", "{a:1,b:2}", "f(1,2)"),
                list("[\"]\",x]", "]", "x"),
                list("k=[a,b]", "k=a", "k=b"),
                list("--lr=[0.1,0.3]", "--lr=0.1", "--lr=0.3"),
                list("a.b.c=[x=1,y=2]", "a.b.c=x=1", "a.b.c=y=2"),
                list("+m=[日本,ü]", "+m=日本", "+m=ü"));
    }

    private static Arguments list(String argument, String... alternatives) {
        return Arguments.of(argument, List.of(alternatives));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void splitsAtCommasOutsideQuotesAndBrackets(String argument, List<String> alternatives) {
        assertThat(Multirun.combinations(List.of(argument)))
                .isEqualTo(alternatives.stream().map(List::of).toList());
    }

    @Test
    void refusesWhatCannotBeMeant() {
        assertThatThrownBy(() -> Multirun.combinations(List.of("x=[]")))
                .isInstanceOf(Failure.class)
                .hasMessage("-m: the list 'x=[]' is empty");
        assertThatThrownBy(() -> Multirun.combinations(List.of("x=['a,b]")))
                .hasMessageContaining("the quote ' is never closed");
        assertThatThrownBy(() -> Multirun.combinations(List.of("x=[(a,b]")))
                .hasMessageContaining("the brackets do not match");
    }

    @Test
    void refusesMoreThanOneSubmissionTakes() {
        String ten = "[0,1,2,3,4,5,6,7,8,9]";

        assertThat(Multirun.combinations(Collections.nCopies(3, ten))).hasSize(1000);
        assertThatThrownBy(() -> Multirun.combinations(Collections.nCopies(60, ten)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("more than 100,000 tasks");
    }
}
