package io.cattino.cli.change;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.Selection;
import io.cattino.cli.command.Selection.Picked;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A command that changes the state of tasks: asks if it is much, does it, and tells what became of
 * each.
 */
public abstract class ChangeCommand extends MeowCommand {

    private static final int SHOWN = 8;

    private Selection selection = new Selection();

    ChangeCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        selection.declare(syntax);
    }

    /** Says what the command's own options mean for which tasks. */
    void narrow(Selection selection) {}

    /** Whether the command applies to a task. */
    abstract boolean applies(TaskInfo task);

    /** Does it. */
    abstract List<TaskChange> change(MeowClient client, TaskSelector selector);

    /** {@code kill}, for messages. */
    abstract String verb();

    /** {@code Killed}, for messages. */
    abstract String past();

    /** One next step for what was changed; may be empty. */
    abstract String hint(List<TaskChange> changed);

    /** What to do with a task that it does not apply to; may be empty. */
    String instead(TaskChange refused) {
        TaskStatus status = refused.status();
        if (status == null) {
            return "";
        }
        String next =
                switch (status) {
                    case WAITING -> "why it waits: meow why %s";
                    case RUNNING -> "follow it: meow watch %s";
                    case DONE, FAILED, CANCELLED -> "let it run once more: meow rerun %s";
                };
        return next.formatted(refused.fullname());
    }

    /** Whether running tasks come to harm, so that people are asked. */
    boolean stops() {
        return true;
    }

    @Override
    protected Exit execute() {
        narrow(selection);
        selection.check();
        if (selection.named().contains("backend")) {
            throw Failure.usage("'backend' is the server, not a task", "stop it: meow exit");
        }
        Picked picked = selection.pick(client(), this::applies, mustAsk());
        if (picked.selector().isEmpty()) {
            return nothing();
        }
        if (!confirmed(picked.tasks())) {
            output().warn("Nothing was done.");
            return Exit.FAILED;
        }
        List<TaskChange> changes = change(client(), picked.selector().get());
        return changes.isEmpty() ? nothing() : tell(changes, picked.named());
    }

    private boolean mustAsk() {
        return stops()
                && output().canAsk()
                && !session().globals().yes()
                && !session().globals().noInput();
    }

    private boolean confirmed(List<TaskInfo> tasks) {
        List<String> running =
                tasks.stream()
                        .filter(task -> task.status() == TaskStatus.RUNNING)
                        .map(TaskInfo::fullname)
                        .toList();
        Optional<String> question = stops() ? question(tasks, running) : Optional.empty();
        return question.map(session()::confirm).orElse(true);
    }

    /**
     * What people on a terminal are asked before it is done; nothing about a single running task.
     */
    Optional<String> question(List<TaskInfo> tasks, List<String> running) {
        if (running.size() <= 1) {
            return Optional.empty();
        }
        String verb = Character.toUpperCase(verb().charAt(0)) + verb().substring(1);
        return Optional.of(
                "%s %d running tasks (%s)?"
                        .formatted(verb, running.size(), Text.some(running, SHOWN)));
    }

    private Exit nothing() {
        output().note("There is nothing to %s.".formatted(verb()));
        return Exit.OK;
    }

    private Exit tell(List<TaskChange> answer, List<String> named) {
        List<TaskChange> changes =
                answer.stream().filter(change -> !change.fullname().isEmpty()).toList();
        answer.stream()
                .filter(change -> change.fullname().isEmpty())
                .forEach(rest -> output().note(rest.message()));
        List<TaskChange> changed = changes.stream().filter(TaskChange::isChanged).toList();
        List<String> names = changed.stream().map(TaskChange::fullname).toList();
        if (!output().toPeople()) {
            output().lines(names);
        } else if (!changed.isEmpty()) {
            output().line(
                            "%s %s%s"
                                    .formatted(
                                            past(),
                                            names.size() == 1
                                                    ? ""
                                                    : Text.count(names.size(), "task") + ": ",
                                            Text.some(names, SHOWN)));
        }
        for (TaskChange change : changed) {
            if (!change.message().isEmpty()) {
                output().note("%s: %s".formatted(change.fullname(), change.message()));
            }
        }
        Exit exit = tellFailures(changes, changed, named);
        if (!changed.isEmpty()) {
            String hint = hint(changed);
            if (!hint.isEmpty()) {
                output().hint(hint);
            }
        }
        return exit;
    }

    /**
     * What did not work, by the names that were given: a group is a success if anything in it was
     * changed.
     */
    private Exit tellFailures(
            List<TaskChange> changes, List<TaskChange> changed, List<String> named) {
        Set<Exit> exits = EnumSet.noneOf(Exit.class);
        List<Failure> failures = new ArrayList<>();
        for (TaskChange change : changes) {
            boolean failed = !change.isChanged() && !isCovered(change, changed, named);
            if (failed && change.outcome() == TaskChange.Outcome.NOT_FOUND) {
                failures.add(unknown(change));
            } else if (failed) {
                failures.add(Failure.of(Exit.STATE, wrongState(change), instead(change)));
            }
        }
        for (Failure failure : failures) {
            exits.add(failure.exit());
            output().error(String.valueOf(failure.getMessage()), failure.exit(), failure.next());
        }
        if (failures.isEmpty()) {
            return Exit.OK;
        }
        return changed.isEmpty() && exits.size() == 1 ? exits.iterator().next() : Exit.PARTLY;
    }

    /** What was not named itself may have changed since it was selected. */
    private static boolean isCovered(
            TaskChange change, List<TaskChange> changed, List<String> named) {
        return !named.contains(change.fullname())
                && named.stream()
                        .filter(name -> change.fullname().startsWith(name + "/"))
                        .allMatch(name ->
                                changed.stream()
                                        .anyMatch(
                                                other -> other.fullname().startsWith(name + "/")));
    }

    private Failure unknown(TaskChange change) {
        Failure unknown = Lookup.unknown(change);
        return isFile(change.fullname())
                ? Failure.of(
                        unknown.exit(),
                        String.valueOf(unknown.getMessage()),
                        "it is a file here; if the shell expanded a pattern, quote it: meow %s 'PATTERN'"
                                .formatted(verb()))
                : unknown;
    }

    private boolean isFile(String name) {
        try {
            return Files.exists(session().invocation().directory().resolve(name));
        } catch (InvalidPathException _) {
            // Only for a hint: what cannot be a path is no file.
            return false;
        }
    }

    private String wrongState(TaskChange change) {
        String said = change.message();
        return said.isEmpty()
                ? "cannot %s '%s': it is %s".formatted(verb(), change.fullname(), change.status())
                : said.contains(change.fullname()) ? said : change.fullname() + ": " + said;
    }

    /** The name to put into a hint: the one, the group that all are in, or a placeholder. */
    static String one(List<TaskChange> changed) {
        if (changed.size() == 1) {
            return changed.getFirst().fullname();
        }
        Set<String> outermost =
                changed.stream()
                        .map(change -> change.fullname().split("/", 2)[0])
                        .collect(Collectors.toSet());
        return outermost.size() == 1 ? outermost.iterator().next() : "NAME";
    }
}
