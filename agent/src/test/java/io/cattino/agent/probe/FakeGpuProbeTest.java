package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class FakeGpuProbeTest {
    @TempDir private Path temporary;

    private final AttemptId ours = new AttemptId(7, 1, 3);
    private final Set<Long> pidsOfOurs = new HashSet<>();

    private Optional<AttemptId> owner(long pid) {
        return pidsOfOurs.contains(pid) ? Optional.of(ours) : Optional.empty();
    }

    private DeviceProbe probe(String... lines) throws IOException {
        Path state = temporary.resolve("state");
        Files.write(state, List.of(lines));
        return new FakeGpuProbe(FakeGpuSpec.parse("2x1000@" + state), "node", this::owner);
    }

    @Test
    void whatOthersUseAddsUp() throws Exception {
        List<DeviceProbe.Sample> samples = probe("0 100", "", "0  20", "1 7").sample(List.of());
        assertThat(samples)
                .containsExactly(
                        new DeviceProbe.Sample(0, 120, List.of(), false),
                        new DeviceProbe.Sample(1, 7, List.of(), false));
    }

    @Test
    void aProcessIsNamedWhileItLives() throws Exception {
        Process squatting = new ProcessBuilder("sleep", "1000").start();
        try {
            Instant started = squatting.info().startInstant().orElseThrow();
            DeviceProbe probe =
                    probe("0 300 " + squatting.pid(), "0 100 " + ProcessHandle.current().pid());
            DeviceProbe.Sample shown = probe.sample(List.of()).getFirst();
            assertThat(shown.usedMib()).isEqualTo(400);
            assertThat(shown.squatters()).hasSize(2);
            DeviceProbe.Squatter first = shown.squatters().getFirst();
            assertThat(first.pid()).isEqualTo(squatting.pid());
            assertThat(first.user())
                    .isEqualTo(Files.getOwner(Path.of("/proc/self")).getName())
                    .isNotEmpty();
            assertThat(first.command()).isEqualTo("sleep");
            assertThat(first.started()).contains(started);
            assertThat(first.usedMib()).isEqualTo(300);

            squatting.destroyForcibly().waitFor();
            DeviceProbe.Sample later = probe.sample(List.of()).getFirst();
            assertThat(later.usedMib()).isEqualTo(100);
            assertThat(later.squatters())
                    .extracting(DeviceProbe.Squatter::pid)
                    .containsExactly(ProcessHandle.current().pid());
        } finally {
            squatting.destroyForcibly();
        }
    }

    @Test
    void whatProcessesOfAnAttemptUseIsItsOwn() throws Exception {
        long pid = ProcessHandle.current().pid();
        pidsOfOurs.add(pid);
        assertThat(probe("0 300 " + pid, "0 40 " + pid, "0 5").sample(List.of()))
                .containsExactly(
                        new DeviceProbe.Sample(
                                0, 345, List.of(new DeviceProbe.Use(ours, 340)), false),
                        new DeviceProbe.Sample(1, 0, List.of(), false));
    }

    @Test
    void aSickCardSaysWhy() throws Exception {
        List<DeviceProbe.Sample> samples =
                probe("1 sick  Xid 79: the GPU is off the bus ", "1 30").sample(List.of());
        assertThat(samples)
                .extracting(DeviceProbe.Sample::sickness)
                .containsExactly("", "Xid 79: the GPU is off the bus");
        assertThat(samples.get(1).usedMib()).isEqualTo(30);
        assertThat(samples.get(1).unknown()).isFalse();
    }

    @Test
    void aStateThatCannotBeReadIsUnknownAndNotFree() throws Exception {
        assertThat(probe("0 much").sample(List.of())).allMatch(DeviceProbe.Sample::unknown);
        assertThat(probe("0 1 2 3").sample(List.of())).allMatch(DeviceProbe.Sample::unknown);
        assertThat(probe("0 sick").sample(List.of())).allMatch(DeviceProbe.Sample::unknown);
    }
}
