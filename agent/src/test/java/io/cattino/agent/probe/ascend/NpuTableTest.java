package io.cattino.agent.probe.ascend;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.probe.ascend.NpuTable.Chip;
import io.cattino.agent.probe.ascend.NpuTable.ProcessUse;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class NpuTableTest {

    /** The last three: -1 where they are not told. */
    private static Chip chip(
            int npu,
            int chip,
            String name,
            String health,
            String bus,
            long used,
            long total,
            int... fares) {
        OptionalInt[] told =
                Arrays.stream(fares)
                        .mapToObj(it -> it < 0 ? OptionalInt.empty() : OptionalInt.of(it))
                        .toArray(OptionalInt[]::new);
        return new Chip(npu, chip, name, health, bus, used, total, told[0], told[1], told[2]);
    }

    @Test
    void readsOneChipPerCard() {
        NpuTable table =
                NpuTable.parse(
                        """
                        +------------------------------------------------------------------------------------------------+
                        | npu-smi 24.1.rc3                 Version: 24.1.rc3                                               |
                        +---------------------------+---------------+----------------------------------------------------+
                        | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
                        | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
                        +===========================+===============+====================================================+
                        | 2     910B3               | OK            | 91.0        36                0    / 0             |
                        | 0                         | 0000:C1:00.0  | 12          0    / 0          41110/ 65536         |
                        +===========================+===============+====================================================+
                        | 3     910B3               | Warning       | 95.4        37                0    / 0             |
                        | 0                         | 0000:C2:00.0  | 0           0    / 0          3400 / 65536         |
                        +===========================+===============+====================================================+
                        +---------------------------+---------------+----------------------------------------------------+
                        | NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
                        +===========================+===============+====================================================+
                        | 2       0                 | 1333928       |                          | 37709                   |
                        | 2       0                 | 4242          | python3                  | 61                      |
                        +===========================+===============+====================================================+
                        | No running processes found in NPU 3                                                            |
                        +===========================+===============+====================================================+
                        """);
        assertThat(table)
                .isEqualTo(
                        new NpuTable(
                                "24.1.rc3",
                                List.of(
                                        chip(
                                                2,
                                                0,
                                                "910B3",
                                                "OK",
                                                "0000:C1:00.0",
                                                41_110,
                                                65_536,
                                                91_000,
                                                36,
                                                12),
                                        chip(
                                                3,
                                                0,
                                                "910B3",
                                                "Warning",
                                                "0000:C2:00.0",
                                                3_400,
                                                65_536,
                                                95_400,
                                                37,
                                                0)),
                                List.of(
                                        new ProcessUse(2, 0, 1_333_928, 37_709),
                                        new ProcessUse(2, 0, 4_242, 61))));
    }

    @Test
    void readsCardsWithTwoChips() {
        NpuTable table =
                NpuTable.parse(
                        """
                        +---------------------------+---------------+----------------------------------------------------+
                        | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
                        | Chip  Phy-ID              | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
                        +===========================+===============+====================================================+
                        | 0     Ascend910           | OK            | 178.5       36                0    / 0             |
                        | 0     0                   | 0000:9D:00.0  | 0           0    / 0          3416 / 65536         |
                        +------------------------------------------------------------------------------------------------+
                        | 0     Ascend910           | OK            | -           36                0    / 0             |
                        | 1     1                   | 0000:9F:00.0  | 0           0    / 0          3195 / 65536         |
                        +===========================+===============+====================================================+
                        | NPU     Chip       | Process id    | Process name| Process memory(MB) |Process id in container|
                        +===========================+===============+====================================================+
                        | 0       1          | 77            | a           | 12                 | 1                     |
                        """);
        assertThat(table.chips())
                .containsExactly(
                        chip(
                                0,
                                0,
                                "Ascend910",
                                "OK",
                                "0000:9D:00.0",
                                3_416,
                                65_536,
                                178_500,
                                36,
                                0),
                        chip(0, 1, "Ascend910", "OK", "0000:9F:00.0", 3_195, 65_536, -1, 36, 0));
        assertThat(table.processes()).containsExactly(new ProcessUse(0, 1, 77, 12));
        assertThat(table.version()).isEmpty();
    }

    @Test
    void takesTheMemoryOfItsOwnWhereThereAreTwo() {
        assertThat(
                        NpuTable.parse(
                                        """
                                        | 0     910ProB        | OK            | 78.4        33                0    / 0             |
                                        | 0                    | 0000:C1:00.0  | 0           1198 / 15137      30711/ 32768         |
                                        | 1     310P3          | OK            | NA          45                0    / 0             |
                                        | 0     1              | NA            | 0           1853 / 21527                           |
                                        """)
                                .chips())
                .containsExactly(
                        chip(0, 0, "910ProB", "OK", "0000:C1:00.0", 30_711, 32_768, 78_400, 33, 0),
                        chip(1, 0, "310P3", "OK", "", 1_853, 21_527, -1, 45, 0));
    }

    @Test
    void hasNothingOfWhatIsNoTable() {
        for (String text :
                List.of(
                        "",
                        "dcmi module initialize failed. ret is -8005",
                        "|",
                        "||||",
                        "| 0  x | y |",
                        "| NPU Chip | Process id |\n| 0 0 | 1 | 2 |",
                        "| 0 910B3 | OK | 1 |\n| - | - | - |\n| 7 0 |",
                        "| NPU | Process id | Process memory(MB) |\n| 0 0 | x | 3 |\n| 0 0 | 3 | |")) {
            NpuTable table = NpuTable.parse(text);
            assertThat(table.chips()).as(text).isEmpty();
            assertThat(table.processes()).as(text).isEmpty();
        }
    }
}
