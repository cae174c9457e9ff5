package io.cattino.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class VisibleDevicesTest {

    private static final List<String> UUIDS = List.of("GPU-aa00-1", "GPU-ab00-2", "", "GPU-cc00-3");

    @Test
    void leavesAllIfItIsNotSet() {
        assertThat(new VisibleDevices(Optional.empty()).among(UUIDS)).containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "''|none",
                "' '|none",
                "-1|none",
                "NoDevFiles|none",
                "none,0|none",
                "3,0|0 3",
                "' 3 , 0 '|0 3",
                "0,-1,1|0",
                "0,2,4,1|0 2",
                "0,9999999999,1|0",
                "1,1,0|1",
                "1,,0|1",
                "GPU-c|3",
                "gpu-CC00-3,GPU-aa00-1|0 3",
                "GPU-a,0|none",
                "GPU-aa,GPU-d,1|0",
                "0,GPU-ab|0 1",
                "0,MIG-GPU-aa00-1/1/0,1|0",
                "all|none",
            })
    void leavesThoseBeforeTheFirstThatIsNone(String list, String left) {
        assertThat(
                        new VisibleDevices(Optional.of(list))
                                .among(UUIDS).stream().map(String::valueOf).toList())
                .isEqualTo(left == null ? List.of() : List.of(left.split(" ", -1)));
    }
}
