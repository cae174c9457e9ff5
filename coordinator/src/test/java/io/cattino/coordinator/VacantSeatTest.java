package io.cattino.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.Refusal;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.WatchEventsRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A coordinator that stands by: its ports are open, and it says who may lead. */
class VacantSeatTest {

    private TestCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void everyCallIsToldWhoMayLead() {
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        coordinator.vacate();
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(
                        () -> coordinator.tasks().listTasks(ListTasksRequest.getDefaultInstance()),
                        () -> coordinator.tasks().submit(TestCoordinator.submission("b").build()),
                        () ->
                                coordinator
                                        .tasks()
                                        .listEvents(ListEventsRequest.getDefaultInstance()),
                        () ->
                                coordinator
                                        .tasks()
                                        .watchEvents(
                                                WatchEventsRequest.newBuilder()
                                                        .setAfterRevision(1)
                                                        .build())
                                        .next(),
                        () ->
                                coordinator
                                        .cluster()
                                        .getStatus(GetStatusRequest.getDefaultInstance()))) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refused -> {
                                ErrorInfo info = info(refused);
                                assertThat(info.getReason()).isEqualTo("NOT_LEADER");
                                assertThat(info.getMetadataMap())
                                        .containsEntry("leader", TestCoordinator.OTHER);
                            });
        }
    }

    private static ErrorInfo info(StatusRuntimeException refused) {
        Status status = StatusProto.fromThrowable(refused);
        assertThat(status).isNotNull();
        try {
            return status.getDetails(0).unpack(ErrorInfo.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void sessionsEndWithTheLeadershipAndAgentsAreSentOn() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        coordinator.vacate();
        assertThat(agent.next(MessageCase.REFUSAL).getRefusal().getCode())
                .isEqualTo(Refusal.Code.CODE_NOT_LEADER);
    }

    @Test
    void itIsHealthyAndNotReady() {
        assertThat(coordinator.server().readiness().ready()).isTrue();
        coordinator.vacate();
        assertThat(coordinator.server().readiness().ready()).isFalse();
        assertThat(coordinator.server().readiness().text()).isEqualTo("not leading");
    }

    @Test
    void itMeasuresThatItDoesNotLead() {
        CollectorRegistry registry = new CollectorRegistry();
        CoordinatorMetrics metrics =
                new CoordinatorMetrics(registry, new BuildInfo("0", "unknown"));
        assertThat(registry.getSampleValue("cattino_leader")).isZero();
        try (CoordinatorMetrics.Observation _ =
                metrics.observe(coordinator.loop(), Duration.ofSeconds(5))) {
            assertThat(registry.getSampleValue("cattino_leader")).isOne();
        }
        assertThat(registry.getSampleValue("cattino_leader")).isZero();
        assertThat(
                        registry.getSampleValue(
                                "cattino_tasks", new String[] {"state"}, new String[] {"done"}))
                .isNull();
    }
}
