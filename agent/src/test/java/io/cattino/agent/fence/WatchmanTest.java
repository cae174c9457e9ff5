package io.cattino.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.exec.FencedAttempts.Fenced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a fence fires, by a clock and a disk that the test moves. */
class WatchmanTest {

    private static final AttemptId ID = new AttemptId(7, 1, 1);
    private static final AttemptId OTHER = new AttemptId(8, 1, 1);

    private long now = 1_000_000;
    private OptionalLong lease = OptionalLong.of(1_000_000);
    private List<Fenced> attempts = List.of(new Fenced(ID, 10_000, 900_000));
    private boolean diskHangs;
    private Watchman.View seen = new Watchman.View(List.of(), OptionalLong.empty(), false);
    private final List<String> done = new ArrayList<>();
    private final Set<AttemptId> unkillable = new HashSet<>();
    private final Watchman watchman = new Watchman(() -> now, new Ground());

    private final class Ground implements Watchman.Ground {
        @Override
        public Watchman.View look(Duration patience) {
            seen =
                    diskHangs
                            ? new Watchman.View(seen.attempts(), seen.lease(), false)
                            : new Watchman.View(attempts, lease, true);
            return seen;
        }

        @Override
        public void mark(List<Fenced> over) {
            over.forEach(each -> done.add("mark " + each.id()));
        }

        @Override
        public Set<AttemptId> kill(List<Fenced> over) {
            over.forEach(each -> done.add("kill " + each.id()));
            return unkillable;
        }
    }

    private List<String> poll() {
        done.clear();
        watchman.poll();
        return List.copyOf(done);
    }

    @Test
    void firesWhenTheLeaseIsOverAndNotBefore() {
        now = 1_009_999;
        assertThat(poll()).isEmpty();
        now = 1_010_000;
        assertThat(poll()).containsExactly("mark 7.1.1", "kill 7.1.1");
    }

    @Test
    void aLeaseThatIsExtendedKeepsItAlive() {
        now = 1_009_000;
        assertThat(poll()).isEmpty();
        lease = OptionalLong.of(1_008_000);
        now = 1_017_999;
        assertThat(poll()).isEmpty();
        now = 1_018_000;
        assertThat(poll()).isNotEmpty();
    }

    @Test
    void withoutALeaseInThisBootTheLaunchCounts() {
        lease = OptionalLong.empty();
        now = 909_999;
        assertThat(poll()).isEmpty();
        now = 910_000;
        assertThat(poll()).isNotEmpty();
    }

    @Test
    void killsAgainUntilNothingIsFoundThreeTimes() {
        now = 1_010_000;
        unkillable.add(ID);
        for (int i = 0; i < 5; i++) {
            assertThat(poll()).contains("kill 7.1.1");
        }
        assertThat(poll()).as("marked once").containsExactly("kill 7.1.1");
        unkillable.clear();
        assertThat(List.of(poll(), poll(), poll())).allMatch(each -> !each.isEmpty());
        assertThat(poll()).isEmpty();
    }

    @Test
    void eachHasItsOwnTime() {
        attempts = List.of(new Fenced(ID, 10_000, 0), new Fenced(OTHER, 60_000, 0));
        now = 1_010_000;
        assertThat(poll()).containsExactly("mark 7.1.1", "kill 7.1.1");
        now = 1_060_000;
        assertThat(poll()).contains("kill 8.1.1");
    }

    @Test
    void aDiskThatHangsKeepsNothingAlive() {
        assertThat(poll()).isEmpty();
        diskHangs = true;
        lease = OptionalLong.of(2_000_000);
        now = 1_010_000;
        assertThat(poll()).containsExactly("mark 7.1.1", "kill 7.1.1");
    }

    @Test
    void tellsWhetherThereIsAnythingToWatch() {
        assertThat(watchman.poll()).isTrue();
        attempts = List.of();
        assertThat(watchman.poll()).isFalse();
    }
}
