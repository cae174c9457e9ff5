package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that our terminal is one: it has a size, takes keys, and redraws. */
class TerminalIT {
    @RegisterExtension static final Farm FARM = Farm.empty();

    @Test
    void hasTheSizeThatWasAskedFor() {
        Terminal terminal = FARM.meow().terminalOf(60, "stty size; tty");
        terminal.result().exits(0);
        assertThat(terminal.screen().toString()).startsWith("500 60\n/dev/pts/");
    }

    @Test
    void takesKeysAndTellsTheExitCode() {
        Terminal terminal =
                FARM.meow().terminalOf(80, "printf 'Sure? '; read -r it; echo \"got $it\"; exit 7");
        terminal.awaitText("Sure?").type("yes\n").result().exits(7);
        assertThat(terminal.screen()).hasToString("Sure? yes\ngot yes");
    }

    @Test
    void interruptsWhatRunsOnIt() {
        Terminal terminal =
                FARM.meow().terminalOf(80, "trap 'echo caught; exit 3' INT; echo on; read -r _");
        terminal.awaitText("on").interrupt().result().exits(3);
        assertThat(terminal.screen()).hasToString("on\n^Ccaught");
    }

    @Test
    void showsWhatWasDrawnLast() {
        String drawn = "one\r\n 10%|#  |\r 20%|## |\033[K\r\ntwo\r\n\033[3A\033[2KOne\r\033[3B";
        assertThat(Screen.after(drawn, 80)).hasToString("One\n 20%|## |\ntwo");
    }

    @Test
    void foldsWhatIsWiderThanItself() {
        assertThat(Screen.after("実験1\r\nabc", 4).lines())
                .containsExactly(new Screen.Line("実験1", true), new Screen.Line("abc", false));
    }

    @Test
    void tellsTheStyles() {
        assertThat(Screen.after("a\033[31mb\033[0mc\033[1mD\033[0m", 80).paintedLines())
                .containsExactly(new Screen.Line("a‹31›b‹›c‹1›D‹›", false));
    }

    @Test
    void whatIsComparedHoldsNoTimesAndNoCuts() {
        Normal normal = Normal.of(FARM);
        for (String time : List.of("0s", "59s", "1m05s", "14m", "2h03m", "1d4h", "0.5s", "120ms")) {
            assertThat(normal.line("a  " + time + "    b")).isEqualTo("a  <t>  b");
        }
        assertThat(normal.line("○ Waiting   gpu-01: 576M free…   2×20000M"))
                .isEqualTo(normal.line("○ Waiting   gpu-01: 57…        2×20000M"))
                .isEqualTo(normal.line("○ Waiting   gpu-01: 576M …     2×20000M"));
        assertThat(normal.line("── a · 3s ─────")).isEqualTo(normal.line("── a · 1m03s ──"));
    }
}
