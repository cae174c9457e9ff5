package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.Task;
import io.cattino.proto.v1.TaskQuery;
import java.util.Optional;

/**
 * Lists of tasks, cut into pages by their ids, so that what happens between two pages moves
 * nothing. Stateless.
 */
final class TaskPages {
    /**
     * Clients take 4 MiB a message unless they say otherwise; one task may be of more than 1 MiB.
     */
    private static final int MAX_BYTES = 2 * 1024 * 1024;

    private TaskPages() {}

    static ListTasksResponse page(Answers answers, ListTasksRequest request) {
        Calls.check(findings ->
                RequestCheck.pageSize(findings, request.getPageSize())
                        && RequestCheck.query(findings, request.getQuery()));
        Token token = Token.of(request.getPageToken());
        Optional<TaskQuery> query = query(answers, request.getQuery(), token);
        if (query.isEmpty()) {
            return ListTasksResponse.newBuilder()
                    .setRevision(answers.read(view -> view.state().revision()))
                    .build();
        }
        TaskId last = token.last();
        int size = request.getPageSize() == 0 ? RequestCheck.MAX_PAGE : request.getPageSize();
        TaskReader.Page page =
                new TaskReader(query.get()).page(answers, new TaskId(last.value() + 1), size);
        ListTasksResponse.Builder out =
                ListTasksResponse.newBuilder()
                        .setRevision(page.revision())
                        .addAllUnknownNames(page.unknown());
        long bytes = 0;
        for (TaskRow row : page.rows()) {
            Task task = ViewMapper.task(row);
            bytes += task.getSerializedSize();
            if (bytes > MAX_BYTES && out.getTasksCount() > 0) {
                return out.setNextPageToken(token(query.get(), last)).build();
            }
            out.addTasks(task);
            last = row.task().id();
        }
        page.next()
                .map(next -> new TaskId(next.value() - 1))
                .ifPresent(before -> out.setNextPageToken(token(query.get(), before)));
        return out.build();
    }

    /**
     * The query as this page answers it; empty if nothing can match. Which submission is the newest
     * is settled with the first page, and stays so on the next ones.
     */
    private static Optional<TaskQuery> query(Answers answers, TaskQuery query, Token token) {
        if (!query.getLatestSubmission()) {
            return Optional.of(query);
        }
        Optional<String> id =
                token.submission().isEmpty()
                        ? answers.read(view ->
                                view.state()
                                        .newestSubmission(query.getUser())
                                        .map(newest -> newest.id().value()))
                        : Optional.of(token.submission());
        if (!query.getSubmissionId().isEmpty()) {
            id = id.filter(RequestCheck.normalId(query.getSubmissionId())::equals);
        }
        return id.map(newest -> query.toBuilder().setSubmissionId(newest).build());
    }

    private static String token(TaskQuery query, TaskId last) {
        String id = Long.toString(last.value());
        return query.getLatestSubmission() ? id + "@" + query.getSubmissionId() : id;
    }

    /**
     * Where to go on.
     *
     * @param submission that the first page settled on; may be empty
     */
    private record Token(TaskId last, String submission) {
        static Token of(String token) {
            if (token.isEmpty()) {
                return new Token(new TaskId(0), "");
            }
            int at = token.indexOf('@');
            try {
                long id = Long.parseLong(at < 0 ? token : token.substring(0, at));
                if (id >= 0 && id < Long.MAX_VALUE) {
                    return new Token(new TaskId(id), at < 0 ? "" : token.substring(at + 1));
                }
            } catch (NumberFormatException _) {
                // Falls through to the refusal.
            }
            throw StatusMapper.of(
                    new Rejection.Invalid(
                            "page_token",
                            "'" + Names.shown(token) + "' is not one of ours",
                            "send the token of the last page"));
        }
    }
}
