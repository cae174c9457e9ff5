package io.cattino.client.internal;

import io.cattino.client.TaskInfo;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.Task;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tasks of a query, one page in memory at a time. One thread. */
final class PagedTasks implements Iterator<TaskInfo> {

    private final Function<String, ListTasksResponse> pages;
    private Iterator<Task> page = Collections.emptyIterator();

    /** Of the next page; null after the last. */
    private @Nullable String token = "";

    PagedTasks(Function<String, ListTasksResponse> pages) {
        this.pages = pages;
    }

    @Override
    public boolean hasNext() {
        for (String next = token; next != null && !page.hasNext(); next = token) {
            ListTasksResponse fetched = pages.apply(next);
            page = fetched.getTasksList().iterator();
            token = fetched.getNextPageToken().isEmpty() ? null : fetched.getNextPageToken();
        }
        return page.hasNext();
    }

    @Override
    public TaskInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return TasksFromProto.task(page.next());
    }
}
