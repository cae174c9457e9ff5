package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorsTest {

    private final FakeCoordinator server = new FakeCoordinator();
    private final MeowClient meow = CallsTest.client(server.address());

    @AfterEach
    void close() {
        meow.close();
        server.close();
    }

    private static ProcTask task(String name) {
        return ProcTask.builder(name).command("true").build();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(Status.Code.NOT_FOUND, "NOT_FOUND", MeowException.NotFound.class),
                Arguments.of(
                        Status.Code.ALREADY_EXISTS,
                        "NAME_EXISTS",
                        MeowException.AlreadyExists.class),
                Arguments.of(
                        Status.Code.FAILED_PRECONDITION,
                        "NEVER_FITS",
                        MeowException.NeverFits.class),
                Arguments.of(
                        Status.Code.FAILED_PRECONDITION,
                        "WRONG_STATE",
                        MeowException.WrongState.class),
                Arguments.of(
                        Status.Code.INVALID_ARGUMENT,
                        "INVALID_TASK",
                        MeowException.InvalidTask.class),
                Arguments.of(
                        Status.Code.INVALID_ARGUMENT, "CYCLE", MeowException.InvalidTask.class),
                Arguments.of(
                        Status.Code.INVALID_ARGUMENT, "LIMIT", MeowException.InvalidTask.class),
                Arguments.of(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "LIMIT",
                        MeowException.ResourceExhausted.class),
                Arguments.of(
                        Status.Code.UNAUTHENTICATED,
                        "UNAUTHENTICATED",
                        MeowException.PermissionDenied.class),
                Arguments.of(
                        Status.Code.INVALID_ARGUMENT,
                        "SOMETHING_NEW",
                        MeowException.InvalidTask.class),
                Arguments.of(Status.Code.UNKNOWN, "SOMETHING_NEW", MeowException.class));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void mapsTheCoordinatorsAccount(
            Status.Code code, String reason, Class<? extends MeowException> type) {
        server.failures.add(
                FakeCoordinator.error(
                        code,
                        "what and why",
                        reason,
                        Map.of("hint", "do that", "field", "tasks[0].name", "more", "x")));
        assertThatThrownBy(() -> meow.submit(task("a")))
                .isExactlyInstanceOf(type)
                .hasMessage("what and why")
                .asInstanceOf(
                        org.assertj.core.api.InstanceOfAssertFactories.type(MeowException.class))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(reason);
                    assertThat(e.hint()).isEqualTo("do that");
                    assertThat(e.field()).isEqualTo("tasks[0].name");
                    assertThat(e.metadata()).isEqualTo(Map.of("more", "x"));
                });
    }

    static Stream<Arguments> bareCodes() {
        return Stream.of(
                Arguments.of(Status.Code.NOT_FOUND, MeowException.NotFound.class),
                Arguments.of(Status.Code.ALREADY_EXISTS, MeowException.AlreadyExists.class),
                Arguments.of(Status.Code.INVALID_ARGUMENT, MeowException.InvalidTask.class),
                Arguments.of(Status.Code.FAILED_PRECONDITION, MeowException.WrongState.class),
                Arguments.of(Status.Code.PERMISSION_DENIED, MeowException.PermissionDenied.class),
                Arguments.of(Status.Code.UNAUTHENTICATED, MeowException.PermissionDenied.class),
                Arguments.of(Status.Code.RESOURCE_EXHAUSTED, MeowException.ResourceExhausted.class),
                Arguments.of(Status.Code.INTERNAL, MeowException.class));
    }

    @ParameterizedTest
    @MethodSource("bareCodes")
    void mapsABareCode(Status.Code code, Class<? extends MeowException> type) {
        server.failures.add(code.toStatus().withDescription("said").asRuntimeException());
        assertThatThrownBy(() -> meow.submit(task("a")))
                .isExactlyInstanceOf(type)
                .hasMessage("said");
    }

    @Test
    void aCallThatTheServerNeverHeardOfMeansThatItIsOlder() {
        server.failures.add(Status.UNIMPLEMENTED.asRuntimeException());
        assertThatThrownBy(() -> meow.submit(task("a")))
                .isInstanceOf(MeowException.class)
                .hasMessageContaining("older than this client")
                .extracting(failure -> ((MeowException) failure).hint())
                .asString()
                .contains("meow --version");
    }
}
