package io.cattino.coordinator.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Work;
import io.cattino.coordinator.core.placement.Mix;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBookTest {
    private static final DeviceInfo A100 = device("A100", 81_920);
    private static final DeviceInfo T4 = device("T4", 15_360);
    private static final Work ONE = new Work(1, 100);
    private static final Work TWO = new Work(2, 100);

    private final MemoryBook book = new MemoryBook();

    private static DeviceInfo device(String model, long mib) {
        return new DeviceInfo(0, model, model, "cuda", mib);
    }

    private void ran(Work work, long mib) {
        book.learn(work, "A100", new MemoryRun(mib, true));
    }

    private void wasCut(Work work, long mib) {
        book.learn(work, "A100", new MemoryRun(mib, false));
    }

    private long asked(Work work) {
        return book.estimate(work, A100).mib();
    }

    private boolean isWhole(Work work, DeviceInfo device) {
        return book.estimate(work, device).whole();
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(book.estimate(ONE, A100))
                .isEqualTo(new MemoryBook.Estimate("A100", true, 81_920, 0, 0, false));
    }

    @Test
    void askIsTheHighestAndATenthRoundedUp() {
        ran(ONE, 11_000);
        ran(ONE, 11_210);
        ran(ONE, 9_000);
        // 11210 + 1121 = 12331
        assertThat(book.estimate(ONE, A100))
                .isEqualTo(new MemoryBook.Estimate("A100", false, 12_352, 3, 11_210, false));
    }

    @Test
    void marginIsAtLeastAQuarterOfAGib() {
        ran(ONE, 10);
        assertThat(asked(ONE)).isEqualTo(320);
        ran(ONE, 2_560);
        assertThat(asked(ONE)).isEqualTo(2_816);
        ran(ONE, 2_561);
        assertThat(asked(ONE)).isEqualTo(2_880);
    }

    @Test
    void familySpeaksForWorkThatNeverRan() {
        ran(TWO, 20_000);
        ran(new Work(3, 100), 10_000);
        assertThat(book.estimate(ONE, A100))
                .isEqualTo(new MemoryBook.Estimate("A100", false, 22_016, 2, 20_000, true));
        ran(ONE, 5_000);
        assertThat(book.estimate(ONE, A100))
                .isEqualTo(new MemoryBook.Estimate("A100", false, 5_504, 1, 5_000, false));
        assertThat(isWhole(new Work(1, 101), A100)).isFalse();
        assertThat(isWhole(new Work(4, 101), A100)).isTrue();
    }

    @Test
    void anotherModelKnowsNothing() {
        ran(ONE, 10_000);
        assertThat(isWhole(ONE, T4)).isTrue();
        book.learn(ONE, "T4", new MemoryRun(9_000, true));
        assertThat(book.estimate(ONE, T4).mib()).isEqualTo(9_920);
        assertThat(asked(ONE)).isEqualTo(11_008);
    }

    @Test
    void whatLeavesNoRoomForOthersIsAWholeDevice() {
        book.learn(ONE, "T4", new MemoryRun(13_000, true));
        assertThat(book.estimate(ONE, T4).mib()).isEqualTo(14_336);
        book.learn(ONE, "T4", new MemoryRun(13_700, true));
        assertThat(book.estimate(ONE, T4).whole()).isTrue();
        assertThat(book.estimate(ONE, T4).mib()).isEqualTo(15_360);
        book.learn(ONE, "T4", new MemoryRun(Long.MAX_VALUE, true));
        assertThat(book.estimate(ONE, T4).mib()).isEqualTo(15_360);
    }

    @Test
    void runThatWasCutShortOnlyRaisesWhatIsKnown() {
        wasCut(ONE, 9_000);
        assertThat(isWhole(ONE, A100)).isTrue();
        assertThat(book.tells(ONE, "A100", new MemoryRun(9_000, false))).isFalse();
        assertThat(book.tells(ONE, "A100", new MemoryRun(1, true))).isTrue();
        assertThat(book.tells(ONE, "T4", new MemoryRun(1, false))).isTrue();
        ran(TWO, 5_000);
        assertThat(asked(ONE)).isEqualTo(9_920);
        ran(ONE, 5_000);
        assertThat(asked(ONE)).isEqualTo(9_920);
        wasCut(ONE, 30_000);
        assertThat(asked(ONE)).isEqualTo(33_024);
    }

    /** Its family may have had many other runs since. */
    @Test
    void workRemembersWhereItFailed() {
        ran(TWO, 5_000);
        wasCut(ONE, 9_000);
        for (int i = 0; i < MemoryBook.RUNS; i++) {
            ran(TWO, 5_000);
        }
        assertThat(asked(ONE)).isEqualTo(9_920);
        assertThat(asked(TWO)).isEqualTo(5_504);
        assertThat(book.estimate(ONE, A100).highestMib()).isEqualTo(9_000);
    }

    /** What others of its family took says nothing of a work that was run itself. */
    @Test
    void runThatWasCutShortBelowItsFamilyTellsOfItsWork() {
        ran(TWO, 20_000);
        ran(ONE, 3_000);
        assertThat(book.tells(ONE, "A100", new MemoryRun(5_000, false))).isTrue();
        wasCut(ONE, 5_000);
        assertThat(asked(ONE)).isEqualTo(5_504);
        assertThat(book.estimate(new Work(3, 100), A100).runs()).isEqualTo(2);
        assertThat(book.tells(ONE, "A100", new MemoryRun(4_000, false))).isFalse();
    }

    @Test
    void onlyTheNewestRunsCount() {
        ran(ONE, 40_000);
        for (int i = 0; i < MemoryBook.RUNS; i++) {
            ran(ONE, 10_000);
        }
        assertThat(book.estimate(ONE, A100))
                .isEqualTo(
                        new MemoryBook.Estimate(
                                "A100", false, 11_008, MemoryBook.RUNS, 10_000, false));
    }

    @Test
    void whatWasRunLongestAgoIsForgotten() {
        ran(new Work(-1, -2), 7);
        for (int i = 0; i < MemoryBook.KEYS; i++) {
            ran(new Work(1_000 + i, 100), 7);
        }
        assertThat(book.all()).hasSize(MemoryBook.KEYS);
        assertThat(isWhole(new Work(-1, -2), A100)).isTrue();
        assertThat(isWhole(ONE, A100)).as("the family is new").isFalse();
    }

    @Test
    void modelsOfAWorkAreBounded() {
        for (int i = 0; i < 100; i++) {
            book.learn(ONE, "m" + i, new MemoryRun(7, true));
            assertThat(isWhole(ONE, device("m" + i, 50_000))).isFalse();
        }
        assertThat(book.all()).hasSize(2 * MemoryBook.MODELS);
    }

    @Test
    void workGoesByItsFamilyUntilItWasRun() {
        assertThat(book.known(ONE)).isEqualTo(new Work(0, 100));
        ran(TWO, 7);
        assertThat(book.known(ONE)).isEqualTo(new Work(0, 100));
        assertThat(book.known(TWO)).isEqualTo(TWO);
    }

    @Test
    void bookOfWhatIsInItIsTheSame() {
        for (int i = 0; i < 50; i++) {
            ran(new Work(i % 7, 100 + i % 3), 1 + i);
            book.learn(new Work(i % 5, 100), "T4", new MemoryRun(i + 1, i % 2 == 0));
        }
        MemoryBook copy = new MemoryBook();
        book.all().forEach(copy::put);
        assertThat(copy.all()).isEqualTo(book.all());
        book.learn(ONE, "T4", new MemoryRun(3, true));
        copy.learn(ONE, "T4", new MemoryRun(3, true));
        assertThat(copy.all()).isEqualTo(book.all());
        assertThat(copy.estimate(TWO, T4)).isEqualTo(book.estimate(TWO, T4));
    }

    @Test
    void mixIsReckonedAnewWhenSomethingWasLearned() {
        DeviceNeed auto = new DeviceNeed.Shared(1, new MemoryAsk.Auto(ONE.anyOfFamily()));
        Mix counted = new Mix(List.of(new Mix.Weighted(new Mix.Kind(auto, 2), 5)));
        Mix before = book.resolved(counted);
        assertThat(book.resolved(counted)).isSameAs(before).isNotEqualTo(counted);
        ran(TWO, 10_000);
        assertThat(book.resolved(counted)).isNotEqualTo(before);
        Mix other = new Mix(List.of(new Mix.Weighted(new Mix.Kind(new DeviceNeed.Whole(1), 0), 1)));
        assertThat(book.resolved(other)).isSameAs(other);
    }

    @Test
    void runsKnowIfOneWasComplete() {
        MemoryRun cut = new MemoryRun(9, false);
        assertThat(new MemoryRuns(1, "T4", List.of(cut)).known()).isFalse();
        assertThat(new MemoryRuns(1, "T4", List.of(cut, new MemoryRun(7, true))).known()).isTrue();
        assertThat(new MemoryRuns(1, "T4", List.of(cut, new MemoryRun(7, true))).highestMib())
                .isEqualTo(9);
    }
}
