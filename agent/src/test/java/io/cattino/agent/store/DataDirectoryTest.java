package io.cattino.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DataDirectoryTest {

    @TempDir private Path temporary;

    @Test
    void remembersWhoItIsAndWhatItObeyed() throws IOException {
        String node;
        long sequence;
        try (DataDirectory first = DataDirectory.open(temporary.resolve("d"))) {
            node = first.nodeId();
            sequence = first.firstSequence();
            assertThat(first.clusterId()).isEmpty();
            first.joinCluster("c");
            first.raiseEpoch(7);
            first.raiseEpoch(6);
        }
        try (DataDirectory second = DataDirectory.open(temporary.resolve("d"))) {
            assertThat(second.nodeId()).isEqualTo(node);
            assertThat(second.clusterId()).isEqualTo("c");
            assertThat(second.highestEpoch()).isEqualTo(7);
            assertThat(second.firstSequence()).isGreaterThan(sequence + 1_000_000_000);
        }
    }

    @Test
    void isForOneAgentAtATime() throws IOException {
        try (DataDirectory open = DataDirectory.open(temporary)) {
            assertThat(open.nodeId()).isNotEmpty();
            assertThatThrownBy(() -> DataDirectory.open(temporary))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("another agent uses " + temporary);
        }
        DataDirectory.open(temporary).close();
    }

    @Test
    void saysWhatItCannotRead() throws IOException {
        DataDirectory.open(temporary).close();
        Files.writeString(temporary.resolve("epoch"), "seven");
        assertThatThrownBy(() -> DataDirectory.open(temporary))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("holds no number: 'seven'");
        Files.delete(temporary.resolve("epoch"));
        DataDirectory.open(temporary).close(); // the failed one left no lock
    }

    @Test
    void remembersWhomLeadersToldOf() throws IOException {
        try (DataDirectory first = DataDirectory.open(temporary)) {
            assertThat(first.coordinators()).isEmpty();
            first.keepCoordinators(List.of("a:1", "[::1]:2"));
        }
        try (DataDirectory second = DataDirectory.open(temporary)) {
            assertThat(second.coordinators()).containsExactly("a:1", "[::1]:2");
        }
    }

    private static AttemptReport end(long task) {
        return AttemptReport.newBuilder()
                .setRef(AttemptRef.newBuilder().setTaskId(task).setNumber(1))
                .build();
    }

    @Test
    void keepsTheEndsOfForgottenAttempts() throws IOException {
        long now = System.currentTimeMillis();
        try (Tombstones tombstones = new Tombstones(temporary, Duration.ofHours(24))) {
            tombstones.add(end(1), now);
            tombstones.add(end(2), now);
            tombstones.add(end(3), now + Duration.ofHours(2).toMillis());
        }
        try (Tombstones again = new Tombstones(temporary, Duration.ofHours(24))) {
            assertThat(again.load(now)).containsExactly(end(1), end(2), end(3));
            assertThat(again.load(now + Duration.ofHours(25).toMillis())).isEmpty();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void cutsATornTail() throws IOException {
        long now = System.currentTimeMillis();
        try (Tombstones tombstones = new Tombstones(temporary, Duration.ofHours(24))) {
            tombstones.add(end(1), now);
        }
        Path file = temporary.resolve(now + ".ends");
        Files.write(file, new byte[] {20, 8, 1}, StandardOpenOption.APPEND);
        try (Tombstones again = new Tombstones(temporary, Duration.ofHours(24))) {
            assertThat(again.load(now)).containsExactly(end(1));
            again.add(end(2), now);
            assertThat(again.load(now)).containsExactly(end(1), end(2));
        }
    }
}
