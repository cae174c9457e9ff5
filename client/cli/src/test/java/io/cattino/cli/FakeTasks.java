package io.cattino.cli;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.CancelTasksResponse;
import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.ExplainTaskRequest;
import io.cattino.proto.v1.ExplainTaskResponse;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.GetTaskResponse;
import io.cattino.proto.v1.HoldTasksRequest;
import io.cattino.proto.v1.HoldTasksResponse;
import io.cattino.proto.v1.KillTasksRequest;
import io.cattino.proto.v1.KillTasksResponse;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ListEventsResponse;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.Parent;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.cattino.proto.v1.RemoveTasksRequest;
import io.cattino.proto.v1.RemoveTasksResponse;
import io.cattino.proto.v1.RerunTasksRequest;
import io.cattino.proto.v1.RerunTasksResponse;
import io.cattino.proto.v1.ResumeTasksRequest;
import io.cattino.proto.v1.ResumeTasksResponse;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.SetTaskResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.Suggestion;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskChange;
import io.cattino.proto.v1.TaskChange.Outcome;
import io.cattino.proto.v1.TaskSelector;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.Veto;
import io.cattino.proto.v1.WatchEventsRequest;
import io.cattino.proto.v1.WatchEventsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The tasks of a fake farm. */
final class FakeTasks extends TaskServiceGrpc.TaskServiceImplBase {

    private final FakeFarm farm;

    FakeTasks(FakeFarm farm) {
        this.farm = farm;
    }

    private static boolean isRunning(Task task) {
        return task.getStatus() == TaskStatus.TASK_STATUS_RUNNING;
    }

    private static boolean isCancelled(Task task) {
        return task.getStatus() == TaskStatus.TASK_STATUS_CANCELLED;
    }

    private static boolean isActive(Task task) {
        return isRunning(task) || task.getStatus() == TaskStatus.TASK_STATUS_WAITING;
    }

    private <R> void answer(Object request, StreamObserver<R> observer, Supplier<R> response) {
        farm.requests.add(request);
        StatusRuntimeException failure = farm.failures.poll();
        try {
            if (failure != null) {
                throw failure;
            }
            observer.onNext(response.get());
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        }
    }

    @Override
    public void submit(SubmitRequest request, StreamObserver<SubmitResponse> observer) {
        answer(request, observer, () -> farm.store(request));
    }

