package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.proto.v1.SubmitRequest;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunkedSubmitTest {

    private final FakeCoordinator server = new FakeCoordinator();
    private final MeowClient meow = CallsTest.client(server.address());

    @AfterEach
    void close() {
        meow.close();
        server.close();
    }

    private static List<ProcTask> tasks(int count, String argument) {
        return IntStream.range(0, count)
                .mapToObj(i -> ProcTask.builder("t" + i).command("echo", argument).build())
                .toList();
    }

    private static SubmitRequest merged(List<SubmitRequest> parts) {
        SubmitRequest.Builder whole = SubmitRequest.newBuilder();
        parts.forEach(whole::mergeFrom);
        return whole.build();
    }

    @Test
    void manyTasksGoInParts() {
        TaskGroup group = TaskGroup.builder("g").add(tasks(30_000, "x")).sequential().build();

        SubmissionHandle handle = meow.submit(Submission.of(group));

        assertThat(server.submits).isEmpty();
        List<SubmitRequest> parts = server.chunkedSubmits.getFirst();
        assertThat(parts)
                .hasSizeGreaterThan(1)
                .allSatisfy(part -> assertThat(part.getSerializedSize()).isLessThan(2 << 20));
        assertThat(parts.stream().filter(SubmitRequest::hasContext)).hasSize(1);
        SubmitRequest whole = merged(parts);
        assertThat(whole.getTasksCount()).isEqualTo(30_000);
        assertThat(whole.getTasks(29_999).getFullname()).isEqualTo("g/t29999");
        assertThat(whole.getEdgesCount()).isEqualTo(29_999);
        assertThat(whole.getGroupsCount()).isEqualTo(1);
        assertThat(whole.getRequestId()).isEqualTo(handle.id());
        assertThat(handle.tasks()).hasSize(30_000);
    }

    @Test
    void largeTasksGoInPartsAndAgainUnderTheSameId() {
        server.failures.add(Status.UNAVAILABLE.asRuntimeException());
        meow.submit(Submission.builder().add(tasks(100, "x".repeat(100_000))).build());

        assertThat(server.chunkedSubmits).hasSize(2);
        assertThat(merged(server.chunkedSubmits.get(1)))
                .isEqualTo(merged(server.chunkedSubmits.get(0)));
    }

    @Test
    void smallOnesDoNot() {
        meow.submit(Submission.builder().add(tasks(10_000, "x")).build());
        assertThat(server.chunkedSubmits).isEmpty();
        assertThat(server.submits).hasSize(1);
    }
}
