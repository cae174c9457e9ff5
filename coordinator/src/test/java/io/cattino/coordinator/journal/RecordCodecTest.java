package io.cattino.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.Fact;
import io.cattino.proto.journal.v1.Record;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private final byte[] facts = RecordCodec.encode(Samples.firstFacts());

    @Test
    void goldenRecord() throws Exception {
        byte[] today =
                new RecordPacker(7, 0x1234_5678_9abc_def0L, 42).pack(100, facts).getFirst().bytes();
        byte[] golden = Golden.bytes("record.bin", today);
        BatchAssembler.Whole batch = new BatchAssembler(42).add(golden).orElseThrow();
        assertThat(batch.facts()).isEqualTo(Samples.firstFacts());
        assertThat(batch.firstRevision()).isEqualTo(100);
        assertThat(today).isEqualTo(golden);
    }

    @Test
    void everyFlippedBitAndEveryTruncationIsNoticed() throws Exception {
        byte[] record = new RecordPacker(1, 1, 1).pack(1, facts).getFirst().bytes();
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] flipped = record.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            refused(new BatchAssembler(1), flipped, "record 1");
        }
        for (int length = 0; length < record.length; length++) {
            refused(new BatchAssembler(1), Arrays.copyOf(record, length), "record 1");
        }
    }

    @Test
    void lengthsThatCannotBeAreRefusedWithoutAllocatingThem() {
        // FactBatch.facts of 2 GiB, in a record whose checksum is right
        ByteString bomb =
                ByteString.copyFrom(
                        new byte[] {0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7});
        refused(
                new BatchAssembler(1),
                RecordCodec.encode(record().setFacts(bomb).build()),
                "cannot be read");
        refused(
                new BatchAssembler(1),
                Seal.seal(Record.newBuilder().setFacts(bomb).build()),
                "format 0");
    }

    @Test
    void aNewerFormatIsRefused() {
        refused(
                new BatchAssembler(1),
                Seal.seal(record().setFormat(2).build()),
                "has format 2; this version reads format 1");
    }

    @Test
    void recordsThatDoNotFollowAreRefused() throws Exception {
        refused(
                new BatchAssembler(2),
                RecordCodec.encode(record().build()),
                "says that it is record 1");
        List<RecordPacker.Packed> parts = new RecordPacker(3, 1, 1).pack(1, new byte[200_000]);
        refused(new BatchAssembler(2), parts.get(1).bytes(), "goes on with batch 1");

        BatchAssembler unfinished = new BatchAssembler(1);
        assertThat(unfinished.add(parts.getFirst().bytes())).isEmpty();
        assertThat(unfinished.torn()).isTrue();
        byte[] sameEpoch = new RecordPacker(3, 1, 2).pack(1, facts).getFirst().bytes();
        refused(unfinished, sameEpoch, "batch 1 has not ended");
        byte[] olderEpoch = new RecordPacker(2, 1, 2).pack(1, facts).getFirst().bytes();
        refused(unfinished, olderEpoch, "epoch 2, after one of epoch 3");
        byte[] newerEpoch = new RecordPacker(4, 1, 2).pack(1, facts).getFirst().bytes();
        assertThat(unfinished.add(newerEpoch).orElseThrow().facts())
                .isEqualTo(Samples.firstFacts());
    }

    @Test
    void batchesMayBeConcatenated() throws Exception {
        Fact fact = Samples.firstFacts().getFirst();
        ByteString two =
                ByteString.copyFrom(RecordCodec.encode(List.of(fact)))
                        .concat(ByteString.copyFrom(facts));
        assertThat(RecordCodec.decode(two)).hasSize(Samples.firstFacts().size() + 1);
    }

    private static Record.Builder record() {
        return Record.newBuilder().setNumber(1).setBatch(1).setLast(true).setFirstRevision(1);
    }

    private static void refused(BatchAssembler records, byte[] bytes, String text) {
        assertThatThrownBy(() -> records.add(bytes))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining(text);
    }
}
