package io.cattino.client.internal;

import io.cattino.client.DeviceNeed;
import io.cattino.client.EventListing;
import io.cattino.client.EventQuery;
import io.cattino.client.Explanation;
import io.cattino.client.Force;
import io.cattino.client.MeowException;
import io.cattino.client.MeowException.Details;
import io.cattino.client.Parents;
import io.cattino.client.TaskAttr;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskFinder;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListing;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskSelector;
import io.cattino.client.Where;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.ExplainTaskRequest;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.HoldTasksRequest;
import io.cattino.proto.v1.KillTasksRequest;
import io.cattino.proto.v1.LabelMap;
import io.cattino.proto.v1.ListEventsResponse;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.RemoveTasksRequest;
import io.cattino.proto.v1.RerunTasksRequest;
import io.cattino.proto.v1.ResumeTasksRequest;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskServiceGrpc;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Calls about stored tasks. Thread-safe. */
public final class TaskCalls {

    private final Caller caller;

    TaskCalls(Caller caller) {
        this.caller = caller;
    }

    /** The task of that number. */
    public TaskInfo get(long id) {
        return get(GetTaskRequest.newBuilder().setTaskId(id).build());
    }

    /** The task of that fullname. */
    public TaskInfo get(String fullname) {
        return get(GetTaskRequest.newBuilder().setFullname(fullname).build());
    }

    private TaskInfo get(GetTaskRequest request) {
        return TasksFromProto.task(
                caller.read(TaskServiceGrpc.getGetTaskMethod(), request).getTask());
    }

    /** See {@code MeowClient}. */
    public Explanation explain(String fullname) {
        ExplainTaskRequest request = ExplainTaskRequest.newBuilder().setFullname(fullname).build();
        return TasksFromProto.explanation(
                caller.read(TaskServiceGrpc.getExplainTaskMethod(), request));
    }

    /** See {@code MeowClient}. */
    public List<TaskChange> cancel(TaskSelector selector, String why) {
        CancelTasksRequest request =
                CancelTasksRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setSelector(ToProto.selector(selector))
                        .setReason(why)
                        .build();
        return changes(
                caller.call(TaskServiceGrpc.getCancelTasksMethod(), request).getChangesList());
    }

    /** See {@code MeowClient}. */
    public List<TaskChange> kill(TaskSelector selector, Force force, String why) {
        KillTasksRequest request =
                KillTasksRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setSelector(ToProto.selector(selector))
                        .setForce(force == Force.YES)
                        .setReason(why)
                        .build();
        return changes(caller.call(TaskServiceGrpc.getKillTasksMethod(), request).getChangesList());
    }

    /** See {@code MeowClient}. */
    public List<TaskChange> resume(TaskSelector selector) {
        ResumeTasksRequest request =
                ResumeTasksRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setSelector(ToProto.selector(selector))
                        .build();
        return changes(
                caller.call(TaskServiceGrpc.getResumeTasksMethod(), request).getChangesList());
    }

    /** See {@code MeowClient}. */
    public List<TaskChange> rerun(TaskSelector selector) {
        RerunTasksRequest request =
                RerunTasksRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setSelector(ToProto.selector(selector))
                        .build();
        return changes(
                caller.call(TaskServiceGrpc.getRerunTasksMethod(), request).getChangesList());
    }

    /** See {@code MeowClient}. */
    public List<TaskChange> hold(TaskSelector selector, String why) {
        HoldTasksRequest request =
                HoldTasksRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setSelector(ToProto.selector(selector))
                        .setReason(why)
                        .build();
        return changes(caller.call(TaskServiceGrpc.getHoldTasksMethod(), request).getChangesList());
    }

    /** See {@code MeowClient}. */
    public List<TaskChange> remove(TaskSelector selector) {
        RemoveTasksRequest request =
                RemoveTasksRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setSelector(ToProto.selector(selector))
                        .build();
        return changes(
                caller.call(TaskServiceGrpc.getRemoveTasksMethod(), request).getChangesList());
    }

    /** The only change of a command on one task; what was in its way is thrown. */
    public TaskChange only(String fullname, List<TaskChange> changes) {
        if (changes.isEmpty()) {
            throw notFound("task", fullname);
        }
        TaskChange change = changes.getFirst();
        String said = change.message();
        return switch (change.outcome()) {
            case CHANGED -> change;
            case NOT_FOUND -> throw notFound("task", fullname);
            case WRONG_STATE ->
                    throw new MeowException.WrongState(
                            said.isEmpty()
                                    ? "task '%s' is %s".formatted(fullname, change.status())
                                    : said,
                            Details.of("WRONG_STATE"),
                            null);
        };
    }

    /** See {@code MeowClient}. */
    public <T> TaskInfo set(String fullname, TaskAttr<T> attribute, T value) {
        SetTaskRequest.Builder request =
                SetTaskRequest.newBuilder().setRequestId(Ulid.next()).setFullname(fullname);
        switch ((Object) value) {
            case Integer priority -> request.setPriority(priority);
            case DeviceNeed devices -> request.setDevices(ToProto.devices(devices));
            case String name -> request.setName(name);
            case Parents parents -> request.setParents(ToProto.parents(parents));
            case Where where -> request.setWhere(Wheres.toProto(where));
            default -> throw new IllegalArgumentException("unknown attribute " + attribute);
        }
        return TasksFromProto.task(
                caller.call(TaskServiceGrpc.getSetTaskMethod(), request.build()).getTask());
    }

