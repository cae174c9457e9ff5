package io.cattino.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void cutsBetweenCharactersAndNeverWithinOne() {
        String text = "aé\u4E00\uD83D\uDE00".repeat(3);
        int whole = text.getBytes(StandardCharsets.UTF_8).length;
        assertThat(Texts.bytes(text)).isEqualTo(whole);
        assertThat(Texts.cut(text, whole)).isEqualTo(text);
        for (int max = 3; max < whole; max++) {
            String cut = Texts.cut(text, max);
            assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(max);
            assertThat(cut).endsWith("…");
            assertThat(text).startsWith(cut.substring(0, cut.length() - 1));
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(cut)).isTrue();
        }
    }

    @Test
    void showsNothingThatSteersATerminal() {
        assertThat(Texts.word("a\u001b[2J\nb\u202Ec\uD83D")).isEqualTo("a\uFFFD[2J b\uFFFDc\uFFFD");
        assertThat(Texts.word("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
        assertThat(Texts.sentence("x".repeat(5_000))).isEqualTo("x".repeat(1_021) + "…");
    }
}
