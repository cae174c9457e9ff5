package io.cattino.coordinator.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    A100            | NVIDIA A100-SXM4-80GB    | true
                    a100-sxm4       | NVIDIA A100-SXM4-80GB    | true
                    A100*           | NVIDIA A100-SXM4-80GB    | true
                    *80GB           | NVIDIA A100-SXM4-80GB    | true
                    NVIDIA A100*    | NVIDIA A100-SXM4-80GB    | true
                    A1??            | NVIDIA A100-SXM4-80GB    | true
                    A10             | NVIDIA A100-SXM4-80GB    | false
                    100             | NVIDIA A100-SXM4-80GB    | false
                    SXM             | NVIDIA A100-SXM4-80GB    | false
                    RTX 4090        | NVIDIA GeForce RTX 4090  | true
                    RTX 40          | NVIDIA GeForce RTX 4090  | false
                    RTX 40*         | NVIDIA GeForce RTX 4090  | true
                    H200            | H200                     | true
                    H200            | ''                       | false
                    *               | ''                       | true
                    """)
    void aModelIsMeantByWordsOfIt(String pattern, String model, boolean is) {
        assertThat(Spelling.matchesWords(pattern, model)).isEqualTo(is);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    gpu-01          | gpu-01   | true
                    gpu-01          | GPU-01   | false
                    gpu-01          | gpu-012  | false
                    gpu-*           | gpu-012  | true
                    gpu-?           | gpu-01   | false
                    gpu-0[1-4]      | gpu-04   | true
                    gpu-0[1-4]      | gpu-05   | false
                    gpu-[01-12]     | gpu-04   | true
                    gpu-[01-12]     | gpu-4    | false
                    gpu-[01-12]     | gpu-012  | false
                    gpu-[8-12]      | gpu-9    | true
                    gpu-[8-12]      | gpu-12   | true
                    gpu-[8-12]      | gpu-08   | false
                    gpu-[1-2,07]    | gpu-07   | true
                    gpu-[1-2,07]    | gpu-7    | false
                    r[1-2]n[1-9]    | r2n9     | true
                    r[1-2]n[1-9]    | r3n9     | false
                    [1-3]*          | 2a       | true
                    """)
    void hostListsAreReadAsSlurmWritesThem(String pattern, String name, boolean is) {
        assertThat(Spelling.wrongHost(pattern)).isEmpty();
        assertThat(Spelling.matchesHost(pattern, name)).isEqualTo(is);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    ""          | is empty
                    gpu-[1-4    | without ']'
                    gpu-[4-1]   | '4-1' in brackets
                    gpu-[]      | '' in brackets
                    gpu-[a-c]   | 'a-c' in brackets
                    gpu 01      | has ' '
                    gpu-1]      | ']'
                    """)
    void whatIsNoHostListIsTold(String pattern, String wrong) {
        assertThat(Spelling.wrongHost(pattern)).contains(wrong);
    }

    @Test
    void noPatternTakesLong() {
        String pattern = "*a".repeat(120);
        String text = "a".repeat(250) + "b";
        Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> assertThat(Spelling.matches(pattern, text)).isFalse());
    }
}
