package io.cattino.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.wire.Digests;
import io.cattino.proto.journal.v1.FactRecord;
import io.cattino.proto.journal.v1.Finished;
import io.cattino.proto.journal.v1.Moment;
import io.cattino.proto.journal.v1.Outcome;
import io.cattino.proto.journal.v1.Requeued;
import io.cattino.proto.journal.v1.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FactCodecTest {
    static Stream<Fact> samples() {
        return Samples.facts().stream();
    }

    @Test
    void everyKindOfFactHasASample() {
        List<? extends Class<?>> kinds =
                Arrays.stream(Fact.class.getPermittedSubclasses())
                        .filter(Fact.class::isAssignableFrom)
                        .toList();
        assertThat(Samples.facts()).extracting(Object::getClass).hasSameSizeAs(kinds);
        assertThat(Samples.facts().stream().map(Object::getClass).toList())
                .hasSameElementsAs(kinds);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void goldenBytesMeanWhatTheyMeantAndAreWhatIsWritten(Fact fact) throws Exception {
        golden(fact.getClass().getSimpleName(), fact);
    }

    @Test
    void whatCameToAKindLaterHasGoldenBytesOfItsOwn() throws Exception {
        golden("EndedInGroupStart", Samples.endedInGroupStart());
        golden("EndedWithPeaks", Samples.endedWithPeaks());
        golden("ChangedWithWhere", Samples.changedWithWhere());
        golden("ChangedToAuto", Samples.changedToAuto());
        golden("NodeRegisteredWithCards", Samples.nodeRegisteredWithCards());
        golden("NodeRegisteredWithLinks", Samples.nodeRegisteredWithLinks());
        for (Map.Entry<String, Fact> later : Samples.factsWithLoss().entrySet()) {
            golden(later.getKey(), later.getValue());
        }
        for (Map.Entry<String, Fact> later : Samples.factsOnMemory().entrySet()) {
            golden(later.getKey(), later.getValue());
        }
    }

    private static void golden(String name, Fact fact) throws Exception {
        byte[] today = Digests.deterministicBytes(FactCodec.encode(fact));
        byte[] golden = Golden.bytes("facts/" + name + ".bin", today);
        assertThat(FactCodec.decode(FactRecord.parseFrom(golden))).isEqualTo(fact);
        assertThat(today).isEqualTo(golden);
    }

    @Test
    void anyFactComesBackTheSame() throws Exception {
        long seed = new SplittableRandom().nextLong();
        RandomRecords random = new RandomRecords(seed);
        for (int i = 0; i < 5_000; i++) {
            Fact fact = random.next(Fact.class);
            byte[] bytes = Digests.deterministicBytes(FactCodec.encode(fact));
            assertThat(FactCodec.decode(FactRecord.parseFrom(bytes)))
                    .as("seed %d", seed)
                    .isEqualTo(fact);
        }
    }

    @Test
    void aKindOfANewerVersionIsRefused() throws Exception {
        FactRecord newer =
                FactRecord.newBuilder()
                        .setAt(Moment.getDefaultInstance())
                        .setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                        .addField(
                                                999,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addLengthDelimited(ByteString.EMPTY)
                                                        .build())
                                        .build())
                        .build();
        assertThatThrownBy(() -> FactCodec.decode(FactRecord.parseFrom(newer.toByteArray())))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("kind that this version does not know");
    }

    @Test
    void valuesOfANewerVersionAreRefused() {
        FactRecord.Builder fact = FactRecord.newBuilder().setAt(Moment.getDefaultInstance());
        Outcome.Builder outcome =
                Outcome.newBuilder().setVerdict(Verdict.VERDICT_FAILED).setCode("Melted");
        refused(fact.setFinished(Finished.newBuilder().setOutcome(outcome)), "Melted");
        refused(
                fact.setFinished(Finished.newBuilder().setOutcome(outcome.setVerdictValue(9))),
                "outcome.verdict 9");
        refused(fact.setRequeued(Requeued.newBuilder().setKindValue(9)), "kind");
        refused(fact.clearAt(), "time");
    }

    private static void refused(FactRecord.Builder fact, String text) {
        assertThatThrownBy(() -> FactCodec.decode(fact.build()))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining(text);
    }
}
