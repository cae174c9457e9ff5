package io.cattino.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.loop.LeaderException;
import io.cattino.coordinator.wire.Texts;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusMapperTest {
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        new Rejection.Invalid("f", "t", "h"),
                        Code.INVALID_ARGUMENT,
                        "INVALID_REQUEST"),
                Arguments.of(
                        new Rejection.RequestIdReused("X"),
                        Code.ALREADY_EXISTS,
                        "REQUEST_ID_REUSED"),
                Arguments.of(
                        new Rejection.NameExists("n", "t", "h"),
                        Code.ALREADY_EXISTS,
                        "NAME_EXISTS"),
                Arguments.of(
                        new Rejection.NotFound("task", "n", List.of("m")),
                        Code.NOT_FOUND,
                        "NOT_FOUND"),
                Arguments.of(
                        new Rejection.Cycle(List.of("a", "b", "a")),
                        Code.INVALID_ARGUMENT,
                        "CYCLE"),
                Arguments.of(
                        new Rejection.NeverFits("n", "t", ""),
                        Code.FAILED_PRECONDITION,
                        "NEVER_FITS"),
                Arguments.of(
                        new Rejection.WrongState("n", "t", "h"),
                        Code.FAILED_PRECONDITION,
                        "WRONG_STATE"),
                Arguments.of(new Rejection.Limit("f", "t", "h"), Code.RESOURCE_EXHAUSTED, "LIMIT"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void givesEveryRefusalItsCodeReasonAndHint(Rejection rejection, Code code, String reason)
            throws Exception {
        StatusRuntimeException e = StatusMapper.of(rejection);
        assertThat(e.getStatus().getCode()).isEqualTo(code);
        ErrorInfo info = info(e);
        assertThat(info.getDomain()).isEqualTo("cattino");
        assertThat(info.getReason()).isEqualTo(reason);
        assertThat(info.getMetadataMap()).containsKey("hint");
    }

    @Test
    void namesTheFieldInTextAndMetadata() throws Exception {
        StatusRuntimeException e =
                StatusMapper.of(
                        new Rejection.Invalid("tasks[3].cpus", "-1 is too few", "0 is fine"));
        assertThat(e.getStatus().getDescription()).isEqualTo("tasks[3].cpus: -1 is too few");
        assertThat(info(e).getMetadataMap())
                .containsEntry("field", "tasks[3].cpus")
                .containsEntry("hint", "0 is fine");
    }

    @Test
    void showsTheWholeOfAShortCycleAndTheEndsOfALongOne() {
        List<String> longOne = Collections.nCopies(100_000, "node");
        assertThat(
                        StatusMapper.of(new Rejection.Cycle(List.of("a", "b", "a")))
                                .getStatus()
                                .getDescription())
                .contains("a → b → a");
        assertThat(StatusMapper.of(new Rejection.Cycle(longOne)).getStatus().getDescription())
                .contains("(99990 more)");
    }

    @Test
    void fitsIntoTheMetadataThatClientsAccept() {
        String huge = "é\u4E00".repeat(100_000);
        Metadata trailers =
                StatusMapper.of(new Rejection.NameExists(huge, huge, huge)).getTrailers();
        int bytes = 0;
        assertThat(trailers).isNotNull();
        if (trailers != null) {
            for (byte[] part : InternalMetadata.serialize(trailers)) {
                bytes += part.length * 4 / 3;
            }
        }
        String description =
                String.valueOf(
                        StatusMapper.of(new Rejection.NameExists(huge, huge, huge))
                                .getStatus()
                                .getDescription());
        assertThat(bytes + 3 * Texts.bytes(description)).isLessThan(8_192);
    }

    @Test
    void tellsWhoLeadsAndThatOverloadPasses() throws Exception {
        LeaderException gone = new LeaderException(LeaderException.Kind.NOT_LEADING, "gone", "h:1");
        assertThat(StatusMapper.of(gone).getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(info(StatusMapper.of(gone)).getMetadataMap()).containsEntry("leader", "h:1");
        LeaderException full = new LeaderException(LeaderException.Kind.OVERLOADED, "full");
        assertThat(StatusMapper.of(full).getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(info(StatusMapper.of(full)).getReason()).isEqualTo("OVERLOADED");
    }

    static ErrorInfo info(StatusRuntimeException e) throws InvalidProtocolBufferException {
        com.google.rpc.Status status =
                Optional.ofNullable(StatusProto.fromThrowable(e)).orElseThrow();
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                return detail.unpack(ErrorInfo.class);
            }
        }
        throw new AssertionError("no ErrorInfo in " + status);
    }
}
