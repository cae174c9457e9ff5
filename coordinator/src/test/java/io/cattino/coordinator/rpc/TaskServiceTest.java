package io.cattino.coordinator.rpc;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.CancelTasksResponse;
import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.ExplainTaskRequest;
import io.cattino.proto.v1.ExplainTaskResponse;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.KillTasksRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.RemoveTasksRequest;
import io.cattino.proto.v1.ResumeTasksRequest;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.SubmittedTask;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskChange;
import io.cattino.proto.v1.TaskQuery;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.Term;
import io.cattino.proto.v1.Where;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskServiceTest extends ServiceTest {
    @Test
    void listsInPagesThatNothingMoves() {
        String[] names = new String[25];
        for (int i = 0; i < names.length; i++) {
            names[i] = "t" + i;
        }
        coordinator.tasks().submit(TestCoordinator.submission(names).build());
        List<String> listed = new ArrayList<>();
        String token = "";
        do {
            ListTasksResponse page =
                    coordinator
                            .tasks()
                            .listTasks(
                                    ListTasksRequest.newBuilder()
                                            .setPageSize(10)
                                            .setPageToken(token)
                                            .build());
            page.getTasksList().forEach(task -> listed.add(task.getSpec().getFullname()));
            token = page.getNextPageToken();
            coordinator.tasks().submit(TestCoordinator.submission("late" + listed.size()).build());
        } while (!token.isEmpty() && listed.size() < 100);
        assertThat(listed).startsWith(names).contains("late10", "late20").doesNotHaveDuplicates();
        refused(
                () ->
                        coordinator
                                .tasks()
                                .listTasks(ListTasksRequest.newBuilder().setPageSize(1001).build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "page_size"));
        refused(
                () ->
                        coordinator
                                .tasks()
                                .listTasks(ListTasksRequest.newBuilder().setPageToken("x").build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "page_token"));
    }

    @Test
    void cutsAPageThatWouldNotFitIntoAMessage() {
        SubmitRequest.Builder request = TestCoordinator.submission("a", "b", "c", "d", "e", "f");
        request.getTasksBuilderList()
                .forEach(task ->
                        java.util.stream.IntStream.range(0, 9)
                                .forEach(i -> task.putEnv("V" + i, "x".repeat(100_000))));
        coordinator.tasks().submit(request.build());
        ListTasksResponse page = list(TaskQuery.newBuilder());
        assertThat(page.getTasksCount()).isEqualTo(2);
        assertThat(page.getNextPageToken()).isEqualTo("2");
    }

    @Test
    void findsByGroupLabelStatusAndSubmission() {
        SubmitRequest.Builder request = TestCoordinator.submission("g/a", "g/h/b", "c");
        request.getTasksBuilder(2).putLabels("exp", "7");
        SubmitResponse submitted = coordinator.tasks().submit(request.build());
        coordinator.tasks().submit(TestCoordinator.submission("d").build());
        assertThat(
                        list(TaskQuery.newBuilder().addNames("g").addNames("nope").addNames("g/a"))
                                .getTasksList())
                .extracting(t -> t.getSpec().getFullname())
                .containsExactly("g/a", "g/h/b");
        assertThat(list(TaskQuery.newBuilder().addNames("nope")).getUnknownNamesList())
                .containsExactly("nope");
        assertThat(list(TaskQuery.newBuilder().putLabels("exp", "7")).getTasksCount()).isEqualTo(1);
        assertThat(
                        list(TaskQuery.newBuilder().addStatuses(TaskStatus.TASK_STATUS_RUNNING))
                                .getTasksCount())
                .isZero();
        assertThat(
                        list(TaskQuery.newBuilder().setSubmissionId(submitted.getSubmissionId()))
                                .getTasksCount())
                .isEqualTo(3);
    }

    @Test
    void findsByUserAndTheNewestSubmissionOfAUserPageByPage() {
        submitAs("ada", "old");
        submitAs("ada", "a", "b", "c");
        submitAs("bob", "d");
        assertThat(list(TaskQuery.newBuilder().setUser("ada")).getTasksCount()).isEqualTo(4);
        assertThat(fullnames(list(TaskQuery.newBuilder().setLatestSubmission(true))))
                .containsExactly("d");
        TaskQuery latest = TaskQuery.newBuilder().setUser("ada").setLatestSubmission(true).build();
        ListTasksRequest.Builder request =
                ListTasksRequest.newBuilder().setQuery(latest).setPageSize(2);
        ListTasksResponse first = coordinator.tasks().listTasks(request.build());
        submitAs("ada", "later");
        ListTasksResponse second =
                coordinator
                        .tasks()
                        .listTasks(request.setPageToken(first.getNextPageToken()).build());
        assertThat(fullnames(first)).containsExactly("a", "b");
        assertThat(fullnames(second)).containsExactly("c");
        assertThat(fullnames(list(TaskQuery.newBuilder().setUser("eve").setLatestSubmission(true))))
                .isEmpty();
    }

    private void submitAs(String user, String... names) {
        coordinator.tasks().submit(TestCoordinator.submissionOf(user, names).build());
    }

    private static List<String> fullnames(ListTasksResponse page) {
        return page.getTasksList().stream().map(t -> t.getSpec().getFullname()).toList();
    }

    @Test
    void acceptsHeldAndChangesNameParentsAndLabels() {
        SubmitRequest.Builder request = TestCoordinator.submission("g/a", "b");
        request.getTasksBuilder(1).setHold(true);
        coordinator.tasks().submit(request.build());
        assertThat(task("b").getReason().getCode()).isEqualTo("Held");
        assertThat(task("b").getStuck()).isTrue();
        SetTaskRequest.Builder after = SetTaskRequest.newBuilder().setFullname("b");
        after.getParentsBuilder().addNames("g");
        assertThat(set(after).getParents(0).getFullname()).isEqualTo("g/a");
        Task renamed = set(SetTaskRequest.newBuilder().setFullname("g/a").setName("first"));
        assertThat(renamed.getSpec().getFullname()).isEqualTo("g/first");
        assertThat(task("b").getParents(0).getFullname()).isEqualTo("g/first");
        SetTaskRequest.Builder labels = SetTaskRequest.newBuilder().setFullname("b");
        labels.getLabelsBuilder().putLabels("exp", "7");
        assertThat(set(labels).getSpec().getLabelsMap()).containsOnly(Map.entry("exp", "7"));
        refused(
                () -> set(SetTaskRequest.newBuilder().setFullname("b").setName("x/y")),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "name"));
        SetTaskRequest.Builder round = SetTaskRequest.newBuilder().setFullname("g/first");
        round.getParentsBuilder().addNames("b");
        refused(() -> set(round), Code.INVALID_ARGUMENT, "CYCLE", _ -> {});
    }

    private Task set(SetTaskRequest.Builder request) {
        return coordinator
                .tasks()
                .setTask(request.setRequestId(TestCoordinator.newId()).build())
                .getTask();
    }

    @Test
    void aDryRunTellsAndStoresNothing() throws Exception {
        SubmitRequest.Builder request = TestCoordinator.submission("a", "b").setDryRun(true);
        request.getTasksBuilder(1).setHold(true);
        SubmitResponse would = coordinator.tasks().submit(request.build());
        assertThat(would.getSubmissionId()).isEmpty();
        assertThat(would.getRunDir()).isNotEmpty();
        assertThat(would.getTasksList())
                .extracting(SubmittedTask::getFullname)
                .containsExactly("a", "b");
        assertThat(would.getTasksList()).extracting(SubmittedTask::getTaskId).containsOnly(0L);
        assertThat(would.getTasks(0).getReason().getCode()).isEqualTo("NoNodes");
        assertThat(would.getTasks(1).getReason().getCode()).isEqualTo("Held");
        assertThat(list(TaskQuery.newBuilder()).getTasksCount()).isZero();
        SubmitResponse stored = coordinator.tasks().submit(request.setDryRun(false).build());
        assertThat(stored.getTasks(0).getReason().getCode()).isEqualTo("NoNodes");
        assertThat(stored.getTasks(0).getTaskId()).isEqualTo(1);
        refused(
                () ->
                        coordinator
                                .tasks()
                                .submit(TestCoordinator.submission("a").setDryRun(true).build()),
                Code.ALREADY_EXISTS,
                "NAME_EXISTS",
                _ -> {});
    }

    @Test
    void tellsWhichNameWasMeant() {
        coordinator.tasks().submit(TestCoordinator.submission("pipeline/train").build());
        refused(
                () -> task("pipeline/trian"),
                Code.NOT_FOUND,
                "NOT_FOUND",
                info ->
                        assertThat(info.getMetadataMap())
                                .containsEntry("similar", "pipeline/train"));
        refused(() -> task("pipeline"), Code.FAILED_PRECONDITION, "WRONG_STATE", _ -> {});
        refused(
                () -> coordinator.tasks().getTask(GetTaskRequest.getDefaultInstance()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "key"));
    }

    @Test
    void cancelsOncePerRequestId() {
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        CancelTasksRequest request =
                CancelTasksRequest.newBuilder()
                        .setRequestId(TestCoordinator.newId())
                        .setSelector(names("a", "zzz"))
                        .build();
        CancelTasksResponse first = coordinator.tasks().cancelTasks(request);
        assertThat(first.getChangesList())
                .extracting(TaskChange::getOutcome)
                .containsExactlyInAnyOrder(
                        TaskChange.Outcome.OUTCOME_CHANGED, TaskChange.Outcome.OUTCOME_NOT_FOUND);
        assertThat(first.getChangesList())
                .extracting(TaskChange::getStatus)
                .contains(TaskStatus.TASK_STATUS_CANCELLED);
        coordinator
                .tasks()
                .resumeTasks(
                        ResumeTasksRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setSelector(names("a"))
                                .build());
        CancelTasksResponse again = coordinator.tasks().cancelTasks(request);
        assertThat(again.getChangesList())
                .extracting(TaskChange::getOutcome)
                .contains(TaskChange.Outcome.OUTCOME_CHANGED);
        assertThat(task("a").getStatus()).isEqualTo(TaskStatus.TASK_STATUS_WAITING);
        refused(
                () ->
                        coordinator
                                .tasks()
                                .cancelTasks(request.toBuilder().setReason("other").build()),
                Code.ALREADY_EXISTS,
                "REQUEST_ID_REUSED",
                _ -> {});
        refused(
                () -> coordinator.tasks().cancelTasks(request.toBuilder().clearRequestId().build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "request_id"));
        refused(
                () -> coordinator.tasks().cancelTasks(request.toBuilder().clearSelector().build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "selector.names"));
        refused(
                () ->
                        coordinator
                                .tasks()
                                .cancelTasks(
                                        request.toBuilder().setReason("x".repeat(1025)).build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "reason"));
    }

    @Test
    void killsAndRemovesWhatRuns() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        AttemptRef ref = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        agent.started(ref);
        await().until(() -> task("a").getStatus() == TaskStatus.TASK_STATUS_RUNNING);
        assertThat(task("a").getAttempts(0).getPid()).isEqualTo(4711);
        TaskChange change =
                coordinator
                        .tasks()
                        .killTasks(
                                KillTasksRequest.newBuilder()
                                        .setRequestId(TestCoordinator.newId())
                                        .setSelector(names("a"))
                                        .setForce(true)
                                        .build())
                        .getChanges(0);
        assertThat(change.getStatus()).isEqualTo(TaskStatus.TASK_STATUS_RUNNING);
        assertThat(agent.next(MessageCase.SIGNAL).getSignal().getKind())
                .isEqualTo(io.cattino.proto.v1.Signal.Kind.KIND_KILL);
        agent.exited(ref, 137);
        await().until(() -> task("a").getStatus() == TaskStatus.TASK_STATUS_FAILED);
        assertThat(task("a").getReason().getCode()).isEqualTo("Killed");
        assertThat(task("a").getEndTime().getSeconds()).isPositive();
        coordinator
                .tasks()
                .removeTasks(
                        RemoveTasksRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setSelector(names("a"))
                                .build());
        refused(() -> task("a"), Code.NOT_FOUND, "NOT_FOUND", _ -> {});
    }

    @Test
    void tellsAndSetsWhereATaskMayRun() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).hasHeartbeatAck()).isTrue();
        Where where =
                Where.newBuilder()
                        .addNodes("m[1-2]")
                        .addMust(
                                Term.newBuilder()
                                        .setKey("gpu.memory")
                                        .setOperator(Term.Operator.OPERATOR_AT_LEAST)
                                        .addValues("40000"))
                        .build();
        SubmitRequest.Builder request = TestCoordinator.submission("a");
        request.getTasksBuilder(0).setWhere(where);
        refused(
                () -> coordinator.tasks().submit(request.build()),
                Code.FAILED_PRECONDITION,
                "NEVER_FITS",
                _ -> {});
        request.setRequestId(TestCoordinator.newId()).setAllowUnfit(true);
        coordinator.tasks().submit(request.build());
        await().until(() -> task("a").getReason().getCode().equals("NodeList"));
        assertThat(task("a").getSpec().getWhere()).isEqualTo(where);
        refused(
                () -> set(SetTaskRequest.newBuilder().setFullname("a").setWhere(bad())),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "where.must[0]"));
        Where anywhere = Where.getDefaultInstance();
        assertThat(
                        set(SetTaskRequest.newBuilder().setFullname("a").setWhere(anywhere))
                                .getSpec()
                                .hasWhere())
                .isFalse();
        assertThat(agent.next(MessageCase.LAUNCH).hasLaunch()).isTrue();
    }

    private static Where bad() {
        return Where.newBuilder().addMust(Term.newBuilder().setKey("gpu.modle")).build();
    }

    @Test
    void setsAndExplains() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).hasHeartbeatAck()).isTrue();
        SubmitRequest.Builder request = TestCoordinator.submission("a").setAllowUnfit(true);
        request.getTasksBuilder(0).getDevicesBuilder().setCount(1).setMib(90_000);
        coordinator.tasks().submit(request.build());
        ExplainTaskResponse why =
                coordinator
                        .tasks()
                        .explainTask(ExplainTaskRequest.newBuilder().setFullname("a").build());
        assertThat(why.getReason().getCode()).isEqualTo("NeverFits");
        assertThat(why.getVetoesList()).isNotEmpty();
        coordinator
                .tasks()
                .submit(
                        TestCoordinator.submission("b")
                                .addEdges(Edge.newBuilder().setFrom("a").setTo("b"))
                                .build());
        SetTaskRequest.Builder set = SetTaskRequest.newBuilder().setFullname("b");
        assertThat(
                        coordinator
                                .tasks()
                                .setTask(
                                        set.setRequestId(TestCoordinator.newId())
                                                .setPriority(-3)
                                                .build())
                                .getTask()
                                .getSpec()
                                .getPriority())
                .isEqualTo(-3);
        DeviceNeed smaller = DeviceNeed.newBuilder().setCount(1).setMib(1_000).build();
        coordinator
                .tasks()
                .setTask(
                        set.setFullname("a")
                                .setRequestId(TestCoordinator.newId())
                                .setDevices(smaller)
                                .build());
        assertThat(agent.next(MessageCase.LAUNCH).getLaunch().getDevices(0).getMib())
                .isEqualTo(1_000);
        refused(
                () ->
                        coordinator
                                .tasks()
                                .setTask(
                                        set.setRequestId(TestCoordinator.newId())
                                                .clearChange()
                                                .build()),
                Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                info -> assertThat(info.getMetadataMap()).containsEntry("field", "change"));
    }
}
