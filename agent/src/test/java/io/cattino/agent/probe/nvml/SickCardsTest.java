package io.cattino.agent.probe.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.agent.probe.nvml.SickCards.Signs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SickCardsTest {

    private static final String CARD = "GPU-0000";
    private static final String OTHER = "GPU-1111";

    @TempDir private Path temporary;

    private Path file() {
        return temporary.resolve("sick-cards");
    }

    private SickCards cards(String boot) throws IOException {
        return new SickCards(file(), XidTable.DEFAULT, boot);
    }

    private static Signs signs(long energy, long ecc) {
        return new Signs(OptionalLong.of(energy), OptionalLong.of(ecc));
    }

    @Test
    void aCardIsSickFromAFatalXidOn() throws Exception {
        SickCards cards = cards("boot");
        cards.answers(CARD, signs(100, 0));
        assertThat(cards.reason(CARD)).isEmpty();
        assertThat(cards.lastXid(CARD)).isEmpty();
        cards.xid(CARD, 79);
        cards.xid(CARD, 45);
        cards.xid(CARD, 119);
        cards.answers(CARD, signs(200, 1));
        assertThat(cards.reason(CARD)).contains("Xid 79: the GPU has fallen off the bus");
        assertThat(cards.lastXid(CARD)).hasValue(119);
        assertThat(cards.reason(OTHER)).isEmpty();
    }

    @Test
    void oneThatConcernsAnApplicationIsOnlyShown() throws Exception {
        SickCards cards = cards("boot");
        cards.xid(CARD, 31);
        assertThat(cards.reason(CARD)).isEmpty();
        assertThat(cards.lastXid(CARD)).hasValue(31);
        assertThat(file()).doesNotExist();
    }

    @Test
    void theNextAgentKnows() throws Exception {
        SickCards cards = cards("boot");
        cards.answers(CARD, signs(100, 3));
        cards.xid(CARD, 48);
        cards.xid(OTHER, 95);
        assertThat(Files.readAllLines(file()))
                .hasSize(3)
                .endsWith("GPU-0000 48 boot 100 3", "GPU-1111 95 boot - -");
        SickCards next = cards("boot");
        next.answers(CARD, signs(101, 3));
        next.answers(OTHER, signs(7, 0));
        assertThat(next.reason(CARD)).contains("Xid 48: an uncorrectable memory error");
        assertThat(next.reason(OTHER)).contains("Xid 95: a memory error not contained");
        assertThat(next.lastXid(CARD)).isEmpty();
    }

    @Test
    void itIsWellWhenItAnswersInAnotherBoot() throws Exception {
        cards("boot").xid(CARD, 79);
        SickCards next = cards("next boot");
        assertThat(next.reason(CARD)).as("it does not answer yet").isPresent();
        next.answers(CARD, signs(100, 0));
        assertThat(next.reason(CARD)).isEmpty();
        assertThat(cards("next boot").reason(CARD)).isEmpty();
    }

    @Test
    void itIsWellWhenACounterHasBegunAnew() throws Exception {
        for (Signs after : List.of(signs(10, 2), signs(1_000, 1), signs(99, 0))) {
            SickCards cards = cards("boot");
            cards.answers(CARD, signs(100, 2));
            cards.xid(CARD, 48);
            SickCards next = cards("boot");
            next.answers(CARD, after);
            assertThat(next.reason(CARD)).as("%s", after).isEmpty();
        }
    }

    @Test
    void itIsWellWhenACounterBeganAnewThatWasNotKnownBefore() throws Exception {
        SickCards cards = cards("boot");
        cards.xid(CARD, 48);
        cards.answers(CARD, signs(1_000, 0));
        assertThat(cards.reason(CARD)).isPresent();
        cards.answers(CARD, signs(3, 0));
        assertThat(cards.reason(CARD)).isEmpty();
    }

    @Test
    void whatDoesNotCountProvesNothing() throws Exception {
        SickCards cards = cards("boot");
        cards.answers(CARD, signs(100, 2));
        cards.xid(CARD, 48);
        cards.answers(CARD, Signs.NONE);
        cards.answers(CARD, signs(100, 2));
        assertThat(cards.reason(CARD)).isPresent();
    }

    @Test
    void anOperatorMaySayThatItIsWell() throws Exception {
        SickCards cards = cards("boot");
        cards.xid(CARD, 79);
        cards.xid(OTHER, 79);
        cards.forgive(CARD);
        cards.forgive("GPU-of-nobody");
        assertThat(cards.reason(CARD)).isEmpty();
        assertThat(cards.reason(OTHER)).isPresent();
        assertThat(cards("boot").reason(CARD)).isEmpty();
        cards.xid(CARD, 95);
        assertThat(cards.reason(CARD)).contains("Xid 95: a memory error not contained");
    }

    @Test
    void anOperatorMayRemoveALine() throws Exception {
        SickCards cards = cards("boot");
        cards.xid(CARD, 79);
        cards.xid(OTHER, 79);
        List<String> lines =
                Files.readAllLines(file()).stream().filter(it -> !it.startsWith(CARD)).toList();
        Files.write(file(), lines);
        SickCards next = cards("boot");
        assertThat(next.reason(CARD)).isEmpty();
        assertThat(next.reason(OTHER)).isPresent();
    }

    @Test
    void whatCannotBeReadIsNotSkipped() throws Exception {
        for (String line : List.of("GPU-1", "GPU-1 x boot - -", "GPU-1 79 boot 1.5 -")) {
            Files.writeString(file(), line + "\n");
            assertThatThrownBy(() -> cards("boot"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining(line);
        }
    }
}
