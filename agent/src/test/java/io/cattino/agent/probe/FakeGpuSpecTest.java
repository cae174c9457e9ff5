package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class FakeGpuSpecTest {

    @TempDir private Path temporary;

    @Test
    void readsCountsAndSizes() {
        assertThat(FakeGpuSpec.parse("4x24576").totalsMib())
                .containsExactly(24576L, 24576L, 24576L, 24576L);
        assertThat(FakeGpuSpec.parse("2x24576,1x81920@/tmp/state"))
                .isEqualTo(
                        new FakeGpuSpec(
                                List.of(24576L, 24576L, 81920L),
                                java.util.Optional.of(Path.of("/tmp/state"))));
    }

    @Test
    void modelsAreNamedOrAfterTheirMemory() {
        assertThat(FakeGpuSpec.parse("2x24576,1x81920:A100 80G@/tmp/state").models())
                .containsExactly("Fake 24G", "Fake 24G", "A100 80G");
    }

    @Test
    void readsWhichReachEachOtherFast() {
        FakeGpuProbe probe =
                new FakeGpuProbe(
                        FakeGpuSpec.parse("3x24576~2,2x81920~4,1x1"),
                        "node",
                        _ -> Optional.empty());
        assertThat(probe.inventory())
                .extracting(DeviceProbe.Device::near)
                .containsExactly(
                        List.of(1), List.of(0), List.of(), List.of(4), List.of(3), List.of());
        assertThat(FakeGpuSpec.parse("2x1~1")).isEqualTo(FakeGpuSpec.parse("2x1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    4           | is not COUNTxMIB
                    x24576      | is not COUNTxMIB
                    4x          | is not COUNTxMIB
                    -1x5        | is not COUNTxMIB
                    4x24G       | is not COUNTxMIB
                    4x24576,    | '' is not COUNTxMIB
                    0x24576     | zero
                    1x24576:    | is not COUNTxMIB or COUNTxMIB:MODEL
                    1x24576:a*b | is not COUNTxMIB or COUNTxMIB:MODEL
                    2x0         | zero
                    2x1~0       | zero
                    99x1~65     | more than 64 together
                    2x1~        | is not COUNTxMIB
                    9999x1      | more than 1024
                    1x1@state   | must be absolute
                    """)
    void saysWhatIsWrong(String text, String why) {
        assertThatThrownBy(() -> FakeGpuSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("4x24576");
    }

    @Test
    void reportsWhatTheStateFileSays() throws IOException {
        Path state = temporary.resolve("state");
        FakeGpuProbe probe =
                new FakeGpuProbe(
                        FakeGpuSpec.parse("2x24576@" + state), "node", _ -> Optional.empty());
        assertThat(probe.sample(List.of())).allMatch(sample -> sample.usedMib() == 0);
        Files.writeString(state, "1 5000\n\n");
        assertThat(probe.sample(List.of()).get(1).usedMib()).isEqualTo(5000);
        assertThat(probe.sample(List.of()).getFirst().usedMib()).isZero();
        Files.writeString(state, "one 5000");
        assertThat(probe.sample(List.of())).allMatch(DeviceProbe.Sample::unknown);
    }

    @Test
    void namesItsDevicesTheSameEachTime() {
        FakeGpuProbe one =
                new FakeGpuProbe(FakeGpuSpec.parse("2x24576"), "node", _ -> Optional.empty());
        FakeGpuProbe two =
                new FakeGpuProbe(FakeGpuSpec.parse("2x24576"), "node", _ -> Optional.empty());
        FakeGpuProbe other =
                new FakeGpuProbe(FakeGpuSpec.parse("2x24576"), "other", _ -> Optional.empty());
        assertThat(one.inventory()).isEqualTo(two.inventory()).hasSize(2);
        assertThat(one.inventory().getFirst().model()).isEqualTo("Fake 24G");
        assertThat(one.inventory().getFirst().uuid())
                .isNotEqualTo(other.inventory().getFirst().uuid());
    }
}