    @Override
    public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
        List<String> names = request.getQuery().getNamesList();
        List<TaskStatus> statuses = request.getQuery().getStatusesList();
        String user = request.getQuery().getUser();
        String submission =
                request.getQuery().getLatestSubmission()
                        ? farm.matching(List.of()).reversed().stream()
                                .filter(task -> user.isEmpty() || task.getUser().equals(user))
                                .map(Task::getSubmissionId)
                                .findFirst()
                                .orElse("none")
                        : request.getQuery().getSubmissionId();
        answer(
                request,
                observer,
                () ->
                        ListTasksResponse.newBuilder()
                                .addAllTasks(
                                        farm.matching(names).stream()
                                                .filter(task ->
                                                        statuses.isEmpty()
                                                                || statuses.contains(
                                                                        task.getStatus()))
                                                .filter(task ->
                                                        user.isEmpty()
                                                                || task.getUser().equals(user))
                                                .filter(task ->
                                                        submission.isEmpty()
                                                                || task.getSubmissionId()
                                                                        .equals(submission))
                                                .toList())
                                .addAllUnknownNames(
                                        names.stream()
                                                .filter(name ->
                                                        farm.matching(List.of(name)).isEmpty())
                                                .toList())
                                .setRevision(1)
                                .build());
    }

    @Override
    public void getTask(GetTaskRequest request, StreamObserver<GetTaskResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        farm.matching(List.of()).stream()
                                .filter(task ->
                                        request.hasTaskId()
                                                ? task.getId() == request.getTaskId()
                                                : task.getSpec()
                                                        .getFullname()
                                                        .equals(request.getFullname()))
                                .findFirst()
                                .map(task -> GetTaskResponse.newBuilder().setTask(task).build())
                                .orElseThrow(() ->
                                        FakeFarm.refusal(
                                                Status.Code.NOT_FOUND,
                                                "NOT_FOUND",
                                                "task does not exist",
                                                farm.suggestion)));
    }

    @Override
    public void cancelTasks(
            CancelTasksRequest request, StreamObserver<CancelTasksResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        CancelTasksResponse.newBuilder()
                                .addAllChanges(
                                        change(
                                                request.getSelector(),
                                                FakeTasks::isActive,
                                                TaskStatus.TASK_STATUS_CANCELLED))
                                .build());
    }

    @Override
    public void rerunTasks(RerunTasksRequest request, StreamObserver<RerunTasksResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        RerunTasksResponse.newBuilder()
                                .addAllChanges(
                                        change(
                                                request.getSelector(),
                                                task -> !isActive(task),
                                                TaskStatus.TASK_STATUS_WAITING))
                                .build());
    }

    @Override
    public void holdTasks(HoldTasksRequest request, StreamObserver<HoldTasksResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        HoldTasksResponse.newBuilder()
                                .addAllChanges(
                                        change(
                                                request.getSelector(),
                                                task ->
                                                        isActive(task)
                                                                && !isRunning(task)
                                                                && !task.getStuck(),
                                                TaskStatus.TASK_STATUS_WAITING))
                                .build());
    }

    @Override
    public void resumeTasks(
            ResumeTasksRequest request, StreamObserver<ResumeTasksResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        ResumeTasksResponse.newBuilder()
                                .addAllChanges(
                                        change(
                                                request.getSelector(),
                                                task -> isCancelled(task) || task.getStuck(),
                                                TaskStatus.TASK_STATUS_WAITING))
                                .build());
    }

    @Override
    public void killTasks(KillTasksRequest request, StreamObserver<KillTasksResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        KillTasksResponse.newBuilder()
                                .addAllChanges(
                                        change(
                                                request.getSelector(),
                                                FakeTasks::isRunning,
                                                TaskStatus.TASK_STATUS_FAILED))
                                .build());
    }

    @Override
    public void removeTasks(
            RemoveTasksRequest request, StreamObserver<RemoveTasksResponse> observer) {
        answer(
                request,
                observer,
                () -> {
                    List<TaskChange> changes =
                            change(
                                    request.getSelector(),
                                    _ -> true,
                                    TaskStatus.TASK_STATUS_UNSPECIFIED);
                    changes.forEach(change ->
                            farm.matching(List.of(change.getFullname())).forEach(farm::drop));
                    return RemoveTasksResponse.newBuilder().addAllChanges(changes).build();
                });
    }

    private List<TaskChange> change(
            TaskSelector selector, Predicate<Task> applies, TaskStatus after) {
        List<TaskChange> changes = new ArrayList<>();
        Set<Task> chosen = new LinkedHashSet<>();
        if (selector.getAll()) {
            farm.matching(List.of()).stream().filter(applies).forEach(chosen::add);
        }
        for (String name : selector.getNamesList()) {
            List<Task> found = farm.matching(List.of(name));
            chosen.addAll(found);
            if (found.isEmpty()) {
                changes.add(
                        TaskChange.newBuilder()
                                .setFullname(name)
                                .setOutcome(Outcome.OUTCOME_NOT_FOUND)
                                .setMessage(
                                        "task '%s' does not exist".formatted(name)
                                                + (farm.suggestion.isEmpty()
                                                        ? ""
                                                        : "; " + farm.suggestion))
                                .build());
            }
        }
        for (Task task : chosen) {
            boolean done = applies.test(task);
            if (done) {
                farm.replace(task.toBuilder().setStatus(after).build());
            }
            changes.add(
                    TaskChange.newBuilder()
                            .setFullname(task.getSpec().getFullname())
                            .setTaskId(task.getId())
                            .setOutcome(
                                    done ? Outcome.OUTCOME_CHANGED : Outcome.OUTCOME_WRONG_STATE)
                            .setStatus(done ? after : task.getStatus())
                            .build());
        }
        return changes;
    }

    @Override
    public void setTask(SetTaskRequest request, StreamObserver<SetTaskResponse> observer) {
        answer(
                request,
                observer,
                () -> {
                    Task.Builder task =
                            farm.matching(List.of(request.getFullname())).getFirst().toBuilder();
                    switch (request.getChangeCase()) {
                        case PRIORITY -> task.getSpecBuilder().setPriority(request.getPriority());
                        case DEVICES -> task.getSpecBuilder().setDevices(request.getDevices());
                        case NAME -> task.getSpecBuilder().setFullname(request.getName());
                        case PARENTS ->
                                request.getParents().getNamesList().stream()
                                        .map(name -> Parent.newBuilder().setFullname(name))
                                        .forEach(task::addParents);
                        case LABELS ->
                                task.getSpecBuilder()
                                        .putAllLabels(request.getLabels().getLabelsMap());
                        case WHERE -> task.getSpecBuilder().setWhere(request.getWhere());
                        case CHANGE_NOT_SET -> throw new AssertionError("nothing to change");
                    }
                    farm.replace(task.build());
                    return SetTaskResponse.newBuilder().setTask(task).build();
                });
    }

    @Override
    public void explainTask(
            ExplainTaskRequest request, StreamObserver<ExplainTaskResponse> observer) {
        answer(
                request,
                observer,
                () -> {
                    Task task = farm.matching(List.of(request.getFullname())).getFirst();
                    return ExplainTaskResponse.newBuilder()
                            .setTask(task)
                            .setReason(task.getReason())
                            .addVetoes(
                                    Veto.newBuilder()
                                            .setCode("Memory")
                                            .setNode("gpu-07")
                                            .setHave(38112)
                                            .setWant(40000)
                                            .setText("GPU 2 has 38112 MiB free, 40000 wanted"))
                            .setSuggestion(
                                    Suggestion.newBuilder()
                                            .setNode("gpu-07")
                                            .setDevices(
                                                    DeviceNeed.newBuilder()
                                                            .setCount(2)
                                                            .setMib(38112)))
                            .setAhead(2)
                            .setPassedOver(1)
                            .addAllLearnedMemory(farm.learned)
                            .build();
                });
    }

    @Override
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
        answer(
                request,
                observer,
                () ->
                        ListEventsResponse.newBuilder()
                                .addAllEvents(farm.events)
                                .setRevision(9)
                                .build());
    }

    /** Only the state of things: a watch stays silent, and readers look for themselves. */
    @Override
    public void watchEvents(
            WatchEventsRequest request, StreamObserver<WatchEventsResponse> observer) {
        farm.requests.add(request);
    }

    private static long start(ByteString data, ReadLogRequest request) {
        if (request.hasTailLines()) {
            String[] all = data.toStringUtf8().split("(?<=\n)");
            return Arrays.stream(all)
                    .limit(Math.max(0, all.length - request.getTailLines()))
                    .mapToInt(String::length)
                    .sum();
        }
        return request.getOffset() < 0
                ? Math.max(0, data.size() + request.getOffset())
                : request.getOffset();
    }

    @Override
    public void readLog(ReadLogRequest request, StreamObserver<ReadLogResponse> observer) {
        farm.requests.add(request);
        if (farm.isGroupWithoutLog(request.getFullname(), request.getKind())) {
            observer.onError(
                    FakeFarm.refusal(
                            Status.Code.FAILED_PRECONDITION,
                            "WRONG_STATE",
                            "'" + request.getFullname() + "' is a group",
                            "name one of its tasks"));
            return;
        }
        ByteString data = farm.log(request.getFullname(), request.getKind());
        long offset = start(data, request);
        farm.sendLog(
                ReadLogResponse.newBuilder()
                        .setData(data.substring((int) offset))
                        .setOffset(offset)
                        .setAttempt(Math.max(1, request.getAttempt()))
                        .setEnd(true)
                        .build(),
                observer);
    }
}
