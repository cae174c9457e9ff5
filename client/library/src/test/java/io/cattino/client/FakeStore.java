package io.cattino.client;

import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.SubmittedTask;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskEvent;
import io.cattino.proto.v1.TaskSpec;
import io.cattino.proto.v1.TaskStatus;
import io.cattino.proto.v1.WatchEventsRequest;
import io.cattino.proto.v1.WatchEventsResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The tasks and events of a fake coordinator; they outlive its server, as a journal would. */
class FakeStore {

    private final Map<Long, Task> tasks = new LinkedHashMap<>();
    private final List<WatchEventsResponse> events = new ArrayList<>();
    private final List<StreamObserver<WatchEventsResponse>> watchers = new CopyOnWriteArrayList<>();
    private long compactedUpTo;
    private long revision = 100;
    private long nextId = 1;

    synchronized long add(String fullname, TaskStatus status) {
        long id = nextId++;
        revision++;
        tasks.put(
                id,
                Task.newBuilder()
                        .setId(id)
                        .setSpec(TaskSpec.newBuilder().setFullname(fullname))
                        .setStatus(status)
                        .build());
        return id;
    }

    synchronized void change(long id, TaskStatus status) {
        revision++;
        tasks.computeIfPresent(id, (_, task) -> task.toBuilder().setStatus(status).build());
    }

    private synchronized void keep(long id, TaskSpec spec) {
        tasks.computeIfPresent(id, (_, task) -> task.toBuilder().setSpec(spec).build());
    }

    synchronized void stick(long id) {
        tasks.computeIfPresent(id, (_, task) -> task.toBuilder().setStuck(true).build());
    }

    synchronized void forget(long id) {
        revision++;
        tasks.remove(id);
    }

    /** Changes a task and tells it. */
    synchronized void happen(long id, TaskEvent.Kind kind, TaskStatus status) {
        change(id, status);
        TaskEvent.Builder event =
                TaskEvent.newBuilder()
                        .setKind(kind)
                        .setTaskId(id)
                        .setStatus(status)
                        .setAttempt(kind == TaskEvent.Kind.KIND_CREATED ? 0 : 1);
        Task task = tasks.get(id);
        if (task != null) {
            event.setFullname(task.getSpec().getFullname());
        }
        if (kind == TaskEvent.Kind.KIND_REMOVED) {
            tasks.remove(id);
        }
        WatchEventsResponse message =
                WatchEventsResponse.newBuilder().setRevision(revision).setEvent(event).build();
        events.add(message);
        watchers.forEach(watcher -> watcher.onNext(message));
    }

    /** Ends every watch with that failure. */
    synchronized void breakWatches(StatusRuntimeException why) {
        List<StreamObserver<WatchEventsResponse>> broken = List.copyOf(watchers);
        watchers.clear();
        broken.forEach(watcher -> watcher.onError(why));
    }

    /** Forgets all events. */
    synchronized void compact() {
        compactedUpTo = revision;
        events.clear();
    }

    synchronized long revision() {
        return revision;
    }

    int watching() {
        return watchers.size();
    }

    SubmitResponse store(SubmitRequest request) {
        SubmitResponse.Builder response =
                SubmitResponse.newBuilder()
                        .setSubmissionId(request.getRequestId())
                        .setRunDir("/runs/1");
        for (TaskSpec spec : request.getTasksList()) {
            long id = add(spec.getFullname(), TaskStatus.TASK_STATUS_WAITING);
            keep(id, spec);
            response.addTasks(
                    SubmittedTask.newBuilder().setTaskId(id).setFullname(spec.getFullname()));
        }
        return response.setRevision(revision()).build();
    }

    /** Begins a watch, or refuses it. */
    synchronized void watch(
            WatchEventsRequest request, StreamObserver<WatchEventsResponse> observer) {
        if (request.getAfterRevision() < compactedUpTo) {
            observer.onError(
                    FakeCoordinator.error(
                            Status.Code.OUT_OF_RANGE, "compacted", "COMPACTED", Map.of()));
            return;
        }
        ((ServerCallStreamObserver<WatchEventsResponse>) observer)
                .setOnCancelHandler(() -> watchers.remove(observer));
        events.stream()
                .filter(event -> event.getRevision() > request.getAfterRevision())
                .forEach(observer::onNext);
        watchers.add(observer);
    }

    Task find(GetTaskRequest request) {
        synchronized (this) {
            return tasks.values().stream()
                    .filter(task ->
                            request.hasTaskId()
                                    ? task.getId() == request.getTaskId()
                                    : task.getSpec().getFullname().equals(request.getFullname()))
                    .findFirst()
                    .orElseThrow(() ->
                            FakeCoordinator.error(
                                    Status.Code.NOT_FOUND, "no such task", "NOT_FOUND", Map.of()));
        }
    }

    ListTasksResponse list(ListTasksRequest request) {
        synchronized (this) {
            List<String> names = request.getQuery().getNamesList();
            List<Task> found =
                    tasks.values().stream()
                            .filter(task ->
                                    names.isEmpty()
                                            || names.stream().anyMatch(name -> lies(task, name)))
                            .filter(task ->
                                    request.getQuery().getStatusesCount() == 0
                                            || request.getQuery()
                                                    .getStatusesList()
                                                    .contains(task.getStatus()))
                            .toList();
            int from =
                    request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
            int to = Math.min(found.size(), from + request.getPageSize());
            return ListTasksResponse.newBuilder()
                    .addAllTasks(found.subList(from, to))
                    .setNextPageToken(to < found.size() ? String.valueOf(to) : "")
                    .setRevision(revision)
                    .addAllUnknownNames(
                            names.stream()
                                    .filter(name ->
                                            tasks.values().stream()
                                                    .noneMatch(task -> lies(task, name)))
                                    .toList())
                    .build();
        }
    }

    private static boolean lies(Task task, String name) {
        String fullname = task.getSpec().getFullname();
        return fullname.equals(name) || fullname.startsWith(name + "/");
    }
}
