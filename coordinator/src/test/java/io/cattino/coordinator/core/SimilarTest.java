package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimilarTest {

    private static final List<String> NAMES =
            List.of("pipeline", "pipeline/train", "pipeline/eval", "sweep/run_0", "x");

    @Test
    void findsWhatIsNearest() {
        assertThat(Similar.to("pipelin", NAMES)).containsExactly("pipeline");
        assertThat(Similar.to("pipeline/trian", NAMES)).startsWith("pipeline/train");
        assertThat(Similar.to("nothing-like-it", NAMES)).isEmpty();
    }

    @Test
    void findsATaskWhoseGroupsWereLeftOut() {
        assertThat(Similar.to("train", NAMES)).containsExactly("pipeline/train");
        assertThat(Similar.to("trian", NAMES)).containsExactly("pipeline/train");
        assertThat(Similar.to("run_1", NAMES)).containsExactly("sweep/run_0");
    }
}
