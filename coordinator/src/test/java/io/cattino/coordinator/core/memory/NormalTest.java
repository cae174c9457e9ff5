package io.cattino.coordinator.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Numbers that stand alone.
                "0                                    | #",
                "-3                                   | #",
                "+0.1                                 | #",
                ".5                                   | #",
                "1e-4                                 | #",
                "1.5E+10                              | #",
                "1e5                                  | #",
                "1_000                                | #",
                "0x1F                                 | #",
                "1,2,-3                               | #",
                "[64,64]                              | [#]",
                "10:30:00                             | #",
                "cuda:0                               | cuda:#",
                "run-12                               | run-#",
                // Names of options and variables stay.
                "--lr=0.1                             | --lr=#",
                "--layer2-dim=64                      | --layer2-dim=#",
                "--layer2-dim                         | --layer2-dim",
                "-b32                                 | -b#",
                "-n                                   | -n",
                "lr=3e-4                              | lr=#",
                "+model.dim2=-0.5                     | +model.dim2=#",
                "--opt=adam                           | --opt=adam",
                "`{\"lr\":0.1,\"n\":-2}`              | `{\"lr\":#,\"n\":#}`",
                "--                                   | --",
                "-                                    | -",
                // Dates, hashes, UUIDs.
                "2026-11-27                           | #",
                "2026-11-27T10:30:00Z                 | #",
                "20261127T103000                      | #",
                "4be0643f-1d98-573b-97cd-ca98a65347dd | #",
                "a3f9c2d                              | #",
                "deadbeef                             | deadbeef",
                "facade                               | facade",
                // Names with digits are names.
                "resnet50                             | resnet50",
                "fp16                                 | fp16",
                "llama-7b                             | llama-7b",
                "1.5B                                 | 1.5B",
                "qwen-0.5B-v2                         | qwen-0.5B-v2",
                // In paths, what ends in a number is one of several.
                "runs/lr3/seed12                      | runs/lr#/seed#",
                "/data/2026-11-27/out.txt             | /data/#/out.txt",
                "models/llama-7b                      | models/llama-7b",
                "s3://bucket/run-3/x                  | s3://bucket/run-#/x",
                // Scripts are programs.
                "train2.py                            | train2.py",
                "runs/job12.sh                        | runs/job12.sh",
                "größe                                | größe",
            })
    void wordIsWhatSweepsHaveInCommon(String word, String normal) {
        assertThat(Normal.word(word)).isEqualTo(normal);
    }

    @Test
    void programStaysAndManyNumbersAreOne() {
        assertThat(Normal.words(List.of("/opt/py3.11/bin/python3", "x.py", "--dims", "64", "64")))
                .containsExactly("/opt/py3.11/bin/python3", "x.py", "--dims", "#");
        assertThat(Normal.words(List.of("#", "3", "#"))).containsExactly("#", "#");
        assertThat(Normal.words(List.of("2"))).containsExactly("2");
    }

    @Test
    void lineIsCutAtBlanks() {
        assertThat(Normal.line("  cd /x/run7 &&\tpython a.py --lr \"0.1\" "))
                .containsExactly("cd", "/x/run#", "&&", "python", "a.py", "--lr", "\"#\"");
        assertThat(Normal.line("")).isEmpty();
    }

    /** Whatever people hand in: no failure, no long time, and what is normal stays so. */
    @Test
    void normalIsNormal() {
        String nasty = "-1.e+0x-_,.:--3e-".repeat(8_000);
        for (String word :
                List.of(nasty, "9".repeat(100_000), "e".repeat(100_000), "1.1e".repeat(9))) {
            String once = Normal.word(word);
            assertThat(once.length()).isLessThanOrEqualTo(word.length());
            assertThat(Normal.word(once)).isEqualTo(once);
        }
    }
}
