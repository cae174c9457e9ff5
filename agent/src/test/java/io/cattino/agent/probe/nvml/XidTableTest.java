package io.cattino.agent.probe.nvml;

import static io.cattino.agent.probe.nvml.XidAction.IGNORE;
import static io.cattino.agent.probe.nvml.XidAction.QUARANTINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XidTableTest {

    @ParameterizedTest
    @ValueSource(ints = {13, 31, 43, 45, 63, 68, 94})
    void whatConcernsAnApplicationAloneLeavesTheCardInUse(int code) {
        assertThat(XidTable.DEFAULT.action(code)).isEqualTo(IGNORE);
    }

    @ParameterizedTest
    @ValueSource(ints = {46, 48, 62, 64, 74, 79, 95, 109, 119, 120, 140})
    void whatNeedsAResetTakesTheCardOutOfUse(int code) {
        assertThat(XidTable.DEFAULT.action(code)).isEqualTo(QUARANTINE);
    }

    @Test
    void everyLineOfTheCatalogIsRead() {
        assertThat(XidTable.DEFAULT.text(8)).isEqualTo("Xid 8: a channel stopped");
        assertThat(XidTable.DEFAULT.text(79)).isEqualTo("Xid 79: the GPU has fallen off the bus");
        assertThat(XidTable.DEFAULT.text(161)).isEqualTo("Xid 161: a channel could not be retired");
    }

    @Test
    void whatIsNotKnownIsShownAndChangesNothing() {
        assertThat(XidTable.DEFAULT.action(4_711)).isEqualTo(IGNORE);
        assertThat(XidTable.DEFAULT.text(4_711)).isEqualTo("Xid 4711");
    }

    @Test
    void anOperatorMayThinkOtherwise() {
        XidTable table = XidTable.parse("13=quarantine, 74=Ignore,4711=quarantine");
        assertThat(table.action(13)).isEqualTo(QUARANTINE);
        assertThat(table.text(13)).isEqualTo("Xid 13: an exception of the graphics engine");
        assertThat(table.action(74)).isEqualTo(IGNORE);
        assertThat(table.action(4_711)).isEqualTo(QUARANTINE);
        assertThat(table.text(4_711)).isEqualTo("Xid 4711");
        assertThat(table.action(79)).isEqualTo(QUARANTINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "13", "13=", "=ignore", "x=ignore", "13=stop", "13=ignore,,"})
    void whatIsNoActionIsRefusedWithTheFix(String text) {
        assertThatThrownBy(() -> XidTable.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not CODE=ACTION; actions are ignore, fail, quarantine");
    }
}
