package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePeak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class PeaksTest {

    private static final AttemptId ID = new AttemptId(1, 1, 1);

    @TempDir private Path temporary;
    private AttemptDirectory directory;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        directory = new AttemptDirectory(temporary.resolve("1.1.1"));
        directory.create(new byte[] {1});
        file = directory.path().resolve("peaks");
    }

    private Peaks peaks() {
        return new Peaks(ID, directory);
    }

    @Test
    void keepsTheHighestOfEachDeviceForTheNextAgent() throws IOException {
        Peaks peaks = peaks();
        peaks.note(3, 8);
        peaks.note(0, 200);
        peaks.note(0, 11_210);
        peaks.note(0, 300);
        peaks.note(1, 0);
        assertThat(peaks.all()).containsExactly(new DevicePeak(0, 11_210), new DevicePeak(3, 8));
        assertThat(directory.peaks()).isEqualTo(peaks.all());
        Peaks next = peaks();
        next.note(3, 7);
        next.note(0, 11_211);
        assertThat(next.all()).containsExactly(new DevicePeak(0, 11_211), new DevicePeak(3, 8));
        assertThat(peaks().all()).isEqualTo(next.all());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0 112",
                "0 11210\n",
                "0 11210\n.",
                "0 11210\n1 5\n",
                "0 -5\n.\n",
                "0 99999999999999999999\n.\n",
                "a b\n.\n",
                ".\n0 5\n.\n",
                "0 5\n.\n\u0000\u0000",
                "\u0000\u0000\u0000\u0000"
            })
    void tornOrForeignContentReadsAsNothing(String content) throws IOException {
        Files.writeString(file, content);
        assertThat(directory.peaks()).isEmpty();
        Peaks peaks = peaks();
        peaks.note(0, 5);
        assertThat(peaks().all()).containsExactly(new DevicePeak(0, 5));
    }

    @Test
    void aFileThatCannotBeReadOrWrittenCostsOnlyItself() throws IOException {
        Files.createDirectory(file);
        Path temporaryFile = Files.createDirectory(directory.path().resolve("peaks.tmp"));
        Peaks peaks = peaks();
        peaks.note(0, 200);
        assertThat(peaks.all()).containsExactly(new DevicePeak(0, 200));
        Files.delete(temporaryFile);
        Files.delete(file);
        peaks.note(0, 100);
        assertThat(peaks().all()).as("written at the next look").isEqualTo(peaks.all());
    }

    @Test
    void leavesADirectoryAloneThatIsNotThereOrAboutToGo() throws IOException {
        Peaks peaks = peaks();
        peaks.close();
        peaks.note(0, 5);
        assertThat(file).doesNotExist();
        directory.delete();
        peaks().note(0, 5);
        assertThat(directory.path()).doesNotExist();
    }
}
