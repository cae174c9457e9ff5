package io.cattino.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private final Targets targets = new Targets(List.of("a:1", "b:1"), true);

    @Test
    void goesRoundAndWaitsLonger() {
        assertThat(targets.next()).isEqualTo("a:1");
        assertThat(targets.waitMs()).isBetween(100L, 300L);
        assertThat(targets.next()).isEqualTo("b:1");
        for (int i = 0; i < 20; i++) {
            assertThat(targets.waitMs()).isBetween(100L, 7_500L);
        }
        assertThat(targets.waitMs()).isGreaterThan(2_000L);
    }

    @Test
    void followsAHintAtOnceButNotForEver() {
        int followed = 0;
        for (int i = 0; i < 10; i++) {
            targets.next();
            targets.hinted("c:1");
            if (targets.waitMs() > 0) {
                break;
            }
            assertThat(targets.next()).isEqualTo("c:1");
            followed++;
        }
        assertThat(followed).isBetween(1, 4);
    }

    @Test
    void learnsOfOthersFromTheLeader() {
        targets.learned(List.of("b:1", "c:1", "c:1"));
        assertThat(Stream.generate(targets::next).limit(4))
                .containsExactly("a:1", "b:1", "c:1", "a:1");
    }

    @Test
    void returnsToTheLeaderItKnewAndWaitsWhenThatFails() {
        targets.next();
        targets.hinted("c:1");
        assertThat(targets.next()).isEqualTo("c:1");
        targets.welcomedBy("c:1");
        targets.wasStable();
        assertThat(targets.waitMs()).isBetween(100L, 300L);
        assertThat(targets.next()).isEqualTo("c:1");
        assertThat(targets.waitMs()).isPositive();
        assertThat(targets.next()).isEqualTo("b:1");
    }

    @Test
    void asksAllOthersBeforeALeaderThatSaidNothing() {
        targets.learned(List.of("c:1"));
        targets.next();
        targets.welcomedBy("a:1");
        targets.silent("a:1");
        assertThat(targets.next()).isEqualTo("b:1");
        targets.hinted("a:1");
        assertThat(targets.waitMs()).as("the hint is not followed").isPositive();
        assertThat(targets.next()).isEqualTo("c:1");
        targets.hinted("a:1");
        assertThat(targets.waitMs()).as("all say so").isZero();
        assertThat(targets.next()).isEqualTo("a:1");
    }

    @Test
    void asksAllOthersWhereverTheSilentLeaderStandsInTheList() {
        for (String leader : List.of("a:1", "b:1", "c:1")) {
            Targets three = new Targets(List.of("a:1", "b:1", "c:1"), true);
            three.next();
            three.hinted(leader);
            three.next();
            three.welcomedBy(leader);
            three.silent(leader);
            assertThat(List.of(three.next(), three.next())).doesNotContain(leader);
        }
    }

    @Test
    void followsTheOthersToTheNextLeader() {
        targets.learned(List.of("c:1"));
        targets.next();
        targets.welcomedBy("a:1");
        targets.silent("a:1");
        targets.next();
        targets.hinted("c:1");
        assertThat(targets.waitMs()).isZero();
        assertThat(targets.next()).isEqualTo("c:1");
    }

    @Test
    void redialsTheOnlyOneThoughItSaidNothing() {
        Targets one = new Targets(List.of("a:1"), true);
        one.next();
        one.silent("a:1");
        assertThat(one.next()).isEqualTo("a:1");
    }

    @Test
    void asksThoseThatAnswerMoreOften() {
        for (int i = 0; i < 20; i++) {
            targets.next();
            targets.answered();
            assertThat(targets.waitMs()).isBetween(100L, 1_000L);
        }
        targets.next();
        assertThat(targets.waitMs()).isGreaterThan(2_000L);
    }

    @Test
    void goesToNoOtherMachineThanItWasToldUnlessItMay() {
        Targets here = new Targets(List.of("127.0.0.1:1"), false);
        here.learned(List.of("gpu-01:1", "[::1]:1", "localhost:1/2", "127.0.0.1.example:1"));
        here.hinted("gpu-01:1");
        assertThat(Stream.generate(here::next).limit(4))
                .containsExactly("127.0.0.1:1", "[::1]:1", "localhost:1/2", "127.0.0.1:1");
    }

    @Test
    void countsThoseThatItMayNotDialAmongThoseThatMayLead() {
        Targets here = new Targets(List.of("127.0.0.1:1"), false);
        here.learned(List.of("gpu-01:1", "127.0.0.1:2"));
        here.hinted("gpu-02:1");
        assertThat(here.all())
                .containsExactlyInAnyOrder("127.0.0.1:1", "127.0.0.1:2", "gpu-01:1", "gpu-02:1");
    }

    @Test
    void countsThoseThatDoNotFitAndKnowsThemAgain() {
        List<String> many = IntStream.range(0, 100).mapToObj(i -> "c-%d:1".formatted(i)).toList();
        targets.learned(many);
        List<String> kept = targets.toKeep().orElseThrow();
        assertThat(kept).hasSizeLessThan(100);
        for (Targets each : List.of(targets, remembering(kept))) {
            List<String> dialled = Stream.generate(each::next).limit(200).distinct().toList();
            assertThat(dialled).hasSize(64);
            assertThat(each.all()).as("somebody never answers").hasSizeGreaterThan(64);
        }
    }

    private static Targets remembering(List<String> kept) {
        Targets later = new Targets(List.of("a:1", "b:1"), true);
        later.remembered(kept);
        return later;
    }

    @Test
    void hasWhatWasLearnedKeptOnce() {
        assertThat(targets.toKeep()).isEmpty();
        targets.learned(List.of("b:1", "c:1"));
        assertThat(targets.toKeep()).as("until it is").contains(List.of("b:1", "c:1"));
        targets.kept(List.of("b:1", "c:1"));
        targets.learned(List.of("c:1"));
        assertThat(targets.toKeep()).isEmpty();
        Targets later = remembering(List.of("b:1", "c:1"));
        assertThat(later.toKeep()).isEmpty();
        assertThat(later.all()).containsExactly("a:1", "b:1", "c:1");
        later.learned(List.of("d:1"));
        assertThat(later.toKeep()).contains(List.of("b:1", "c:1", "d:1"));
    }
}
