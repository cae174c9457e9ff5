package io.cattino.agent.probe.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each function, against a library written in C. */
@NullUnmarked
class NvmlLibraryTest {

    @TempDir private Path temporary;
    private FakeNvml fake;
    private NvmlLibrary library;

    private NvmlLibrary.Card open(String... options) throws IOException, NvmlException {
        fake = FakeNvml.in(temporary, options).cards(8);
        library = NvmlLibrary.open(fake.library());
        library.init();
        return library.card(5);
    }

    @AfterEach
    void close() {
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
    void tellsWhatTheDriverIs() throws Exception {
        open();
        assertThat(library.driverVersion()).isEqualTo("570.86.15");
        assertThat(library.count()).isEqualTo(8);
    }

    @Test
    void tellsWhoEachCardIs() throws Exception {
        open();
        for (int i = 0; i < 8; i++) {
            fake.set("card " + i + " minor", Integer.toString(7 - i));
            NvmlLibrary.Card card = library.card(i);
            assertThat(library.uuid(card)).startsWith("GPU-" + i + "0000000-").hasSize(40);
            assertThat(library.name(card)).isEqualTo("Fake H100 80GB");
            assertThat(library.minorNumber(card)).isEqualTo(7 - i);
        }
        assertCode(() -> library.card(8), NvmlCode.INVALID_ARGUMENT);
    }

    @Test
    void readsEachFieldOfTheStructs() throws Exception {
        NvmlLibrary.Card card = open();
        fake.set("card 5 memory", "85899345920 536870912 4294967297 81067507711")
                .set("card 5 pci", "1f:3b:1d")
                .set("card 5 utilization", "37 12");
        assertThat(library.memory(card))
                .isEqualTo(
                        new NvmlLibrary.Memory(
                                85_899_345_920L, 536_870_912, 4_294_967_297L, 81_067_507_711L));
        assertThat(library.pci(card))
                .isEqualTo(new NvmlLibrary.Pci(0x1f, 0x3b, 0x1d, "0000001F:3B:1D.0"));
        assertThat(library.pci(card).address()).isEqualTo("001f:3b:1d.0");
        assertThat(library.utilization(card)).isEqualTo(new NvmlLibrary.Utilization(37, 12));
    }

    @Test
    void hasStructsOfTheSizesOfTheHeader() {
        assertThat(NvmlStruct.MEMORY.size()).isEqualTo(24);
        assertThat(NvmlStruct.MEMORY_2.size()).isEqualTo(40);
        assertThat(NvmlStruct.MEMORY_2.version(2)).isEqualTo(0x02000028);
        assertThat(NvmlStruct.PROCESS.size()).isEqualTo(24);
        assertThat(NvmlStruct.UTILIZATION.size()).isEqualTo(8);
        assertThat(NvmlStruct.PCI.size()).isEqualTo(68);
    }

    @Test
    void measuresHeatPowerAndErrors() throws Exception {
        NvmlLibrary.Card card = open();
        fake.set("card 5 temperature", "54")
                .set("card 5 power", "301234")
                .set("card 5 energy", "4294967298")
                .set("card 5 ecc", "11 4294967299 33 44");
        assertThat(library.energyMillijoules(card)).isEqualTo(4_294_967_298L);
        assertThat(library.temperature(card)).isEqualTo(54);
        assertThat(library.powerMilliwatts(card)).isEqualTo(301_234);
        assertThat(library.uncorrectedEccErrors(card)).isEqualTo(4_294_967_299L);
    }

    @Test
    void saysWhatACardCannotTell() throws Exception {
        NvmlLibrary.Card card = open();
        assertCode(() -> library.temperature(card), NvmlCode.NOT_SUPPORTED);
        assertCode(() -> library.uncorrectedEccErrors(card), NvmlCode.NOT_SUPPORTED);
        assertThat(library.isMig(card)).isFalse();
        fake.set("card 5 mig", "0");
        assertThat(library.isMig(card)).isFalse();
        fake.set("card 5 mig", "1");
        assertThat(library.isMig(card)).isTrue();
    }

    @Test
    void listsProcessesAndWhatTheyUse() throws Exception {
        NvmlLibrary.Card card = open();
        fake.process(5, "compute", 4_194_303, "4294967297")
                .process(4, "compute", 1, "1")
                .process(5, "graphics", 1234, "17")
                .process(5, "compute", 8, "-");
        assertThat(library.computeProcesses(card))
                .containsExactly(
                        new NvmlLibrary.ProcessUse(4_194_303, OptionalLong.of(4_294_967_297L)),
                        new NvmlLibrary.ProcessUse(8, OptionalLong.empty()));
        assertThat(library.graphicsProcesses(card))
                .containsExactly(new NvmlLibrary.ProcessUse(1234, OptionalLong.of(17)));
    }

    @Test
    void makesRoomForAnyNumberOfProcesses() throws Exception {
        NvmlLibrary.Card card = open();
        fake.processes(5, "compute", 1500);
        List<NvmlLibrary.ProcessUse> all = library.computeProcesses(card);
        assertThat(all).hasSize(1500);
        assertThat(all.getLast())
                .isEqualTo(new NvmlLibrary.ProcessUse(1500, OptionalLong.of(1500)));
    }

    @Test
    void usesWhatAnOlderLibraryHas() throws Exception {
        NvmlLibrary.Card card = open("-DOLD");
        fake.memory(5, 100, 10, 20).process(5, "compute", 9, "7").process(5, "graphics", 10, "8");
        assertThat(library.memory(card))
                .isEqualTo(
                        new NvmlLibrary.Memory(
                                100 * FakeNvml.MIB, 0, 70 * FakeNvml.MIB, 20 * FakeNvml.MIB));
        assertThat(library.computeProcesses(card))
                .containsExactly(new NvmlLibrary.ProcessUse(9, OptionalLong.of(7)));
        assertThat(library.graphicsProcesses(card))
                .containsExactly(new NvmlLibrary.ProcessUse(10, OptionalLong.of(8)));
    }

    @Test
    void throwsWhatTheLibraryReturns() throws Exception {
        NvmlLibrary.Card card = open();
        fake.set("card 5 lost", "15");
        assertCode(() -> library.memory(card), NvmlCode.GPU_IS_LOST);
        assertThat(library.memory(library.card(4)).total()).isPositive();
        fake.set("return nvmlDeviceGetCount_v2", "12345");
        assertThatThrownBy(library::count).hasMessage("nvmlDeviceGetCount_v2: UNKNOWN (12345)");
        fake.set("return *", "9");
        assertCode(library::driverVersion, NvmlCode.DRIVER_NOT_LOADED);
    }

    @Test
    void wantsToBeInitialized() throws Exception {
        NvmlLibrary.Card card = open();
        library.shutdown();
        assertCode(() -> library.uuid(card), NvmlCode.UNINITIALIZED);
        assertThat(fake.calls("init")).isEqualTo(1);
        assertThat(fake.calls("shutdown")).isEqualTo(1);
    }

    @Test
    void isNotThere() {
        assertCode(
                () -> NvmlLibrary.open("libno-such-nvml.so.1").close(), NvmlCode.LIBRARY_NOT_FOUND);
    }

    @Test
    void isNoLibrary() throws IOException {
        Path text = Files.writeString(temporary.resolve("text"), "text");
        assertCode(() -> NvmlLibrary.open(text.toString()).close(), NvmlCode.LIBRARY_NOT_FOUND);
    }

    @Test
    void knowsEachCodeByItsNumber() {
        for (NvmlCode code : NvmlCode.values()) {
            assertThat(NvmlCode.of(code.number())).isEqualTo(code);
        }
        assertThat(NvmlCode.of(-1)).isEqualTo(NvmlCode.UNKNOWN);
    }
}
