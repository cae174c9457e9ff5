package io.cattino.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class UlidTest {

    @Test
    void has26CharactersOfCrockfordAndBeginsWithTheTime() {
        String id = new Ulid(() -> Instant.ofEpochMilli(1_469_918_176_385L)).make();
        assertThat(id).matches("[0-7][0-9A-HJKMNP-TV-Z]{25}").startsWith("01ARYZ6S41");
    }

    @Test
    void risesWithinAMillisecondAndWhenTheClockGoesBack() {
        Iterator<Long> times = List.of(5L, 5L, 5L, 3L, 6L).iterator();
        Ulid ulid = new Ulid(() -> Instant.ofEpochMilli(times.next()));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(ulid.make());
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }
}
