package io.cattino.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.ErrorInfo;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskQuery;
import io.cattino.proto.v1.TaskSelector;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A coordinator for every test, and what the tests of the services ask of it. */
abstract class ServiceTest {
    TestCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    static void refused(ThrowingCallable call, Code code, String reason, Consumer<ErrorInfo> more) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(code);
                            try {
                                ErrorInfo info = StatusMapperTest.info(e);
                                assertThat(info.getReason()).isEqualTo(reason);
                                more.accept(info);
                            } catch (IOException impossible) {
                                throw new AssertionError(impossible);
                            }
                        });
    }

    static TaskSelector names(String... names) {
        return TaskSelector.newBuilder().addAllNames(List.of(names)).build();
    }

    Task task(String name) {
        return coordinator
                .tasks()
                .getTask(GetTaskRequest.newBuilder().setFullname(name).build())
                .getTask();
    }

    ListTasksResponse list(TaskQuery.Builder query) {
        return coordinator.tasks().listTasks(ListTasksRequest.newBuilder().setQuery(query).build());
    }
}
