package io.cattino.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "localhost,             localhost, 19192, 19193",
        "gpu-head:19192,        gpu-head,  19192, 19193",
        "gpu-head:5000,         gpu-head,  5000,  0",
        "gpu-head:5000/6000,    gpu-head,  5000,  6000",
        "[::1],                 ::1,       19192, 19193",
        "[::1]:5000/6000,       ::1,       5000,  6000",
    })
    void readsBothPorts(String text, String host, int port, int httpPort) {
        assertThat(Address.parse(text)).isEqualTo(new Address(host, port, httpPort));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":1", "a:0", "a:65536", "a:1/0", "a:1/65536", "a:1/", "a/1", "a:1/2/3"})
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isTheSameWhateverIsKnownOfItsHttpPort() {
        assertThat(Address.parseList("a:1,a:1/2,b:1/2")).hasSize(2);
        assertThat(Address.parse("[::1]:1/2")).hasToString("[::1]:1");
        assertThat(Address.parse("[::1]:1/2").http()).isEqualTo("[::1]:2");
        assertThat(Address.parse("localhost:1/2").http()).isEqualTo("127.0.0.1:2");
        assertThat(Address.parse("elsewhere:1").http()).isNull();
    }
}
