package io.cattino.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.core.StateImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StateCodecTest {
    @Test
    void goldenBytesMeanWhatTheyMeantAndAreWhatIsWritten() throws Exception {
        golden("state.bin", Samples.image());
    }

    @Test
    void whatCameLaterHasGoldenBytesOfItsOwn() throws Exception {
        golden("state-later.bin", Samples.laterImage());
        golden("state-peaks.bin", Samples.imageWithPeaks());
        golden("state-over-use.bin", Samples.imageWithOverUse());
        golden("state-trouble.bin", Samples.imageWithTrouble());
        golden("state-memory.bin", Samples.imageWithMemory());
    }

    private static void golden(String name, StateImage image) throws Exception {
        byte[] today = bytes(image);
        byte[] golden = Golden.bytes(name, today);
        assertThat(read(golden)).isEqualTo(image);
        assertThat(today).isEqualTo(golden);
    }

    @Test
    void anyImageComesBackTheSame() throws Exception {
        long seed = new SplittableRandom().nextLong();
        RandomRecords random = new RandomRecords(seed);
        for (int i = 0; i < 500; i++) {
            StateImage image = random.next(StateImage.class);
            assertThat(read(bytes(image))).as("seed %d", seed).isEqualTo(image);
        }
    }

    @Test
    void everyTruncationIsRefused() throws Exception {
        byte[] bytes = bytes(Samples.image());
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(part))
                    .as("%d bytes", length)
                    .isInstanceOf(Exception.class);
        }
    }

    @Test
    void whatFollowsTheEndIsRefused() throws Exception {
        byte[] bytes = bytes(Samples.image());
        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("follows");
    }

    @Test
    void aLengthThatCannotBeIsRefusedBeforeAnythingIsAllocated() {
        byte[] bomb = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
        assertThatThrownBy(() -> read(bomb))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("2147483647");
    }

    private static byte[] bytes(StateImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateCodec.write(image, out);
        return out.toByteArray();
    }

    private static StateImage read(byte[] bytes) throws Exception {
        return StateCodec.read(new ByteArrayInputStream(bytes));
    }
}
