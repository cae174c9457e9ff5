package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Explanation;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.CancelTasksResponse;
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
import io.cattino.proto.v1.ReadLogPageRequest;
import io.cattino.proto.v1.ReadLogPageResponse;
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
import io.cattino.proto.v1.SubmitChunksRequest;
import io.cattino.proto.v1.SubmitChunksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.Suggestion;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.WatchEventsRequest;
import io.cattino.proto.v1.WatchEventsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What people ask of tasks. Checks the form of each request, asks the leader, and answers once that
 * has made durable what it did. Every call runs on a thread of its own that may wait; any number at
 * once. Refusals and failures are statuses made by {@link StatusMapper}.
 */
public final class TaskServiceEndpoint extends TaskServiceGrpc.TaskServiceImplBase {
    /** Streams of watchers and log readers at once. */
    static final int MAX_STREAMS = 1_000;

    private final Answers answers;
    private final Submissions submissions;
    private final LogSource logs;
    private final LogPages pages;
    private final Duration sign;
    private final TaskCommands commands;
    private final Semaphore streams = new Semaphore(MAX_STREAMS);
    private final AtomicLong staged = new AtomicLong();

    /**
     * @param sign how often a silent watch says that it lives
     */
    TaskServiceEndpoint(Answers answers, SubmissionCheck check, LogSource logs, Duration sign) {
        this.answers = answers;
        this.submissions = new Submissions(answers, check);
        this.logs = logs;
        this.pages = new LogPages(answers, logs);
        this.sign = sign;
        this.commands = new TaskCommands(answers);
    }

    @Override
    public void submit(SubmitRequest request, StreamObserver<SubmitResponse> out) {
        Calls.answer(out, () -> submissions.submit(request));
    }

    @Override
    public StreamObserver<SubmitChunksRequest> submitChunks(
            StreamObserver<SubmitChunksResponse> out) {
        return StagedSubmission.begin(
                (ServerCallStreamObserver<SubmitChunksResponse>) out, staged, submissions::submit);
    }

