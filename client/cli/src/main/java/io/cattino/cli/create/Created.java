package io.cattino.cli.create;

import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Widths;
import io.cattino.client.DeviceNeed;
import io.cattino.client.Plan;
import io.cattino.client.ProcTask;
import io.cattino.client.Prospect;
import io.cattino.client.Submission;
import io.cattino.client.SubmissionHandle;
import java.util.ArrayList;
import java.util.List;

/** Tells what was created. */
final class Created {

    private static final int NAME_COLUMNS = 10;
    private static final int NAMES_SHOWN = 30;
    private static final String GAP = "   ";

    private final Output output;
    private final Submission submission;
    private final SubmissionHandle stored;

    Created(Output output, Submission submission, SubmissionHandle stored) {
        this.output = output;
        this.submission = submission;
        this.stored = stored;
    }

    /** What would be created, and where it would start. */
    static void would(Output output, Submission submission, Plan plan, boolean json) {
        if (json) {
            Prospects.json(output, plan.prospects());
        } else if (output.toPeople()) {
            lines("Would create", submission, plan.fullnames(), plan.prospects())
                    .forEach(output::line);
        } else {
            Prospects.values(output, plan.prospects());
        }
    }

    /** A few lines for people, the fullnames for programs. */
    void tell() {
        if (output.toPeople()) {
            lines("Created", submission, stored.fullnames(), stored.prospects())
                    .forEach(output::line);
        } else {
            output.lines(stored.fullnames());
        }
    }

    /** The same on stderr, where stdout belongs to a log. */
    void note() {
        if (output.toPeople()) {
            output.note(inWords("Created", submission, stored.fullnames()));
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

    private static List<String> lines(
            String verb, Submission submission, List<String> names, List<Prospect> prospects) {
        List<String> lines = new ArrayList<>();
        lines.add(inWords(verb, submission, names));
        int column = Widths.of(head(verb, names));
        Prospects.inWords(prospects).forEach(line -> lines.add(" ".repeat(column) + line));
        return lines;
    }

    private static String inWords(String verb, Submission submission, List<String> names) {
        ProcTask first = submission.tasks().values().iterator().next();
        String line = head(verb, names);
        return names.size() == 1
                ? line + need(first)
                : line + NameTree.of(names, NAMES_SHOWN) + GAP + "each " + need(first);
    }

    /** As wide for every short name, so that what follows stands in a column. */
    private static String head(String verb, List<String> names) {
        String name = names.size() == 1 ? names.getFirst() : Text.count(names.size(), "task");
        return verb + " " + Widths.pad(name, NAME_COLUMNS) + GAP;
    }

    private static String need(ProcTask task) {
        DeviceNeed need = task.devices();
        String cpu = need.count() == 0 ? " (it sees no GPU; -c 1 asks for one)" : "";
        return "%s%s%s, priority %d"
                .formatted(
                        TaskWords.need(need), cpu, TaskWords.where(task.where()), task.priority());
    }
}
