package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.Task;

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
        TaskId last = token(request.getPageToken());
        int size = request.getPageSize() == 0 ? RequestCheck.MAX_PAGE : request.getPageSize();
        TaskReader.Page page =
                new TaskReader(request.getQuery())
                        .page(answers, new TaskId(last.value() + 1), size);
        ListTasksResponse.Builder out =
                ListTasksResponse.newBuilder()
                        .setRevision(page.revision())
                        .addAllUnknownNames(page.unknown());
        long bytes = 0;
        for (TaskRow row : page.rows()) {
            Task task = ViewMapper.task(row);
            bytes += task.getSerializedSize();
            if (bytes > MAX_BYTES && out.getTasksCount() > 0) {
                return out.setNextPageToken(token(last)).build();
            }
            out.addTasks(task);
            last = row.task().id();
        }
        page.next().ifPresent(next -> out.setNextPageToken(token(new TaskId(next.value() - 1))));
        return out.build();
    }

    private static String token(TaskId last) {
        return Long.toString(last.value());
    }

    private static TaskId token(String token) {
        if (token.isEmpty()) {
            return new TaskId(0);
        }
        try {
            long id = Long.parseLong(token);
            if (id >= 0 && id < Long.MAX_VALUE) {
                return new TaskId(id);
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
