package io.cattino.agent.probe.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.agent.probe.nvml.NvmlEvents.Event;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each function of events, against a library written in C. */
@NullUnmarked
class NvmlEventsTest {

    private static final int AT_ONCE = 0;

    @TempDir private Path temporary;
    private FakeNvml fake;
    private NvmlLibrary library;
    private NvmlEvents events;

    private void open(String... options) throws IOException, NvmlException {
        fake = FakeNvml.in(temporary, options).cards(3).tellsOfXids(2);
        library = NvmlLibrary.open(fake.library());
        library.init();
        events = new NvmlEvents(library);
    }

    @AfterEach
    void close() {
        if (events != null) {
            events.close();
        }
        if (library != null) {
            library.close();
        }
    }

    private static void assertCode(ThrowingCallable call, NvmlCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NvmlException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void hasAStructOfTheSizeOfTheHeader() {
        assertThat(NvmlStruct.EVENT.size()).isEqualTo(32);
    }

    @Test
    void saysWhichTypesACardCanTell() throws Exception {
        open();
        assertThat(events.supported(library.card(0))).isEqualTo(0x1b);
        fake.set("card 1 events", "0xffffffff00000008");
        assertThat(events.supported(library.card(1))).isEqualTo(0xffffffff00000008L);
        assertCode(() -> events.supported(library.card(2)), NvmlCode.NOT_SUPPORTED);
        assertCode(() -> events.register(library.card(2), NvmlEvents.XID), NvmlCode.NOT_SUPPORTED);
    }

    @Test
    void hearsOfWhatIsRegisteredInItsOrder() throws Exception {
        open();
        NvmlLibrary.Card card = library.card(1);
        events.register(card, NvmlEvents.XID);
        assertThat(events.await(AT_ONCE)).isEmpty();
        fake.event(1, 2, 5).xid(0, 31).xid(1, 79).event(1, 8, 4_294_967_299L);
        assertThat(events.await(AT_ONCE)).contains(new Event(card, NvmlEvents.XID, 79));
        assertThat(events.await(AT_ONCE)).contains(new Event(card, NvmlEvents.XID, 4_294_967_299L));
        assertThat(events.await(AT_ONCE)).isEmpty();
        events.register(library.card(0), NvmlEvents.XID);
        fake.xid(0, 13);
        assertThat(events.await(AT_ONCE)).contains(new Event(library.card(0), NvmlEvents.XID, 13));
    }

    @Test
    void throwsWhatTheLibraryReturns() throws Exception {
        open();
        events.register(library.card(0), NvmlEvents.XID);
        fake.set("return nvmlEventSetWait_v2", "15");
        assertCode(() -> events.await(AT_ONCE), NvmlCode.GPU_IS_LOST);
        fake.set("return nvmlEventSetCreate", "999");
        assertCode(() -> new NvmlEvents(library).close(), NvmlCode.UNKNOWN);
    }

    @Test
    void usesWhatAnOlderLibraryHas() throws Exception {
        open("-DOLD");
        NvmlLibrary.Card card = library.card(0);
        events.register(card, NvmlEvents.XID);
        fake.xid(0, 48);
        assertThat(events.await(AT_ONCE)).contains(new Event(card, NvmlEvents.XID, 48));
        assertCode(() -> library.energyMillijoules(card), NvmlCode.FUNCTION_NOT_FOUND);
    }

    @Test
    void givesTheSetBack() throws Exception {
        open();
        events.close();
        assertThat(fake.calls("free")).isEqualTo(1);
        events = null;
    }
}
