package io.cattino.cli.show;

import io.cattino.cli.command.Places;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.client.AttemptInfo;
import io.cattino.client.DeviceShare;
import io.cattino.client.EdgeCondition;
import io.cattino.client.Memory;
import io.cattino.client.OnDisconnect;
import io.cattino.client.ParentInfo;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskInfo;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything about one task, in words. */
final class TaskStory {

    private static final String OUT_OF_MEMORY = "OutOfMemory";

    private final Output output;
    private final Places places;

    TaskStory(Output output, Places places) {
        this.output = output;
        this.places = places;
    }

    /**
     * Tells it.
     *
     * @param waiting why it waits, if it does
     * @param env its own variables too
     */
    Told of(TaskInfo task, Optional<Waiting> waiting, boolean env) {
        Told told = new Told();
        identity(task, told, waiting.isPresent());
        told.add("Created", moment(task.createTime()));
        told.add("Started", moment(task.startTime()));
        told.add("Ended", moment(task.endTime()));
        told.add(
                "After",
                task.parents().stream().map(TaskStory::parent).collect(Collectors.joining(", ")));
        waiting.ifPresent(why -> why.tell(told, output));
        String label = "Attempts";
        for (AttemptInfo attempt : task.attempts()) {
            told.add(label, attempt(attempt, task.devices().memory()));
            label = "";
        }
        if (!task.directory().isEmpty()) {
            String node = task.node().isEmpty() ? "" : " on " + task.node();
            told.whole("Logs", task.directory() + "/{stdout,stderr}.log" + node);
        }
        if (env) {
            task.spec().env().forEach((key, value) -> told.whole("Env", key + "=" + value));
        }
        return told;
    }

    /** What happened to it, as far as the leader remembers. */
    void events(Told told, List<TaskEvent> events) {
        String label = "Events";
        for (TaskEvent event : events) {
            List<String> parts = new ArrayList<>();
            Instant time = event.time();
            if (time != null) {
                parts.add(
                        output.toPeople()
                                ? Times.rough(output.since(time)) + " ago"
                                : Times.rfc3339(time));
            }
            parts.add(EventsCommand.word(event.kind()));
            if (!event.node().isEmpty()) {
                parts.add(event.node());
            }
            String reason = EventsCommand.reason(event);
            if (!reason.isEmpty() && event.kind() != TaskEvent.Kind.PLACED) { // where, stands there
                parts.add(reason);
            }
            told.add(label, String.join(" · ", parts));
            label = "";
        }
    }

    /** Only why it waits. */
    Told why(TaskInfo task, Waiting waiting) {
        Told told = new Told();
        told.add("Name", task.fullname());
        told.add("Status", status(task, true));
        told.add("Needs", needs(task));
        waiting.tell(told, output);
        return told;
    }

    /** What it is, how it is, and what it asks for. */
    private void identity(TaskInfo task, Told told, boolean waits) {
        String by = task.user().isEmpty() ? "" : ", by " + task.user();
        told.add("Name", "%s   (id %s%s)".formatted(task.fullname(), task.id(), by));
        told.add("Status", status(task, waits));
        told.whole("Command", (task.spec().shell() ? "bash -c: " : "") + task.commandLine());
        told.whole("Working dir", task.workingDirectory());
        told.add("Needs", needs(task));
        told.add("Disconnect", loss(task));
        told.add("Memory", oomRetry(task));
        told.add("Labels", pairs(task.labels()));
    }

    /**
     * Glyph, word, how long, and why.
     *
     * @param waits whether it is told elsewhere why it waits
     */
    private String status(TaskInfo task, boolean waits) {
        String word = TaskWords.status(task).text();
        if (waits) {
            return word + "   " + Times.exact(output.since(task.createTime()));
        }
        String time =
                TaskWords.runTime(task, output).map(span -> "   " + Times.exact(span)).orElse("");
        String reason = TaskWords.reason(task);
        return word + time + (reason.isEmpty() ? "" : "   " + reason);
    }

    private static String needs(TaskInfo task) {
        int cpus = task.spec().cpus();
        return TaskWords.need(task.devices())
                + (cpus > 0 ? ", " + Text.count(cpus, "CPU core") : "")
                + TaskWords.where(task.where())
                + ", priority "
                + task.priority();
    }

    /** What was said of the loss of its node's contact. */
    private static String loss(TaskInfo task) {
        String policy = TaskWords.onDisconnect(task);
        Duration after = task.spec().lostAfter();
        if (after == null || task.spec().onDisconnect() == OnDisconnect.WAIT) {
            return policy;
        }
        return (policy.isEmpty() ? "as the farm does" : policy) + ", after " + Times.exact(after);
    }

    /** What was said of an end for want of memory. */
    private static String oomRetry(TaskInfo task) {
        double factor = task.spec().oomRetry();
        return factor == 0
                ? ""
                : "tried again with x%s if it is too little"
                        .formatted(BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString());
    }

    /**
     * One attempt.
     *
     * @param memory that its task asks for; null: it had its devices for itself
     */
    private String attempt(AttemptInfo attempt, @Nullable Memory memory) {
        List<String> parts = new ArrayList<>();
        parts.add("#" + attempt.number() + " " + places.of(attempt));
        Instant start = attempt.startTime();
        if (start != null) {
            parts.add(Times.exact(TaskWords.span(start, attempt.endTime(), output)));
        }
        Integer code = attempt.exitCode();
        if (code != null) {
            parts.add(TaskWords.exit(code));
        } else if (attempt.pid() != 0 && attempt.endTime() == null) {
            parts.add("PID " + attempt.pid());
        }
        String reason = attempt.reason().toString();
        if (!reason.isEmpty() && (code == null || OUT_OF_MEMORY.equals(attempt.reason().code()))) {
            parts.add(reason);
        }
        if (!attempt.peaks().isEmpty()) { // there are none while it runs
            parts.add(
                    "%s%s %s, peaked %s"
                            .formatted(
                                    memory instanceof Memory.Auto ? "auto: " : "",
                                    memory == null ? "had" : "asked",
                                    memory(attempt.devices(), attempt),
                                    memory(attempt.peaks(), attempt)));
        }
        return String.join(" · ", parts);
    }

    /** {@code 20000 MiB}; of several devices {@code 20000 MiB each} or {@code 9 MiB on 0, 8 … }. */
    private static String memory(List<DeviceShare> shares, AttemptInfo attempt) {
        String first = shares.getFirst().mib() + " MiB";
        if (attempt.devices().size() <= 1) {
            return first;
        }
        boolean same = shares.stream().map(DeviceShare::mib).distinct().count() == 1;
        return same && shares.size() == attempt.devices().size()
                ? first + " each"
                : shares.stream()
                        .map(share -> share.mib() + " MiB on " + share.index())
                        .collect(Collectors.joining(", "));
    }

    private static String parent(ParentInfo parent) {
        return parent.fullname()
                + (parent.condition() == EdgeCondition.ANY ? " (however it ends)" : "")
                + (parent.satisfied() ? " ✓" : "");
    }

    private String moment(@Nullable Instant time) {
        if (time == null) {
            return "";
        }
        return output.toPeople()
                ? Times.rough(output.since(time)) + " ago   " + Times.rfc3339(time)
                : Times.rfc3339(time);
    }

    private static String pairs(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining(", "));
    }
}
