package io.cattino.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import org.junit.jupiter.api.Test;

class CoordinatorLinkTest {

    private static long extension(long seconds) {
        return CoordinatorLink.extension(Duration.newBuilder().setSeconds(seconds).build());
    }

    @Test
    void takesLessThanAnExtensionSays() {
        assertThat(extension(0)).isZero();
        assertThat(extension(300)).as("a clock may be slow").isEqualTo(299_700);
        assertThat(extension(-300)).isZero();
        assertThat(extension(1_000_000)).as("no more than a day").isEqualTo(86_313_600);
    }
}
