package io.cattino.client;

import static io.cattino.client.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogStreamTest {

    private static final byte[] LOG = "eins\nzwei ä\ndrei\n".getBytes(StandardCharsets.UTF_8);

    private final FakeCoordinator server = new FakeCoordinator();
    private final MeowClient meow = CallsTest.client(server.address());

    @AfterEach
    void close() {
        meow.close();
        server.close();
    }

    private static ReadLogResponse piece(int from, int to, boolean end) {
        return ReadLogResponse.newBuilder()
                .setData(ByteString.copyFrom(LOG, from, to - from))
                .setOffset(from)
                .setAttempt(2)
                .setEnd(end)
                .build();
    }

    @Test
    void readsToTheEnd() throws Exception {
        server.logs((_, observer) -> {
            observer.onNext(piece(0, 7, false));
            observer.onNext(piece(7, LOG.length, true));
            observer.onCompleted();
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogStream log = meow.log("a", LogKind.STDERR)) {
            assertThat(server.logReads).isEmpty();
            assertThat(log.transferTo(out)).isEqualTo(LOG.length);
            assertThat(log.ended()).isTrue();
            assertThat(log.attempt()).isEqualTo(2);
            assertThat(log.offset()).isEqualTo(LOG.length);
        }
        assertThat(out.toByteArray()).isEqualTo(LOG);
    }

    @Test
    void takesUpABrokenStreamAtTheByte() {
        AtomicInteger opened = new AtomicInteger();
        server.logs((request, observer) -> {
            switch (opened.getAndIncrement()) {
                case 0 -> {
                    observer.onNext(piece(0, 7, false));
                    observer.onError(Status.UNAVAILABLE.asRuntimeException());
                }
                case 1 -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
                case 2 -> {
                    // a server that begins a little earlier than asked
                    observer.onNext(piece((int) request.getOffset() - 3, 12, false));
                    observer.onCompleted();
                }
                default -> {
                    observer.onNext(piece((int) request.getOffset(), LOG.length, true));
                    observer.onCompleted();
                }
            }
        });
        try (LogStream log = meow.log("a", LogKind.STDOUT).follow();
                Stream<String> lines = log.lines()) {
            assertThat(lines.toList()).containsExactly("eins", "zwei ä", "drei");
        }
        assertThat(server.logReads)
                .extracting(ReadLogRequest::getOffset)
                .containsExactly(0L, 7L, 7L, 12L);
        assertThat(server.logReads)
                .extracting(ReadLogRequest::getAttempt)
                .containsExactly(0, 2, 2, 2);
        assertThat(server.logReads).allSatisfy(request -> assertThat(request.getFollow()).isTrue());
    }

    @Test
    void readsATail() {
        server.logs((request, observer) -> {
            if (request.getOffset() < 0) {
                observer.onNext(
                        piece(LOG.length + (int) request.getOffset(), LOG.length - 2, false));
                observer.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
                observer.onNext(piece((int) request.getOffset(), LOG.length, true));
                observer.onCompleted();
            }
        });
        try (LogStream log = meow.log("a", LogKind.STDOUT).tail(5)) {
            assertThat(log.lines().toList()).containsExactly("drei");
        }
        assertThat(server.logReads)
                .extracting(ReadLogRequest::getOffset)
                .containsExactly(-5L, (long) LOG.length - 2);
    }

    @Test
    void tellsWhatIsNotThereAnyMore() {
        long dropped = 9L << 30;
        server.logs((request, observer) -> {
            if (request.getOffset() == 0) {
                observer.onNext(piece(0, 5, false));
                observer.onNext(
                        piece(5, 9, false).toBuilder()
                                .setOffset(5 + dropped)
                                .setDropped(dropped)
                                .build());
                observer.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
                observer.onNext(
                        piece(9, LOG.length, true).toBuilder().setOffset(9 + dropped).build());
                observer.onCompleted();
            }
        });
        try (LogStream log = meow.log("a", LogKind.STDOUT)) {
            assertThat(log.read()).hasSize(5);
            assertThat(log.dropped()).isZero();
            assertThat(log.read()).hasSize(4);
            assertThat(log.dropped()).isEqualTo(dropped);
            assertThat(log.read()).hasSize(LOG.length - 9);
            assertThat(log.dropped()).isEqualTo(dropped);
            assertThat(log.offset()).isEqualTo(LOG.length + dropped);
        }
    }

    @Test
    void throwsWhatTheCoordinatorRefuses() {
        server.logs((_, observer) ->
                observer.onError(
                        FakeCoordinator.error(
                                Status.Code.NOT_FOUND, "no task 'a'", "NOT_FOUND", Map.of())));
        try (LogStream log = meow.log("a", LogKind.STDOUT)) {
            assertThatThrownBy(log::read)
                    .isInstanceOf(MeowException.NotFound.class)
                    .hasMessage("no task 'a'");
        }
    }

    @Test
    void givesUpWhenNobodyIsThere() {
        server.stop();
        try (LogStream log = meow.log("a", LogKind.STDOUT).follow()) {
            assertThatThrownBy(log::read).isInstanceOf(MeowException.Unavailable.class);
        }
    }

    @Test
    void closingEndsAReadThatIsBlocked() {
        List<StreamObserver<ReadLogResponse>> open =
                new java.util.concurrent.CopyOnWriteArrayList<>();
        server.logs((_, observer) -> open.add(observer));
        LogStream log = meow.log("a", LogKind.STDOUT).follow();
        CompletableFuture<Boolean> atEnd =
                CompletableFuture.supplyAsync(() -> log.read() == null, Thread::startVirtualThread);
        await().until(() -> !open.isEmpty());
        log.close();
        assertThat(atEnd.join()).isTrue();
    }
}
