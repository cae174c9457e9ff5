package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {

    @ParameterizedTest
    @CsvSource({
        "20000, 20000",
        "20000M, 20000",
        "20000MiB, 20000",
        "20000 mib, 20000",
        "20GiB, 20480",
        "20G, 20480",
        "20g, 20480",
        "1.5G, 1536",
        "0.5GiB, 512",
        "1T, 1048576",
        "0.1M, 1",
        "' 7 ', 7"
    })
    void readsAmounts(String text, long mib) {
        assertThat(Memory.parse(text)).isEqualTo(Memory.mib(mib));
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 500000",
        "50%, 500000",
        "1.0, 1000000",
        "100%, 1000000",
        ".25, 250000",
        "12.5%, 125000",
        "0.000001, 1"
    })
    void readsShares(String text, int ppm) {
        assertThat(Memory.parse(text)).isEqualTo(new Memory.Share(ppm));
    }

    @ParameterizedTest
    @CsvSource({
        "'', write MiB",
        "lots, write MiB",
        "-5, write MiB",
        "1e3, write MiB",
        "20GB, write 20M",
        "20K, units are",
        "0, above 0",
        "0M, above 0",
        "0.0, is a share",
        "1.5, 1.5G",
        "120%, is a share",
        "0%, is a share",
        "99999999999999999999G, no device has that much"
    })
    void saysWhatToWriteInstead(String text, String hint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Memory.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining(hint);
    }

    @Test
    void factoriesAgreeWithWhatPeopleWrite() {
        assertThat(Memory.auto()).isEqualTo(Memory.parse(" Auto")).hasToString("auto");
        assertThat(DeviceNeed.of(2, Memory.auto())).hasToString("2 x auto");
        assertThat(Memory.gib(20)).isEqualTo(Memory.parse("20G"));
        assertThat(Memory.fraction(0.5)).isEqualTo(Memory.parse("50%"));
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.fraction(1.01));
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.fraction(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.mib(0));
    }

    @Test
    void printsWhatPeopleRead() {
        assertThat(Memory.mib(20_000)).hasToString("20000 MiB");
        assertThat(Memory.fraction(0.5)).hasToString("50%");
        assertThat(Memory.fraction(0.125)).hasToString("12.5%");
    }
}
