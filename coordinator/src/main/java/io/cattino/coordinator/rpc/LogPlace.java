package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.ReadLogRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where a log is that somebody asks for, as far as anybody can tell now. */
sealed interface LogPlace {
    /** A node has it. */
    record There(LogSource.Request log) implements LogPlace {
        /** Number of the attempt; 0 of a group, whose log has none. */
        int attempt() {
            return log.ofGroup() ? 0 : log.attempt().number();
        }
    }

    /** Nobody can tell yet; an event of the task, or of one of the group, may. */
    record NotYet(String text) implements LogPlace {}

    /** Nothing has started, and nothing will. */
    record Never(String text) implements LogPlace {}

    /** No task is called that, nor a group whose log is asked for. */
    record Unknown() implements LogPlace {}

    /** Looks for it. On the loop's thread. */
    static LogPlace of(View view, ReadLogRequest request) {
        ClusterState state = view.state();
        String name = request.getFullname();
        Optional<Task> task = state.byName(name);
        if (task.isPresent()) {
            return new Search(view, request).of(task.get());
        }
        Optional<GroupHooks> hooks =
                request.getKind() == LogKind.LOG_KIND_HOOKS
                        ? state.group(name).flatMap(Group::hooks)
                        : Optional.empty();
        return hooks.<LogPlace>map(new Search(view, request)::of).orElseGet(Unknown::new);
    }

    /** One look. */
    record Search(View view, ReadLogRequest request) {
        private static final String END = "/" + GroupHooks.END;

        private LogPlace of(Task task) {
            int wanted = request.getAttempt();
            int newest = task.tally().attempts();
            Optional<Attempt> attempt =
                    wanted == 0 ? newest(task) : numbered(task.attempts(), wanted);
            if (attempt.isPresent() && hasLog(attempt.get())) {
                return there(task, attempt.get());
            }
            if (wanted != 0 && wanted <= newest && attempt.isEmpty()) {
                return new Never(
                        "the record of attempt "
                                + wanted
                                + " of '"
                                + task.fullname()
                                + "' is not kept any more");
            }
            return notStarted(task, wanted, attempt);
        }

        private LogPlace notStarted(Task task, int wanted, Optional<Attempt> attempt) {
            String name = "'" + task.fullname() + "'";
            String reason = view.reason(task).text();
            String because = reason.isEmpty() ? "" : ": " + reason;
            if (attempt.flatMap(Attempt::end).isPresent()) {
                return new Never("attempt " + wanted + " of " + name + " never started");
            }
            if (task.finished()) {
                return new Never(
                        wanted == 0
                                ? name + " never started" + because
                                : name + " has no attempt " + wanted);
            }
            if (view.stuck(task)) {
                return new Never(name + " cannot start without a person" + because);
            }
            return new NotYet(name + " has not started yet" + because);
        }

        /** With follow the one that is about to start, otherwise the newest that has a log. */
        private Optional<Attempt> newest(Task task) {
            List<Attempt> attempts = task.attempts();
            if (request.getFollow() && task.liveAttempt().isPresent()) {
                return task.lastAttempt();
            }
            return attempts.reversed().stream().filter(Search::hasLog).findFirst();
        }

        private static Optional<Attempt> numbered(List<Attempt> attempts, int number) {
            return attempts.stream().filter(a -> a.id().number() == number).findFirst();
        }

        private static boolean hasLog(Attempt attempt) {
            return attempt.startedWallMs() > 0
                    || attempt.end()
                            .map(end -> !(end.result() instanceof AttemptResult.NotStarted))
                            .orElse(false);
        }

        /** What hooks of a group print goes to the group's own directory. */
        private LogPlace there(Task task, Attempt attempt) {
            String name = task.fullname();
            boolean ofGroup = request.getKind() == LogKind.LOG_KIND_HOOKS && name.endsWith(END);
            return ofGroup
                    ? there(task, attempt, name.substring(0, name.length() - END.length()), true)
                    : there(task, attempt, name, false);
        }

        private LogPlace there(Task task, Attempt attempt, String directory, boolean ofGroup) {
            String runDir =
                    view.state().submission(task.submission()).map(s -> s.runDir()).orElse("");
            return new There(
                    new LogSource.Request(
                            attempt.node(),
                            attempt.nodeName(),
                            attempt.id(),
                            request,
                            runDir + "/" + directory,
                            ofGroup));
        }

        private LogPlace of(GroupHooks hooks) {
            String group = request.getFullname();
            ClusterState state = view.state();
            if (!hooks.hasStart()) {
                return state.byName(group + END).map(this::of).orElseGet(() -> notStarted(group));
            }
            return starter(state.under(group))
                    .map(attempt -> {
                        TaskId task = attempt.id().task();
                        return there(state.task(task).orElseThrow(), attempt, group, true);
                    })
                    .orElseGet(() -> notStarted(group));
        }

        /**
         * The attempt that ran on_start. None of the group starts before that is over; while none
         * has, it is the newest that was placed.
         */
        private static Optional<Attempt> starter(List<Task> tasks) {
            List<Attempt> attempts =
                    tasks.stream()
                            .filter(task -> !task.fullname().endsWith(END))
                            .flatMap(task -> task.attempts().stream())
                            .filter(attempt -> attempt.end().isEmpty() || hasLog(attempt))
                            .toList();
            return attempts.stream()
                    .filter(attempt -> attempt.startedWallMs() > 0)
                    .min(Comparator.comparingLong(Attempt::startedWallMs))
                    .or(() ->
                            attempts.stream().max(Comparator.comparingLong(Attempt::placedWallMs)));
        }

        private LogPlace notStarted(String group) {
            boolean goesOn =
                    view.state().under(group).stream()
                            .anyMatch(task -> !task.finished() && !view.stuck(task));
            return goesOn
                    ? new NotYet("no hook of '" + group + "' has started yet")
                    : new Never("no hook of '" + group + "' has started, and none can");
        }
    }
}