    @Override
    public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> out) {
        Calls.answer(out, () -> TaskPages.page(answers, request));
    }

    @Override
    public void getTask(GetTaskRequest request, StreamObserver<GetTaskResponse> out) {
        Calls.answer(
                out,
                () -> {
                    record Found(TaskRow row, long revision) {}
                    Calls.check(findings -> RequestCheck.key(findings, request));
                    Optional<Found> found =
                            answers.read(view ->
                                    find(view.state(), request)
                                            .map(t ->
                                                    new Found(
                                                            TaskRow.of(view, t),
                                                            view.state().revision())));
                    Found task = found.orElseThrow(() -> answers.noTask(nameOf(request)));
                    return GetTaskResponse.newBuilder()
                            .setTask(ViewMapper.task(task.row()))
                            .setRevision(task.revision())
                            .build();
                });
    }

    private static Optional<Task> find(ClusterState state, GetTaskRequest request) {
        return switch (request.getKeyCase()) {
            case FULLNAME -> state.byName(request.getFullname());
            case TASK_ID -> state.task(new TaskId(request.getTaskId()));
            case KEY_NOT_SET -> Optional.empty();
        };
    }

    private static String nameOf(GetTaskRequest request) {
        return request.hasFullname() ? request.getFullname() : Long.toString(request.getTaskId());
    }

    @Override
    public void cancelTasks(CancelTasksRequest request, StreamObserver<CancelTasksResponse> out) {
        Calls.answer(out, () -> commands.cancel(request));
    }

    @Override
    public void resumeTasks(ResumeTasksRequest request, StreamObserver<ResumeTasksResponse> out) {
        Calls.answer(out, () -> commands.resume(request));
    }

    @Override
    public void rerunTasks(RerunTasksRequest request, StreamObserver<RerunTasksResponse> out) {
        Calls.answer(out, () -> commands.rerun(request));
    }

    @Override
    public void holdTasks(HoldTasksRequest request, StreamObserver<HoldTasksResponse> out) {
        Calls.answer(out, () -> commands.hold(request));
    }

    @Override
    public void killTasks(KillTasksRequest request, StreamObserver<KillTasksResponse> out) {
        Calls.answer(out, () -> commands.kill(request));
    }

    @Override
    public void removeTasks(RemoveTasksRequest request, StreamObserver<RemoveTasksResponse> out) {
        Calls.answer(out, () -> commands.remove(request));
    }

    @Override
    public void setTask(SetTaskRequest request, StreamObserver<SetTaskResponse> out) {
        Calls.answer(out, () -> commands.set(request));
    }

    @Override
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> out) {
        Calls.answer(out, () -> EventList.of(answers, request));
    }

    @Override
    public void explainTask(ExplainTaskRequest request, StreamObserver<ExplainTaskResponse> out) {
        Calls.answer(
                out,
                () -> {
                    Calls.check(findings ->
                            RequestCheck.taskName(findings, "fullname", request.getFullname()));
                    return answers.read(view -> explain(view, request.getFullname()))
                            .orElseThrow(() -> answers.noTask(request.getFullname()))
                            .message();
                });
    }

    private record Explained(TaskRow row, Explanation explanation, long revision) {
        ExplainTaskResponse message() {
            ExplainTaskResponse.Builder out =
                    ExplainTaskResponse.newBuilder()
                            .setTask(ViewMapper.task(row))
                            .setReason(ViewMapper.reason(explanation.reason()))
                            .setAhead(explanation.ahead())
                            .setPassedOver(explanation.passedOver())
                            .setRevision(revision);
            explanation.vetoes().forEach(veto -> out.addVetoes(ViewMapper.veto(veto)));
            explanation.memory().forEach(ask -> out.addLearnedMemory(ViewMapper.learned(ask)));
            explanation
                    .suggestion()
                    .ifPresent(smaller ->
                            out.setSuggestion(
                                    Suggestion.newBuilder()
                                            .setDevices(SpecCodec.encode(smaller.devices()))
                                            .setNode(smaller.node())));
            return out.build();
        }
    }

    private static Optional<Explained> explain(View view, String fullname) {
        return view.state()
                .byName(fullname)
                .map(t ->
                        new Explained(
                                TaskRow.of(view, t), view.explain(t), view.state().revision()));
    }

    @Override
    public void watchEvents(WatchEventsRequest request, StreamObserver<WatchEventsResponse> out) {
        Calls.begin(
                out,
                () -> {
                    Calls.check(findings -> RequestCheck.eventQuery(findings, request.getQuery()));
                    EventFeed feed = answers.events();
                    long after = request.getAfterRevision();
                    if (after < 0) {
                        throw StatusMapper.of(
                                new Rejection.Invalid(
                                        "after_revision", "is below 0", "0 means: from now on"));
                    }
                    if (after > feed.revision()) {
                        // Of another history: a store restored from a backup. Waiting for it would
                        // skip events.
                        throw StatusMapper.compacted(after);
                    }
                    EventWatch watch =
                            new EventWatch(
                                    feed,
                                    new TaskReader(request.getQuery()),
                                    after == 0 ? feed.revision() : after,
                                    sign);
                    Outflow.start(
                            "watch",
                            (ServerCallStreamObserver<WatchEventsResponse>) out,
                            streams,
                            watch);
                });
    }

    @Override
    public void readLog(ReadLogRequest request, StreamObserver<ReadLogResponse> out) {
        Calls.begin(
                out,
                () -> {
                    Calls.check(findings -> RequestCheck.readLog(findings, request));
                    LogReading reading = new LogReading(answers, logs, request);
                    Outflow.start(
                            "log",
                            (ServerCallStreamObserver<ReadLogResponse>) out,
                            streams,
                            reading);
                });
    }

    @Override
    public void readLogPage(ReadLogPageRequest request, StreamObserver<ReadLogPageResponse> out) {
        Calls.answer(out, () -> pages.page(request));
    }
}
