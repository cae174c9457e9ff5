package io.cattino.coordinator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** F29: heartbeats arrive, and what the agent is told does not. */
class ReceiptsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Receipts receipts = new Receipts();

    @Test
    void whatIsUnderWayForMoreThanTenSecondsIsOverdue() {
        assertThat(receipts.next(0)).isEqualTo(1);
        assertThat(receipts.next(SECOND)).isEqualTo(2);
        assertThat(receipts.overdue(1, 2 * SECOND)).isFalse();
        assertThat(receipts.overdue(1, 12 * SECOND)).isFalse();
        assertThat(receipts.overdue(1, 12 * SECOND + 1)).isTrue();
        assertThat(receipts.overdue(2, 13 * SECOND)).isFalse();
        assertThat(receipts.overdue(2, 99 * SECOND)).isFalse();
    }

    @Test
    void anIdleSessionBeginsToWaitWithItsNextMessage() {
        receipts.next(0);
        assertThat(receipts.overdue(1, SECOND)).isFalse();
        receipts.next(100 * SECOND);
        assertThat(receipts.overdue(1, 109 * SECOND)).isFalse();
        assertThat(receipts.overdue(1, 111 * SECOND)).isTrue();
    }

    @Test
    void anAgentThatDoesNotSayIsNotBlamed() {
        receipts.next(0);
        assertThat(receipts.overdue(0, 99 * SECOND)).isFalse();
    }

    @Test
    void aReceiptForWhatWasNeverSentIsNotBelieved() {
        receipts.next(0);
        assertThat(receipts.overdue(Long.MAX_VALUE, SECOND)).isFalse();
        receipts.next(SECOND);
        assertThat(receipts.overdue(1, 12 * SECOND)).isTrue();
    }
}
