package io.cattino.coordinator.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.Time;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClockTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Clock clock =
            new Clock(new Time(5_000, 1), nanos::get, () -> Instant.ofEpochMilli(42));

    private long after(long millis) {
        nanos.addAndGet(millis * 1_000_000);
        return clock.now().monoMs();
    }

    @Test
    void goesOnFromTheLastLeadership() {
        assertThat(clock.now()).isEqualTo(new Time(5_000, 42));
        assertThat(after(250)).isEqualTo(5_250);
    }

    @Test
    void pauseCountsAsASecondAtMost() {
        assertThat(after(600_000)).isEqualTo(6_000);
        assertThat(after(10)).isEqualTo(6_010);
    }

    @Test
    void fractionsAddUp() {
        for (int i = 0; i < 10; i++) {
            nanos.addAndGet(100_000);
            clock.now();
        }
        assertThat(clock.now().monoMs()).isEqualTo(5_001);
    }

    @Test
    void neverGoesBack() {
        nanos.addAndGet(-3_000_000_000L);
        assertThat(clock.now().monoMs()).isEqualTo(5_000);
        assertThat(after(7)).isEqualTo(5_007);
    }
}
