package io.cattino.cli.follow;

import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.TaskInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What hooks of groups printed. A group's log is a file on each node that ran one of its hooks: the
 * group's name stands for that of its on_start, its task {@code @on_end} for that of its on_end.
 * Where the second begins with all that was shown of the first, it is the same file, or says the
 * same; what is shown of it is the rest.
 *
 * <p>Thread-safe.
 */
final class GroupLogs {

    private static final String END = "/@on_end";

    private final MeowClient client;
    private final LogRange range;
    private final LogScreen screen;
    private final List<String> groups;
    private final Map<String, Part> shown = new ConcurrentHashMap<>();
    private final List<LogStream> reading = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /** The part of a file from one byte up to another. */
    @SuppressWarnings("ArrayRecordComponent") // it is compared by its digest alone
    private record Part(long from, long to, byte[] digest) {}

    GroupLogs(MeowClient client, LogRange range, LogScreen screen, List<String> groups) {
        this.client = client;
        this.range = range;
        this.screen = screen;
        this.groups = List.copyOf(groups);
    }

    /** Their names; not all of them need have hooks. */
    List<String> names() {
        return groups;
    }

    /** Whether one of them has hooks that have run. */
    boolean anyShown() {
        return !shown.isEmpty();
    }

    /**
     * Shows what the node of its on_start has; nothing if it has no hooks.
     *
     * @param follow until the attempt is over that ran it
     */
    void show(String group, boolean follow) {
        LogSink sink = screen.sink(LogView.HOOKS.look(LogKind.HOOKS, prefix(group)));
        MessageDigest digest = digest();
        long length = 0;
        try (LogStream log = client.log(group, LogKind.HOOKS)) {
            range.begin(log);
            if (follow) {
                log.follow();
            }
            reading.add(log);
            if (stopped) {
                return;
            }
            for (byte[] data = log.read(); data != null; data = log.read()) {
                sink.write(data);
                digest.update(data);
                length += data.length;
            }
            shown.put(group, new Part(log.offset() - length, log.offset(), digest.digest()));
        } catch (MeowException.NotFound | MeowException.WrongState _) {
            // It has no hooks, or none has run, which its tasks tell.
        }
        sink.end();
    }

    /** What is shown of a task's log. */
    LogRange range(TaskInfo task) {
        Part part = isEnd(task) ? shown.get(group(task)) : null;
        return part != null && part.to > part.from && holds(task.fullname(), part)
                ? LogRange.from(part.to)
                : range;
    }

    private boolean holds(String fullname, Part part) {
        MessageDigest digest = digest();
        long left = part.to - part.from;
        try (LogStream log = client.log(fullname, LogKind.HOOKS).from(part.from)) {
            for (byte[] data = log.read(); data != null && left > 0; data = log.read()) {
                int taken = (int) Math.min(left, data.length);
                digest.update(data, 0, taken);
                left -= taken;
            }
        }
        return left == 0 && Arrays.equals(digest.digest(), part.digest);
    }

    /** Whether it is the end of one of them. */
    boolean isEnd(TaskInfo task) {
        return task.fullname().endsWith(END) && groups.contains(group(task));
    }

    /** The tasks that are their ends, as far as they have come. */
    List<TaskInfo> ends() {
        List<TaskInfo> ends = new ArrayList<>();
        for (String group : groups) {
            try {
                ends.add(client.task(group + END).info());
            } catch (MeowException.NotFound _) {
                // It has no on_end, or none yet.
            }
        }
        return ends;
    }

    /** What stands before a task's lines; the end of a group is the group's own. */
    String prefix(TaskInfo task, int tasks) {
        return tasks == 1 && groups.isEmpty()
                ? ""
                : prefix(isEnd(task) ? group(task) : task.fullname());
    }

    private static String prefix(String name) {
        return name + " │ ";
    }

    /** Ends reading, from any thread. */
    void stop() {
        stopped = true;
        reading.forEach(LogStream::close);
    }

    private static String group(TaskInfo end) {
        return end.fullname().substring(0, end.fullname().length() - END.length());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
