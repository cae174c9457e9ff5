package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class HostMemoryProbeTest {

    @TempDir private Path proc;

    private void process(int pid, int session, int pages) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"),
                pid + " (x) S 1 1 " + session + " 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 " + pages);
    }

    @Test
    void isOneDeviceAsLargeAsTheMachine() {
        DeviceProbe.Device device =
                new HostMemoryProbe(Path.of("/proc"), "node").inventory().getFirst();
        assertThat(device.index()).isZero();
        assertThat(device.kind()).isEqualTo("host");
        assertThat(device.uuid()).isEqualTo("node");
        assertThat(device.totalMib()).isPositive();
        assertThat(new HostMemory(Path.of("/proc")).usedMib()).isBetween(1L, device.totalMib());
    }

    @Test
    void addsUpTheSessionOfEachAttempt() throws IOException {
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:       4194304 kB\nMemFree: 1 kB\nMemAvailable:   1048576 kB\n");
        process(10, 10, 256);
        process(11, 10, 768);
        process(12, 12, 256);
        AttemptId id = new AttemptId(1, 1, 1);
        List<DevicePromise> promised = List.of(new DevicePromise(0, 100));
        HostMemoryProbe probe = new HostMemoryProbe(proc, "node");
        DeviceProbe.Sample sample =
                probe.sample(
                                List.of(
                                        new DeviceProbe.Running(id, promised, OptionalLong.of(10)),
                                        new DeviceProbe.Running(
                                                new AttemptId(2, 1, 1),
                                                List.of(),
                                                OptionalLong.of(12))))
                        .getFirst();
        assertThat(sample.usedMib()).isEqualTo(3072);
        assertThat(sample.attempts()).containsExactly(new DeviceProbe.Use(id, 4));
    }
}
