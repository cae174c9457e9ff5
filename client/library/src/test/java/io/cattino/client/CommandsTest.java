package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.cattino.proto.v1.HoldFencesRequest;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ListEventsResponse;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.ParentList;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.cattino.proto.v1.RecordedEvent;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskEvent;
import io.cattino.proto.v1.TaskStatus;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandsTest {

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

    @Test
    void handingInTheSameObjectAgainIsTheSameRequest() {
        Submission submission = Submission.of(task("a"));
        meow.submit(submission);
        meow.submit(submission);
        meow.submit(task("b"));
        assertThat(server.submits.stream().map(SubmitRequest::getRequestId).distinct()).hasSize(2);
    }

    @Test
    void sendsWhatWasBuilt() {
        ProcTask train =
                ProcTask.builder("train")
                        .command("python train.py --out '${run_dir}'")
                        .minDevices(2)
                        .memoryPerDevice(Memory.fraction(0.5))
                        .cpus(4)
                        .priority(5)
                        .env("SEED", "1")
                        .label("exp", "7")
                        .workingDirectory(Path.of("/data"))
                        .onDisconnect(OnDisconnect.REQUEUE)
                        .lostAfter(Duration.ofMillis(90_500))
                        .build();
        ProcTask eval = ProcTask.builder("eval").shell("a | b").build();
        TaskGroup group = TaskGroup.builder("g").add(train, eval).sequential().open(true).build();
        SubmitContext context =
                SubmitContext.builder()
                        .environment(Map.of("A", "b"))
                        .umask(077)
                        .user("u")
                        .host("h")
                        .build();

        SubmissionHandle handle =
                meow.submit(
                        Submission.builder()
                                .add(group)
                                .context(context)
                                .override(OverrideMode.RENAME)
                                .allowUnfit(true)
                                .build());

        SubmitRequest sent = server.submits.getFirst();
        assertThat(sent.getTasks(0).getFullname()).isEqualTo("g/train");
        assertThat(sent.getTasks(0).getCommand().getArgvList())
                .containsExactly("python", "train.py", "--out", "${run_dir}");
        assertThat(sent.getTasks(0).getDevices().getCount()).isEqualTo(2);
        assertThat(sent.getTasks(0).getDevices().getSharePpm()).isEqualTo(500_000);
        assertThat(sent.getTasks(0).getPriority()).isEqualTo(5);
        assertThat(sent.getTasks(0).getWorkingDirectory()).isEqualTo("/data");
        assertThat(sent.getTasks(0).getOnDisconnect())
                .isEqualTo(io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_REQUEUE);
        assertThat(sent.getTasks(0).getLostAfter())
                .isEqualTo(seconds(90).toBuilder().setNanos(500_000_000).build());
        assertThat(sent.getTasks(1).getOnDisconnect())
                .isEqualTo(io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_UNSPECIFIED);
        assertThat(sent.getTasks(1).hasLostAfter()).isFalse();
        assertThat(sent.getTasks(1).getCommand().getShell()).isTrue();
        assertThat(sent.getTasks(1).hasDevices()).isFalse();
        assertThat(sent.getGroups(0).getOpen()).isTrue();
        assertThat(sent.getEdges(0).getFrom()).isEqualTo("g/train");
        assertThat(sent.getEdges(0).getTo()).isEqualTo("g/eval");
        assertThat(sent.getContext().getUmask()).isEqualTo(077);
        assertThat(sent.getContext().getEnvironmentMap()).isEqualTo(Map.of("A", "b"));
        assertThat(sent.getAllowUnfit()).isTrue();
        assertThat(handle.runDir()).isEqualTo("/runs/1");
        assertThat(handle.group("g").task("train").fullname()).isEqualTo("g/train");
        TaskInfo.Spec read = handle.task("g/train").info().spec();
        assertThat(read.onDisconnect()).isEqualTo(OnDisconnect.REQUEUE);
        assertThat(read.lostAfter()).isEqualTo(Duration.ofMillis(90_500));
        assertThat(handle.task("g/eval").info().spec().lostAfter()).isNull();
        assertThat(handle.task("g/eval").info().status())
                .isEqualTo(io.cattino.client.TaskStatus.WAITING);
    }

    @Test
    void handlesThrowWhatIsInTheWay() {
        server.add("done", TaskStatus.TASK_STATUS_DONE);
        assertThatThrownBy(() -> meow.task("done").cancel())
                .isInstanceOf(MeowException.WrongState.class);
        assertThat(meow.cancel(TaskSelector.names("done", "other"), "why"))
                .extracting(TaskChange::outcome)
                .containsExactly(TaskChange.Outcome.WRONG_STATE, TaskChange.Outcome.CHANGED);
        assertThat(server.cancels.getLast().getReason()).isEqualTo("why");
        assertThatThrownBy(() -> meow.task("nobody")).isInstanceOf(MeowException.NotFound.class);
        assertThatThrownBy(() -> meow.group("nobody")).isInstanceOf(MeowException.NotFound.class);
        assertThatThrownBy(() -> meow.group("done"))
                .isInstanceOf(MeowException.NotFound.class)
                .hasMessageContaining("is a task");
    }

    @Test
    void asksForEventsByEveryPartAndSkipsKindsItDoesNotKnow() {
        Instant time = Instant.parse("2026-11-23T08:00:00.5Z");
        server.events =
                ListEventsResponse.newBuilder()
                        .setRevision(90)
                        .setTruncated(true)
                        .setForgottenRevision(7)
                        .addEvents(
                                RecordedEvent.newBuilder()
                                        .setRevision(88)
                                        .setEvent(
                                                TaskEvent.newBuilder()
                                                        .setKind(TaskEvent.Kind.KIND_STARTED)
                                                        .setTaskId(4)
                                                        .setFullname("a")
                                                        .setStatus(TaskStatus.TASK_STATUS_RUNNING)
                                                        .setAttempt(2)
                                                        .setNode("n1")))
                        .addEvents(
                                RecordedEvent.newBuilder()
                                        .setRevision(89)
                                        .setEvent(TaskEvent.newBuilder().setKindValue(99)))
                        .build();
        EventListing listing =
                meow.events(
                        EventQuery.of(TaskQuery.task("a").withUser("ada"))
                                .after(5)
                                .since(time)
                                .onNode("n1")
                                .newest(20));
        assertThat(server.eventQueries)
                .containsExactly(
                        ListEventsRequest.newBuilder()
                                .setQuery(
                                        io.cattino.proto.v1.TaskQuery.newBuilder()
                                                .addNames("a")
                                                .setUser("ada"))
                                .setAfterRevision(5)
                                .setSince(
                                        Timestamp.newBuilder()
                                                .setSeconds(time.getEpochSecond())
                                                .setNanos(500_000_000))
                                .setNode("n1")
                                .setLimit(20)
                                .build());
        assertThat(listing)
                .isEqualTo(
                        new EventListing(
                                List.of(
                                        new io.cattino.client.TaskEvent(
                                                88,
                                                io.cattino.client.TaskEvent.Kind.STARTED,
                                                4,
                                                "a",
                                                io.cattino.client.TaskStatus.RUNNING,
                                                Reason.none(),
                                                2,
                                                "n1",
                                                null,
                                                null,
                                                false)),
                                90,
                                true,
                                7));
    }

    @Test
    void plansWithoutStoring() {
        Plan plan =
                meow.plan(Submission.of(ProcTask.builder("a").command("true").hold(true).build()));
        SubmitRequest sent = server.submits.getFirst();
        assertThat(sent.getDryRun()).isTrue();
        assertThat(sent.getTasks(0).getHold()).isTrue();
        assertThat(plan.fullnames()).containsExactly("a");
        meow.submit(task("b"));
        assertThat(server.submits.getLast().getDryRun()).isFalse();
        assertThat(server.submits.getLast().getTasks(0).getHold()).isFalse();
    }

    @Test
    void readsTheLastLinesAndGoesOnFromTheByteWhereTheyBegan() {
        List<ReadLogRequest> asked = new CopyOnWriteArrayList<>();
        server.logs((request, observer) -> {
            asked.add(request);
            if (asked.size() == 1) {
                observer.onNext(piece("two\n", 4, false));
                observer.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
                observer.onNext(piece("three\n", 8, true));
                observer.onCompleted();
            }
        });
        try (LogStream log = meow.log("a", LogKind.STDOUT).tailLines(2).follow()) {
            assertThat(log.lines()).containsExactly("two", "three");
        }
        assertThat(asked).extracting(ReadLogRequest::getTailLines).containsExactly(2L, 0L);
        assertThat(asked).extracting(ReadLogRequest::getOffset).containsExactly(0L, 8L);
        assertThat(asked).extracting(ReadLogRequest::hasTailLines).containsExactly(true, false);
        assertThatThrownBy(() -> meow.log("a", LogKind.STDOUT).tailLines(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ReadLogResponse piece(String text, long offset, boolean end) {
        return ReadLogResponse.newBuilder()
                .setData(ByteString.copyFromUtf8(text))
                .setOffset(offset)
                .setAttempt(1)
                .setEnd(end)
                .build();
    }

    @Test
    void setsAttributesAndFindsSettingsByEitherSpelling() {
        meow.set("a", TaskAttr.PRIORITY, 9);
        meow.set("a", TaskAttr.DEVICES, DeviceNeed.of(2, Memory.mib(5)));
        meow.set("g/a", TaskAttr.NAME, "first");
        meow.set("b", TaskAttr.AFTER, Parents.of(List.of("a", "g")));
        meow.set("b", TaskAttr.AFTER, Parents.none());
        meow.setLabels("b", Map.of("exp", "7"));
        assertThat(server.sets.get(2).getName()).isEqualTo("first");
        assertThat(server.sets.get(3).getParents())
                .isEqualTo(
                        ParentList.newBuilder()
                                .addNames("a")
                                .addNames("g")
                                .setCondition(
                                        io.cattino.proto.v1.EdgeCondition.EDGE_CONDITION_SUCCESS)
                                .build());
        assertThat(server.sets.get(4).hasParents()).isTrue();
        assertThat(server.sets.get(4).getParents().getNamesList()).isEmpty();
        assertThat(server.sets.get(5).getLabels().getLabelsMap()).isEqualTo(Map.of("exp", "7"));
        assertThat(server.sets.get(0).getPriority()).isEqualTo(9);
        assertThat(server.sets.get(1).getDevices().getMib()).isEqualTo(5);
        assertThat(meow.cluster().setting("retry_limit").value()).isEqualTo("16");
        assertThatThrownBy(() -> meow.cluster().setting("nope"))
                .isInstanceOfSatisfying(
                        MeowException.NotFound.class,
                        e -> assertThat(e.hint()).contains("retry-limit"));
    }

    @Test
    void drainsNodesWithAndWithoutADeadlineAndReadsHowTheyAre() {
        server.node =
                Node.newBuilder()
                        .setName("n1")
                        .setState(Node.State.STATE_LOST)
                        .setDraining(true)
                        .setDrainReason("fan swap")
                        .setDrainRemaining(seconds(42))
                        .addTroubles("DiskFull")
                        .build();
        NodeInfo lost =
                meow.nodes().drain("n1", Drain.reason("fan swap").within(Duration.ofMinutes(1)));
        assertThat(server.drains.getFirst().getReason()).isEqualTo("fan swap");
        assertThat(server.drains.getFirst().getDeadline()).isEqualTo(seconds(60));
        assertThat(lost.state()).isEqualTo(NodeInfo.State.LOST);
        assertThat(lost.drainRemaining()).isEqualTo(Duration.ofSeconds(42));
        assertThat(lost.troubles()).containsExactly("DiskFull");

        server.node = Node.newBuilder().setName("n1").build();
        NodeInfo well = meow.nodes().drain("n1", Drain.reason("fan swap"));
        assertThat(server.drains.getLast().hasDeadline()).isFalse();
        assertThat(well.drainRemaining()).isNull();
        assertThat(well.troubles()).isEmpty();

        assertThatThrownBy(() -> Drain.reason("").within(Duration.ofDays(31)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the deadline of a drain must be between 0 and 30 days, not 31 days");
        assertThatThrownBy(() -> Drain.reason("").within(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsFencesAndReadsWhatIsLeft() {
        assertThat(meow.cluster().status().fenceHold()).isNull();
        assertThat(meow.cluster().holdFences(Duration.ofMinutes(2)))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(meow.cluster().status().fenceHold()).isEqualTo(Duration.ofMinutes(2));
        assertThat(server.holds).extracting(HoldFencesRequest::getRequestId).doesNotContain("");
        assertThatThrownBy(() -> meow.cluster().holdFences(Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the duration of a fence hold must be between 1s and 24h, not 0.999s");
        assertThatThrownBy(() -> meow.cluster().holdFences(Duration.ofHours(25)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static com.google.protobuf.Duration seconds(long seconds) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).build();
    }
}
