package io.cattino.cli;

import static io.cattino.cli.FakeFarm.ran;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.cli.output.Sizes;
import io.cattino.proto.v1.LogKind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs of which the node has dropped the middle. */
class DroppedLogTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();

    @BeforeEach
    void prepare() {
        farm.put("a", TASK_STATUS_DONE, task -> ran(task, "gpu-1", 0));
        farm.log("a", LogKind.LOG_KIND_STDOUT, "one\ntwo\nthree\n");
        farm.dropped = (92L << 30) / 10;
    }

    @AfterEach
    void close() {
        farm.close();
    }

    @ParameterizedTest
    @CsvSource({"logs", "watch"})
    void programsGetTheBytesAndTheNoteBesides(String command) {
        assertThat(new Cli(directory, farm).run(command, "a", "-q"))
                .isEqualTo(new Cli.Result(0, "one\ntwo\nthree\n", "… 9.2 GiB dropped here …\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1023, 1023 bytes",
        "2048, 2 KiB",
        "314572800, 300 MiB",
        "1073741824, 1.0 GiB",
        "9007199254740992, 8192.0 TiB"
    })
    void tellsSizesInWords(long bytes, String words) {
        assertThat(Sizes.of(bytes)).isEqualTo(words);
    }
}
