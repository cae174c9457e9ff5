package io.cattino.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a log's bytes on a pipe. */
class LogLinesTest {

    private static final String FIRST = "  0%|          | 0/10 [00:00<?, ?it/s]";
    private static final String HALF = " 50%|█████     | 5/10 [00:01<00:01, 4.9it/s]";
    private static final String FULL = "100%|██████████| 10/10 [00:02<00:00, 4.9it/s]";

    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final LogLines lines =
            new LogLines((text, ended) -> {
                passed.writeBytes(text);
                if (ended) {
                    passed.write('\n');
                }
            });

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String passed() {
        return passed.toString(StandardCharsets.UTF_8);
    }

    private void write(byte[] data) {
        lines.write(data);
        lines.passPart();
    }

    /** In pieces of one byte: nothing may depend on where they are cut. */
    private String of(String log) {
        passed.reset();
        for (byte b : bytes(log)) {
            write(new byte[] {b});
        }
        lines.end();
        return passed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a\nb",
                "\n\n\na\n",
                "windows\r\nlines\r\n",
                "\rkeras 1/10\rkeras 2/10\n",
                "spin |\rspin /\rspin -",
                "  \r  \n",
                "10% done | 3/4 of it\n",
                "\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b[2A\n",
                "cut\u001b[",
                "naïve 日本 🐱\n"
            })
    void whatIsNoBarPassesAsItIs(String log) {
        assertThat(of(log)).isEqualTo(log);
    }

    @Test
    void bytesThatAreNoTextPassToo() {
        byte[] noise = new byte[1 << 16];
        new Random(7).nextBytes(noise);
        for (int i = 0; i < noise.length; i += 7) {
            write(Arrays.copyOfRange(noise, i, Math.min(noise.length, i + 7)));
        }
        lines.end();

        assertThat(passed.toByteArray()).isEqualTo(noise);
    }

    @Test
    void ofABarTheLastStateRemains() {
        String bar = "\r" + FIRST + "\r" + HALF + "\r" + FULL + "\n";

        assertThat(of("start\n" + bar + "end\n")).isEqualTo("start\n" + FULL + "\nend\n");
        assertThat(of(bar)).isEqualTo(FULL + "\n");
        assertThat(of("\r" + FIRST + "\r" + HALF)).isEqualTo(HALF);
        assertThat(of("load: \r" + FIRST + "\r" + HALF + "\n")).isEqualTo("load: \r" + HALF + "\n");
        assertThat(of("\r1it [00:00, 9.1it/s]\r2it [00:00, 9.1it/s]\n"))
                .isEqualTo("2it [00:00, 9.1it/s]\n");
        assertThat(of("\r" + HALF + "\rTraceback\n")).isEqualTo(HALF + "\rTraceback\n");
    }

    @Test
    void barsOneAfterAnotherEachRemain() {
        String log = "\r" + FIRST + "\r" + FULL + "\n\r" + FIRST + "\r" + HALF + "\n";

        assertThat(of(log)).isEqualTo(FULL + "\n" + HALF + "\n");
    }

    @Test
    void aBarThatWasWipedIsGone() {
        String wipe = "\r" + " ".repeat(60) + "\r";

        assertThat(of("\r" + FIRST + wipe + "message\n\r" + HALF + wipe + "end\n"))
                .isEqualTo("message\nend\n");
    }

    /** The bytes that tqdm writes for one bar inside another. */
    @Test
    void nestedBarsAreTwo() {
        String inner = "inner:   5%|▌         | 1/20 [00:00<00:00, 9.1it/s]";
        String wipe = "\n\r" + " ".repeat(50) + "\r\u001b[A";
        String log =
                "\r"
                        + FIRST
                        + ("\n\r" + inner + "\u001b[A").repeat(3)
                        + wipe
                        + "\r"
                        + HALF
                        + ("\n\r" + inner + "\u001b[A").repeat(3)
                        + wipe
                        + "\r"
                        + FULL
                        + "\n"
                        + "end\n";

        assertThat(of(log)).isEqualTo(FULL + "\nend\n");
        assertThat(of("\r" + FIRST + "\n\r" + inner + "\u001b[A")).isEqualTo(FIRST + "\n" + inner);
        assertThat(of("\r" + FULL + "\n\r" + inner + "\n\rlast\n"))
                .isEqualTo(FULL + "\n" + inner + "\n\rlast\n");
    }

    @Test
    void textIsNotHeldBack() {
        write(bytes("Password? "));
        assertThat(passed()).isEqualTo("Password? ");
        write(bytes("\n\r" + FIRST));
        assertThat(passed()).isEqualTo("Password? \n");
        assertThat(lines.pending()).containsExactly(bytes(FIRST));
        write(bytes("\r" + FULL + "\n"));
        write(bytes("n"));
        assertThat(passed()).isEqualTo("Password? \n" + FULL + "\nn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1%|", "a1", "1 [", "1%| 1"})
    void whatAlmostIsABarTakesNoTime(String part) {
        String line = part.repeat(60_000 / part.length());

        assertThat(of(line + "\n")).isEqualTo(line + "\n");
    }

    @Test
    void aLineWithoutEndTakesNoMemory() {
        byte[] zeros = new byte[1 << 20];
        lines.write(zeros);

        assertThat(passed.size()).isGreaterThan(zeros.length - (1 << 17));
        lines.end();
        assertThat(passed.toByteArray()).isEqualTo(zeros);
    }

    @Test
    void neitherDoesAnEscapeSequenceWithoutEnd() {
        String sequence = "\u001b[" + "1".repeat(1 << 20);
        lines.write(bytes(sequence));

        assertThat(passed.size()).isGreaterThan(sequence.length() - (1 << 17));
        lines.end();
        assertThat(passed()).isEqualTo(sequence);
    }
}
