package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class LogTrimmerTest {

    private static final long MIB = 1 << 20;
    private static final LogCap CAP = new LogCap(4 * MIB);
    private static final int LINE = 64;
    private static final AttemptId ID = new AttemptId(7, 1, 1);

    @TempDir private Path directory;
    private Path log;
    private long lines;
    private final LogTrimmer trimmer = new LogTrimmer(CAP);

    @BeforeEach
    void claim() throws IOException {
        LogFiles.prepare(directory, 1);
        log = directory.resolve("stdout.log");
    }

    /** Numbered lines of 64 bytes. */
    private void write(long bytes) throws IOException {
        StringBuilder text = new StringBuilder();
        for (long left = bytes; left > 0; left -= LINE) {
            text.append("%063d\n".formatted(lines++));
        }
        Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void look(LogTrimmer by) {
        for (int i = 0; i < 10; i++) { // all but one may be left out
            by.look(Map.of(ID, directory));
        }
    }

    private LogFile.Hole hole() throws IOException {
        try (LogFile file = LogFile.open(log)) {
            return file.lastHole();
        }
    }

    /** What a reader gets, with the gap as a line. */
    private String text() throws IOException {
        StringBuilder text = new StringBuilder();
        try (LogFile file = LogFile.open(log)) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            for (long at = 0; at < file.size(); ) {
                long there = file.present(at);
                if (there > at) {
                    text.append("(").append(there - at).append(")\n");
                }
                at = there;
                int read = file.read(buffer.clear(), at);
                text.append(UTF_8.decode(buffer.flip()));
                at += read;
            }
        }
        return text.toString();
    }

    private void assumeHoles() throws IOException {
        write(2 * CAP.bytes());
        look(trimmer);
        Assumptions.assumeTrue(
                hole().to() > 0, "the file system of " + directory + " has no holes");
    }

    @Test
    void keepsTheBeginningAndTheEndOfWhatIsTooLong() throws IOException {
        assumeHoles();
        write(10 * MIB);
        look(trimmer);

        assertThat(hole().from()).isEqualTo(4096);
        assertThat(hole().to()).isEqualTo(18 * MIB - MIB);
        assertThat(Files.size(log)).isEqualTo(18 * MIB);
        assertThat(Disk.used(log)).isLessThanOrEqualTo(MIB + 8192);
        String text = text();
        assertThat(text)
                .startsWith("%063d\n%063d\n".formatted(0, 1))
                .endsWith("%063d\n".formatted(lines - 1))
                .contains("(" + (17 * MIB - 4096) + ")\n")
                .doesNotContain("\0");
        assertThat(text.lines()).hasSize((int) ((MIB + 4096) / LINE) + 1);
    }

    @Test
    void leavesAloneWhatIsNotTooLong() throws IOException {
        write(CAP.bytes());
        look(trimmer);

        assertThat(hole()).isEqualTo(LogFile.Hole.NONE);
    }

    @Test
    void countsTheLogsOfAnAttemptTogether() throws IOException {
        assumeHoles();
        Files.move(log, directory.resolve("stderr.log"));
        write(2 * MIB);
        look(trimmer);

        assertThat(hole()).isEqualTo(new LogFile.Hole(4096, MIB));
    }

    @Test
    void aLaterOneGoesOnWithWhatIsThere() throws IOException {
        assumeHoles();
        Object changed = Files.getLastModifiedTime(log);
        look(new LogTrimmer(CAP));
        assertThat(Files.getLastModifiedTime(log)).isEqualTo(changed);

        write(MIB);
        look(new LogTrimmer(CAP));
        assertThat(hole()).isEqualTo(new LogFile.Hole(4096, 8 * MIB));
    }

    @Test
    void looksOnceMoreAtAnAttemptThatIsOver() throws IOException {
        assumeHoles();
        write(8 * MIB);
        trimmer.finish(ID, directory);

        assertThat(hole().to()).isEqualTo(15 * MIB);
    }

    @Test
    void looksOftenOnlyWhileALogGrowsNearTheCap() throws IOException {
        List<Path> dropped = new ArrayList<>();
        LogTrimmer counting = new LogTrimmer(CAP, (file, _, _) -> dropped.add(file));
        write(5 * MIB);
        for (int i = 0; i < 4; i++) {
            counting.look(Map.of(ID, directory));
            write(LINE);
        }
        assertThat(dropped).as("each time").hasSize(4);
        look(counting); // as it grew once more
        assertThat(dropped).hasSize(5);
        write(LINE);
        counting.look(Map.of(ID, directory));
        assertThat(dropped).as("it was still, so some looks are left out").hasSize(5);
        look(counting);
        assertThat(dropped).hasSize(6);
    }

    @Test
    void saysOnceWhereNothingCanBeDropped() throws IOException {
        LogTrimmer helpless = new LogTrimmer(CAP, (_, _, _) -> false);
        write(5 * MIB);
        look(helpless);
        write(MIB);
        look(helpless);

        assertThat(Files.readString(log))
                .containsOnlyOnce("cattino: this log is beyond 4 MiB, and goes on growing");
        assertThat(Files.size(log)).isGreaterThan(6 * MIB);
    }

    @Test
    void followsNoLinkOfTheUser() throws IOException {
        Path precious = directory.resolve("precious");
        log = precious;
        write(8 * MIB);
        Files.createSymbolicLink(directory.resolve("stdout.log"), precious);
        look(trimmer);

        assertThat(hole()).isEqualTo(LogFile.Hole.NONE);
        assertThatThrownBy(() -> LogFile.open(directory.resolve("stdout.log")))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"1GiB, 1073741824, 1 GiB", "500M, 524288000, 500 MiB", "5000K, 5120000, 5000 KiB"})
    void readsASize(String text, long bytes, String words) {
        assertThat(LogCap.parse(text)).isEqualTo(new LogCap(bytes)).hasToString(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1X", "-1G", "3MiB"})
    void refusesWhatIsNoCap(String text) {
        assertThatThrownBy(() -> LogCap.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsAMebibyteAndAQuarterByDefault() {
        assertThat(LogCap.DEFAULT.head()).isEqualTo(MIB);
        assertThat(LogCap.DEFAULT.dropTo(10_000 * MIB + 5)).isEqualTo((10_000 - 256) * MIB);
        assertThat(LogCap.DEFAULT.dropTo(10)).isZero();
    }
}
