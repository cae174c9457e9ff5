package io.cattino.agent.fence;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class LeaseKeeperTest {

    @TempDir private Path root;
    private long now = 10_000_000;
    private final BootClock clock = () -> now;

    private OptionalLong onDisk(String bootId) throws IOException {
        return new LeaseFile(root.resolve(FenceKeeper.LEASE), bootId, clock).read();
    }

    @Test
    void neverGoesBack() throws IOException {
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            assertThat(lease.base()).isEmpty();
            assertThat(lease.keep()).isTrue();
            lease.extend(5_000);
            lease.extend(4_000);
            assertThat(lease.base()).hasValue(5_000);
        }
        assertThat(onDisk("boot-1")).hasValue(5_000);
    }

    @Test
    void isWrittenOnlyWhileThereIsSomethingToFence() throws IOException {
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            lease.extend(5_000);
            assertThat(root.resolve(FenceKeeper.LEASE)).doesNotExist();
            assertThat(lease.keep()).isTrue();
            assertThat(onDisk("boot-1")).as("when it returns").hasValue(5_000);
            lease.extend(6_000);
            await().until(() -> onDisk("boot-1").equals(OptionalLong.of(6_000)));
        }
    }

    @Test
    void anOldLeaseKillsNothingThatIsStartedLater() throws IOException {
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            lease.extend(5_000);
            assertThat(lease.keep()).isTrue();
            lease.rest();
            lease.extend(3_600_000);
            assertThat(onDisk("boot-1")).as("nobody needs it").hasValue(5_000);
            assertThat(lease.keep()).isTrue();
            assertThat(onDisk("boot-1")).hasValue(3_600_000);
        }
    }

    @Test
    void saysWhenItCannotBeWritten() throws IOException {
        try (LeaseKeeper lease = new LeaseKeeper(root.resolve("gone"), "boot-1", clock)) {
            lease.extend(5_000);
            assertThat(lease.keep()).isFalse();
        }
    }

    @Test
    void outlivesTheAgentButNotTheBoot() throws IOException {
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            assertThat(lease.keep()).isTrue();
            lease.extend(5_000);
        }
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            assertThat(lease.base()).hasValue(5_000);
        }
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-2", clock)) {
            assertThat(lease.base()).isEmpty();
        }
        Files.writeString(root.resolve(FenceKeeper.LEASE), "rubbish");
        assertThat(onDisk("boot-1")).isEmpty();
    }

    @Test
    void takesNoMoreRoomThanAtFirst() throws IOException {
        Path file = root.resolve(FenceKeeper.LEASE);
        LeaseFile lease = new LeaseFile(file, "boot-1", clock);
        lease.write(0);
        long size = Files.size(file);
        Object inode = Files.getAttribute(file, "unix:ino");
        for (long base = 9; base < 10_000; base *= 10) {
            lease.write(base);
            assertThat(lease.read()).hasValue(base);
        }
        assertThat(file).hasSize(size);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
        assertThat(root).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void oneThatIsTornLeavesTheOneBefore() throws IOException {
        Path file = root.resolve(FenceKeeper.LEASE);
        LeaseFile lease = new LeaseFile(file, "boot-1", clock);
        lease.write(5_000);
        lease.write(6_000);
        Files.writeString(file, Files.readString(file).replace(" 6000 ", " 9000 "));
        assertThat(lease.read()).hasValue(5_000);
        lease.write(7_000);
        assertThat(lease.read()).hasValue(7_000);
        assertThat(Files.readString(file)).as("the one before").contains(" 5000 ");
    }

    @Test
    void oneByAClockThatBeganAnewIsNone() throws IOException {
        now = Duration.ofDays(30).toMillis();
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            assertThat(lease.keep()).isTrue();
            lease.extend(now + Duration.ofHours(24).toMillis());
        }
        assertThat(onDisk("boot-1")).hasValue(now + Duration.ofHours(24).toMillis());
        now = 5_000;
        assertThat(onDisk("boot-1")).isEmpty();
        try (LeaseKeeper lease = new LeaseKeeper(root, "boot-1", clock)) {
            assertThat(lease.base()).isEmpty();
            assertThat(lease.keep()).isTrue();
            lease.extend(4_000);
        }
        assertThat(onDisk("boot-1")).hasValue(4_000);
    }

    @Test
    void theClockSinceTheBootGoesOn() {
        BootClock system = BootClock.system();
        long before = system.millis();
        assertThat(before).isPositive();
        await().until(() -> system.millis() > before);
    }
}
