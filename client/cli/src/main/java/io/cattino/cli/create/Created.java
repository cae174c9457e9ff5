package io.cattino.cli.create;

import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Widths;
import io.cattino.client.DeviceNeed;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.SubmissionHandle;
import java.util.List;

/** Tells what was created. */
final class Created {

    private static final int NAME_COLUMNS = 10;
    private static final int NAMES_SHOWN = 30;

    private final Output output;
    private final Submission submission;
    private final SubmissionHandle stored;

    Created(Output output, Submission submission, SubmissionHandle stored) {
        this.output = output;
        this.submission = submission;
        this.stored = stored;
    }

    /** One line for people, the fullnames for programs. */
    void tell() {
        if (output.toPeople()) {
            output.line(inWords());
        } else {
            output.lines(stored.fullnames());
        }
    }

    /** The same on stderr, where stdout belongs to a log. */
    void note() {
        if (output.toPeople()) {
            output.note(inWords());
        }
    }

    /** The tasks as they are now, as {@code list --json} writes them. */
    void json(List<String> fields) {
        output.json(stored.info().stream().map(task -> TaskFields.json(task, fields)).toList());
    }

    /** One next step. */
    void hint() {
        List<String> names = stored.fullnames();
        boolean held = submission.tasks().values().stream().allMatch(ProcTask::hold);
        output.hint(
                held
                        ? "Let it start: meow unhold "
                                + (names.size() == 1 ? names.getFirst() : "last")
                        : names.size() == 1
                                ? "Follow it: meow watch " + names.getFirst()
                                : "See how they do: meow list");
    }

    private String inWords() {
        List<String> names = stored.fullnames();
        ProcTask first = submission.tasks().values().iterator().next();
        if (names.size() > 1) {
            return "Created %d tasks   %s   %s"
                    .formatted(
                            names.size(), NameTree.of(names, NAMES_SHOWN), "each " + need(first));
        }
        return "Created %s   %s".formatted(Widths.pad(names.getFirst(), NAME_COLUMNS), need(first));
    }

    private static String need(ProcTask task) {
        DeviceNeed need = task.devices();
        String cpu =
                need.count() == 0
                        ? " (CUDA_VISIBLE_DEVICES is empty on a GPU host; -c 1 asks for one)"
                        : "";
        return "%s%s, priority %d".formatted(TaskWords.need(need), cpu, task.priority());
    }
}
