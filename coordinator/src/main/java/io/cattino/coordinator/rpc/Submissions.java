package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Outlook;
import io.cattino.coordinator.core.Prospect;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.SubmittedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Submissions: judged, stored or only looked at. Any thread; calls block. */
final class Submissions {
    private final Answers answers;
    private final SubmissionCheck check;

    Submissions(Answers answers, SubmissionCheck check) {
        this.answers = answers;
        this.check = check;
    }

    SubmitResponse submit(SubmitRequest request) {
        return switch (check.check(request)) {
            case SubmissionCheck.Verdict.Refused(Rejection rejection) ->
                    throw StatusMapper.ofSubmission(rejection);
            case SubmissionCheck.Verdict.Accepted(var input) ->
                    request.getDryRun() ? dryRun(input) : store(input);
        };
    }

    private SubmitResponse store(Function<Time, Input.Submit> input) {
        return switch (answers.submit(input::apply)) {
            case Reply.Submitted(Submission submission, List<String> names) ->
                    stored(submission, names);
            case Reply other -> throw Calls.unexpected(other);
        };
    }

    private SubmitResponse stored(Submission submission, List<String> names) {
        SubmitResponse.Builder out =
                SubmitResponse.newBuilder()
                        .setSubmissionId(submission.id().value())
                        .setRevision(answers.revision())
                        .setRunDir(submission.runDir());
        List<TaskId> ids = submission.tasks();
        List<TaskId> first = ids.subList(0, Math.min(Outlook.TOLD, ids.size()));
        List<SubmittedTask> told = answers.read(view -> told(view, first));
        for (int i = 0; i < ids.size(); i++) {
            SubmittedTask.Builder task =
                    i < told.size() ? told.get(i).toBuilder() : SubmittedTask.newBuilder();
            out.addTasks(
                    task.setTaskId(ids.get(i).value())
                            .setFullname(i < names.size() ? names.get(i) : ""));
        }
        return out.build();
    }

    /** Of tasks that may have been removed already. On the loop's thread. */
    private static List<SubmittedTask> told(View view, List<TaskId> ids) {
        List<Task> tasks = new ArrayList<>();
        ids.forEach(id -> view.state().task(id).ifPresent(tasks::add));
        List<Prospect> prospects = view.prospects(tasks);
        List<SubmittedTask> told = new ArrayList<>();
        int next = 0;
        for (TaskId id : ids) {
            boolean there = next < tasks.size() && tasks.get(next).id().equals(id);
            told.add(there ? message(prospects.get(next++)) : SubmittedTask.getDefaultInstance());
        }
        return told;
    }

    private SubmitResponse dryRun(Function<Time, Input.Submit> input) {
        return switch (answers.read(view -> view.outlook(input.apply(view.now())))) {
            case Outlook.Refused(Rejection rejection) -> throw StatusMapper.ofSubmission(rejection);
            case Outlook.Accepted(String runDir, var names, var prospects) -> {
                SubmitResponse.Builder out =
                        SubmitResponse.newBuilder()
                                .setRevision(answers.revision())
                                .setRunDir(runDir);
                for (int i = 0; i < names.size(); i++) {
                    SubmittedTask.Builder task =
                            i < prospects.size()
                                    ? message(prospects.get(i)).toBuilder()
                                    : SubmittedTask.newBuilder();
                    out.addTasks(task.setFullname(names.get(i)));
                }
                yield out.build();
            }
        };
    }

    private static SubmittedTask message(Prospect prospect) {
        SubmittedTask.Builder out = SubmittedTask.newBuilder().setNode(prospect.node());
        prospect.devices().forEach(share -> out.addDevices(ViewMapper.share(share)));
        if (prospect.node().isEmpty()) {
            out.setReason(ViewMapper.reason(prospect.reason()));
        }
        return out.build();
    }
}
