package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"train", "a b", "lr-0.1", "猫", "x]", "Backend", "...", "~", "é"})
    void acceptsWhatIsAFileName(String name) {
        assertThat(Names.checkName(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "'', must not be empty",
        "a/b, into a group 'a'",
        "backend, reserved",
        "last, reserved",
        "., reserved",
        ".., reserved",
        "-x, must not start with '-'",
        "@me, must not start with '@'",
        "a*, pattern",
        "a?, pattern",
        "a[1], pattern",
        "'a\tb', U+0009",
        "'a\u007fb', U+007F",
        "'a\u202eb', U+202E",
        "'a\u2066b', U+2066",
        "'a\ud800b', U+D800"
    })
    void saysWhichRuleIsBroken(String name, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProcTask.builder(name))
                .withMessageContaining(message);
    }

    @Test
    void countsBytesOfUtf8() {
        assertThat(Names.checkName("猫".repeat(84) + "ab")).hasSize(86);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Names.checkName("猫".repeat(85)))
                .withMessageContaining("255 bytes");
    }

    @Test
    void boundsFullnames() {
        assertThat(Names.checkFullname("a/b/c")).isEqualTo("a/b/c");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Names.checkFullname("a/".repeat(17) + "b"))
                .withMessageContaining("17 groups");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Names.checkFullname(("x".repeat(250) + "/").repeat(4) + "y".repeat(30)))
                .withMessageContaining("1034 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> Names.checkFullname("/a"));
        assertThatIllegalArgumentException().isThrownBy(() -> Names.checkFullname("a/"));
    }
}