    /** See {@code MeowClient}. */
    public TaskInfo setLabels(String fullname, Map<String, String> labels) {
        SetTaskRequest request =
                SetTaskRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setFullname(fullname)
                        .setLabels(LabelMap.newBuilder().putAllLabels(labels))
                        .build();
        return TasksFromProto.task(
                caller.call(TaskServiceGrpc.getSetTaskMethod(), request).getTask());
    }

    /** See {@code MeowClient}. */
    public EventListing events(EventQuery query) {
        ListEventsResponse response =
                caller.call(TaskServiceGrpc.getListEventsMethod(), ToProto.events(query));
        return new EventListing(
                response.getEventsList().stream()
                        .map(each -> TasksFromProto.event(each.getRevision(), each.getEvent()))
                        .filter(Objects::nonNull)
                        .toList(),
                response.getRevision(),
                response.getTruncated(),
                response.getForgottenRevision());
    }

    /** All tasks of a query, from the leader. */
    public TaskListing listing(TaskQuery query) {
        return listing(snapshot(query));
    }

    /**
     * All tasks of a query, fetched in pages of that size; they may be what was last known, if the
     * client accepts that.
     */
    public TaskListing listing(TaskQuery query, int pageSize) {
        return listing(snapshot(token -> known(query, pageSize, token)));
    }

    private static TaskListing listing(Snapshot snapshot) {
        return new TaskListing(
                snapshot.tasks().stream().map(Snapshot.Seen::task).toList(),
                snapshot.unknownNames(),
                snapshot.revision());
    }

    /** All tasks of a query, each with the revision it was read at. */
    Snapshot snapshot(TaskQuery query) {
        return snapshot(token -> page(query, TaskFinder.MAX_PAGE_SIZE, token));
    }

    private static Snapshot snapshot(Function<String, ListTasksResponse> pages) {
        List<Snapshot.Seen> tasks = new ArrayList<>();
        Set<String> unknown = new LinkedHashSet<>();
        ListTasksResponse page = pages.apply("");
        long first = page.getRevision();
        while (true) {
            for (Task task : page.getTasksList()) {
                tasks.add(new Snapshot.Seen(TasksFromProto.task(task), page.getRevision()));
            }
            unknown.addAll(page.getUnknownNamesList());
            if (page.getNextPageToken().isEmpty()) {
                return new Snapshot(tasks, List.copyOf(unknown), first);
            }
            page = pages.apply(page.getNextPageToken());
        }
    }

    /** All tasks of a query, from the leader; its names have to exist. */
    public TaskListing known(TaskQuery query) {
        TaskListing listing = listing(query);
        if (!listing.unknownNames().isEmpty()) {
            throw notFound("task or group", String.join("', '", listing.unknownNames()));
        }
        return listing;
    }

    /** Fails unless there is a group of that name. */
    public void requireGroup(String fullname) {
        ListTasksResponse page = known(TaskQuery.group(fullname), 1, "");
        if (page.getTasksCount() == 0) {
            throw notFound("group", fullname);
        }
        if (page.getTasks(0).getSpec().getFullname().equals(fullname)) {
            throw new MeowException.NotFound(
                    "'%s' is a task, not a group".formatted(fullname),
                    Details.of("NOT_FOUND"),
                    null);
        }
    }

    /** The tasks of a query, each page fetched when it is reached. */
    public Stream<TaskInfo> stream(TaskQuery query, int pageSize) {
        Iterator<TaskInfo> tasks = new PagedTasks(token -> known(query, pageSize, token));
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        tasks, Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    /** The revision as of now. */
    long revision() {
        return page(TaskQuery.all(), 1, "").getRevision();
    }

    private ListTasksResponse page(TaskQuery query, int pageSize, String token) {
        return caller.call(
                TaskServiceGrpc.getListTasksMethod(), pageRequest(query, pageSize, token));
    }

    /** The same, which may be what was last known, if the client accepts that. */
    private ListTasksResponse known(TaskQuery query, int pageSize, String token) {
        return caller.read(
                TaskServiceGrpc.getListTasksMethod(), pageRequest(query, pageSize, token));
    }

    private static ListTasksRequest pageRequest(TaskQuery query, int pageSize, String token) {
        return ListTasksRequest.newBuilder()
                .setQuery(ToProto.query(query))
                .setPageSize(pageSize)
                .setPageToken(token)
                .build();
    }

    private static List<TaskChange> changes(List<io.cattino.proto.v1.TaskChange> changes) {
        return changes.stream().map(TasksFromProto::change).toList();
    }

    static MeowException notFound(String what, String name) {
        return new MeowException.NotFound(
                "%s '%s' does not exist".formatted(what, name), Details.of("NOT_FOUND"), null);
    }
}
