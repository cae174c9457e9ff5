package io.cattino.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    private static AgentConfig.Builder of(String... coordinators) {
        return AgentConfig.builder(List.of(coordinators), "gpu-01", Path.of("/data"));
    }

    @Test
    void speaksToOtherMachinesOnlyWhereSomebodySaidThatItMay() {
        assertThat(
                        of("127.0.0.1:1", "localhost:2", "[::1]:3", "127.7.1.2:4")
                                .build()
                                .coordinators())
                .hasSize(4);
        assertThatThrownBy(() -> of("localhost:1", "farm-1:19192").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'farm-1:19192'", "--insecure-plaintext")
                .hasMessageNotContaining("localhost");
        assertThat(of("farm-1:19192").insecurePlaintext(true).build().insecurePlaintext()).isTrue();
    }

    @Test
    void reportsEverythingThatIsWrongTogether() {
        assertThatThrownBy(() -> of("farm").slots(0).build())
                .hasMessageContainingAll("'farm' is not HOST:PORT", "slots 0");
    }
}
