package io.cattino.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaintextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LocalHost:1", "127.0.0.1:19192", "[::1]:1", "localhost:1/2"})
    void knowsThisMachine(String address) {
        assertThat(Plaintext.isHere(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpu-01:1",
                "localhost:1@other:80",
                "localhost:1/@other:80",
                "127.0.0.1:1.other:80",
                "localhost.other:1",
                "localhost:",
                "localhost:1/2/3",
                "localhost:123456"
            })
    void takesNothingElseForIt(String address) {
        assertThat(Plaintext.isHere(address)).isFalse();
    }
}
