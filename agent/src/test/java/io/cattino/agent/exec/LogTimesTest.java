package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTimesTest {
    private static final int PAIR_BYTES = 16;

    @TempDir private Path directory;
    private Path log;
    private long now;
    private LogTimes times = new LogTimes(() -> Instant.ofEpochMilli(now));

    @BeforeEach
    void claim() throws IOException {
        log = directory.resolve("stdout.log");
        LogFiles.prepare(directory, 1);
    }

    private void at(long millis, String text) throws IOException {
        now = millis;
        Files.writeString(log, text);
        Files.setLastModifiedTime(log, FileTime.fromMillis(millis));
        look(1);
    }

    private void look(int attempt) {
        times.look(Map.of(new AttemptId(7, attempt, 1), directory));
    }

    private String since(long millis) throws IOException {
        try (FileChannel file = FileChannel.open(log)) {
            long size = file.size();
            return Files.readString(log)
                    .substring(Math.toIntExact(LogTimes.offset(log, file, size, millis)));
        }
    }

    @Test
    void tellsWhatWasWrittenSince() throws IOException {
        at(1_000, "one\n");
        at(2_000, "one\ntwo\n");
        at(9_000, "one\ntwo\nthree\n");

        assertThat(since(0)).isEqualTo("one\ntwo\nthree\n");
        assertThat(since(999)).isEqualTo("one\ntwo\nthree\n");
        assertThat(since(1_000)).isEqualTo("two\nthree\n");
        assertThat(since(2_000)).isEqualTo("three\n");
        assertThat(since(8_000)).isEqualTo("three\n");
        assertThat(since(9_101)).isEmpty();
    }

    /** The kernel's time of change lags behind the clock that the reader's time is from. */
    @Test
    void whatWasWrittenWithinTheTickOfTheKernelsClockIsShown() throws IOException {
        at(1_000, "one\n");
        at(1_996, "one\ntwo\n");

        assertThat(since(2_000)).isEmpty();
        now = 2_001;
        Files.writeString(log, "one\ntwo\nthree\n");
        Files.setLastModifiedTime(log, FileTime.fromMillis(1_998));
        look(1);
        assertThat(since(2_000)).isEqualTo("three\n");
    }

    @Test
    void aLineThatWasBegunBeforeIsShownWhole() throws IOException {
        at(1_000, "one\nloading ...");
        at(2_000, "one\nloading ... done\n");

        assertThat(since(1_000)).isEqualTo("loading ... done\n");
    }

    @Test
    void whatNobodyLookedAtIsShownRatherThanLeftOut() throws IOException {
        Files.writeString(log, "one\n");
        now = Files.getLastModifiedTime(log).toMillis();

        assertThat(since(now)).isEqualTo("one\n");
        assertThat(since(now + 101)).isEmpty();
    }

    @Test
    void notesOnlyChanges() throws IOException {
        at(1_000, "one\n");
        at(2_000, "one\n");
        at(3_000, "one\n");

        assertThat(Files.size(LogTimes.index(log))).isEqualTo(PAIR_BYTES);
    }

    @Test
    void aLaterAgentGoesOnBehindTheLastWholePair() throws IOException {
        at(1_000, "one\n");
        Files.write(LogTimes.index(log), new byte[3], java.nio.file.StandardOpenOption.APPEND);
        times = new LogTimes(() -> Instant.ofEpochMilli(now));
        at(5_000, "one\ntwo\n");
        at(6_000, "one\ntwo\nthree\n");

        assertThat(Files.size(LogTimes.index(log))).isEqualTo(3 * PAIR_BYTES);
        assertThat(since(1_000)).isEqualTo("two\nthree\n");
        assertThat(since(5_000)).isEqualTo("three\n");
    }

    @Test
    void theIndexOfALongLifeLosesEverySecondPair() throws IOException {
        int most = 64 * 1024;
        StringBuilder text = new StringBuilder();
        Files.write(LogTimes.index(log), new byte[(most - 1) * PAIR_BYTES]);
        at(1_000, text.append("one\n").toString());

        assertThat(Files.size(LogTimes.index(log))).isEqualTo((long) most / 2 * PAIR_BYTES);
        at(2_000, text.append("two\n").toString());
        assertThat(since(1_000)).isEqualTo("two\n");
    }

    @Test
    void theIndexGoesWithTheLogOfAnEarlierAttempt() throws IOException {
        at(1_000, "one\n");
        at(2_000, "one\ntwo\n");
        LogFiles.prepare(directory, 2);
        Files.writeString(log, "other\n");
        now = 3_000;
        look(2);
        log = directory.resolve("attempt-1/stdout.log");

        assertThat(since(1_000)).isEqualTo("two\n");
    }

    @Test
    void followsNoLinkOfTheUser() throws IOException {
        Path other = directory.resolve("other");
        Files.writeString(other, "precious");
        Files.createSymbolicLink(LogTimes.index(log), other);
        at(1_000, "one\n");

        assertThat(other).hasContent("precious");
    }
}
