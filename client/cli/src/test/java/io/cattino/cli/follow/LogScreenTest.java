package io.cattino.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.cli.output.Output;
import io.cattino.cli.output.Terminals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people see of logs on a terminal. */
class LogScreenTest {

    private static final String CLEAR = "\r\u001b[J";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private LogScreen screen(String colour, String... env) {
        PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
        Map<String, String> variables =
                env.length == 0 ? Map.of("COLUMNS", "20") : Map.of(env[0], env[1]);
        return LogScreen.of(
                new Output(
                        stream,
                        stream,
                        new Terminal(),
                        variables,
                        InstantSource.system(),
                        colour,
                        false));
    }

    private static final class Terminal implements Terminals {
        @Override
        public boolean input() {
            return false;
        }

        @Override
        public boolean output() {
            return true;
        }

        @Override
        public boolean error() {
            return true;
        }

        @Override
        public int columns() {
            return 20;
        }
    }

    private String seen() {
        String seen = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return seen;
    }

    private static void write(LogSink sink, String text) {
        sink.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBarIsDrawnInPlaceAndNeverWiderThanTheTerminal() {
        LogSink log = screen("never").sink(LogSink.Look.ALONE);

        write(log, "epoch 1\n");
        assertThat(seen()).isEqualTo("epoch 1\n");
        write(log, "\r 10%|█ | 1/10 [00:00<00:09]");
        assertThat(seen()).isEqualTo(" 10%|█ | 1/10 [00:…");
        write(log, "\r 20%|██| 2/10 [00:00<00:09]");
        assertThat(seen()).isEqualTo(CLEAR + " 20%|██| 2/10 [00:…");
        write(log, "\n");
        write(log, "next\n");
        assertThat(seen()).isEqualTo(CLEAR + " 20%|██| 2/10 [00:00<00:09]\nnext\n");
    }

    @Test
    void aLineGrowsWithoutBeingDrawnAgain() {
        LogSink log = screen("never").sink(LogSink.Look.ALONE);

        write(log, "..");
        write(log, ".");
        write(log, ".\n");

        assertThat(seen()).isEqualTo("....\n");
        write(log, "open");
        log.end();
        assertThat(seen()).isEqualTo("open\n");
    }

    @Test
    void severalBarsStandBelowEachOther() {
        LogScreen screen = screen("never");
        LogSink a = screen.sink(new LogSink.Look("a │ ", false, false));
        LogSink b = screen.sink(new LogSink.Look("b │ ", false, false));

        write(a, "\r1%|| 1/9");
        write(b, "\r2%|| 2/9");
        assertThat(seen()).isEqualTo("a │ 1%|| 1/9" + CLEAR + "a │ 1%|| 1/9\nb │ 2%|| 2/9");
        write(b, "\r3%|| 3/9\ntext\rover\n");
        assertThat(seen())
                .isEqualTo("\u001b[A" + CLEAR + "b │ 3%|| 3/9\nb │ over\n" + "a │ 1%|| 1/9");
        screen.aside(() -> out.writeBytes("!\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(seen()).isEqualTo(CLEAR + "!\na │ 1%|| 1/9");
    }

    @Test
    void aNoteGivesWayToTheLog() {
        LogScreen screen = screen("never");
        LogSink log = screen.sink(LogSink.Look.ALONE);

        screen.note("x waits");
        screen.note("x waits too");
        screen.note("");
        write(log, "go\n");

        assertThat(seen()).isEqualTo("x waits too" + CLEAR + "go\n");
    }

    @Test
    void errorsAreRedAndColoursStayWhereTheyMay() {
        LogSink log = screen("always").sink(new LogSink.Look("", true, false));

        write(log, "oops\n");

        assertThat(seen()).isEqualTo("\u001b[31moops\u001b[0m\n");
        LogSink plain = screen("never").sink(LogSink.Look.ALONE);
        write(plain, "\u001b[1mbold\u001b[0m\n");
        assertThat(seen()).isEqualTo("bold\n");
    }

    @Test
    void aDumbTerminalGetsLines() {
        LogSink log = screen("auto", "TERM", "dumb").sink(LogSink.Look.ALONE);

        write(log, "\r1%|| 1/9\r2%|| 2/9");
        assertThat(seen()).isEqualTo("");
        write(log, "\nend\n");
        assertThat(seen()).isEqualTo("2%|| 2/9\nend\n");
    }

    @Test
    void nothingButColoursReachesTheTerminal() {
        assertThat(safe("a\tb")).isEqualTo("a\tb");
        assertThat(safe("\u001b[1;31mred\u001b[0m")).isEqualTo("\u001b[1;31mred\u001b[0m");
        assertThat(safe("\u001b[31mred")).isEqualTo("\u001b[31mred\u001b[0m");
        assertThat(safe("\u001b]0;title\u0007a")).isEqualTo("a");
        assertThat(safe("\u001b]52;c;bWVvdw==\u001b\\a")).isEqualTo("a");
        assertThat(safe("\u001b]52;c;bWVvdw==")).isEqualTo("");
        assertThat(safe("\u009d52;c;bWVvdw==\u009ca")).isEqualTo("a");
        assertThat(safe("\u001bP$q\"p\u001b\\a\u001b_x\u001b\\b")).isEqualTo("ab");
        assertThat(safe("\u001b[6n\u001b[2J\u001b[?1049h\u009b5na")).isEqualTo("a");
        assertThat(safe("\u001bc\u001b(0a\u0007\u000e\u007f")).isEqualTo("a");
        assertThat(safe("\u001b]8;;http://x\u0007link\u001b]8;;\u0007")).isEqualTo("link");
        assertThat(safe("\u001b")).isEqualTo("");
        assertThat(SafeText.of(new byte[] {'a', (byte) 0x9B, '5', 'n'}, true))
                .isEqualTo("a\ufffd5n");
    }

    private static String safe(String text) {
        return SafeText.of(text.getBytes(StandardCharsets.UTF_8), true);
    }

    @Test
    void cutsByColumnsAndNotByCharacters() {
        assertThat(SafeText.cut("日本語", 6)).isEqualTo("日本…");
        assertThat(SafeText.cut("\u001b[31mabcdef\u001b[0m", 5))
                .isEqualTo("\u001b[31mabc…\u001b[0m");
        assertThat(SafeText.cut("old\rnew", 9)).isEqualTo("new");
    }
}
