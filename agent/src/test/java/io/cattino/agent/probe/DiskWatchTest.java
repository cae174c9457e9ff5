package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DiskWatchTest {

    @TempDir private Path temporary;

    @Test
    void bothTheSizeAndTheShareHaveToBeFree() {
        DiskReserve reserve = DiskReserve.DEFAULT;
        long gib = 1L << 30;
        assertThat(reserve.isShort(2 * gib, 10 * gib)).isFalse();
        assertThat(reserve.isShort(2 * gib - 1, 10 * gib)).isTrue();
        assertThat(reserve.isShort(49 * gib, 1_000 * gib)).isTrue();
        assertThat(reserve.isShort(50 * gib, 1_000 * gib)).isFalse();
    }

    @Test
    void readsWhatPeopleWrite() {
        assertThat(DiskReserve.parse("2GiB,5%")).isEqualTo(DiskReserve.DEFAULT);
        assertThat(DiskReserve.parse("500M")).isEqualTo(new DiskReserve(500L << 20, 0));
        assertThat(DiskReserve.parse("0")).isEqualTo(new DiskReserve(0, 0));
        assertThatThrownBy(() -> DiskReserve.parse("much"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2GiB,5%");
    }

    @Test
    void aFullDiskOfLogsCountsAsWell() {
        DiskWatch watch = new DiskWatch(temporary, new DiskReserve(1L << 62, 0));
        assertThat(watch.isFull()).as("nobody looked").isFalse();
        watch.look();
        assertThat(watch.isFull()).isTrue();
        DiskWatch roomy = new DiskWatch(temporary, new DiskReserve(0, 0));
        roomy.writesTo(temporary.resolve("not/yet"));
        roomy.look();
        assertThat(roomy.isFull()).isFalse();
        // No file system of the kernel's own has room for anything.
        DiskWatch logs = new DiskWatch(temporary, new DiskReserve(1, 0));
        logs.writesTo(Path.of("/proc/self"));
        logs.look();
        assertThat(logs.isFull()).isTrue();
    }
}
