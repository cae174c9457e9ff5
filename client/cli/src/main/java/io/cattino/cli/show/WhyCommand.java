package io.cattino.cli.show;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.command.Places;
import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Listing;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.util.Optional;

/** {@code meow why}: why a task waits, and what would get it on. */
public final class WhyCommand extends MeowCommand {

    private String name = "";
    private OutputOptions options = new OutputOptions();

    public WhyCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Show why a task waits, and what would get it on.");
        syntax.word("NAME").says("A task").text(it -> name = it);
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    @Override
    protected Exit execute() {
        return options.show(output(), this::listing);
    }

    private Listing<TaskInfo> listing() {
        TaskInfo task = new Lookup(client()).task(name);
        Optional<Waiting> waiting =
                task.status() == TaskStatus.WAITING
                        ? Optional.of(Waiting.find(client(), task))
                        : Optional.empty();
        Fields<TaskInfo> fields = WaitingFields.add(TaskFields.all(output().clock()), _ -> waiting);
        Told told = waiting.map(why -> waits(task, why)).orElseGet(() -> does(task));
        return new Listing.Told<>(
                fields,
                task,
                WaitingFields.why(),
                told.plain(),
                false,
                (_, look) -> told.people(look));
    }

    private Told waits(TaskInfo task, Waiting waiting) {
        return new TaskStory(output(), new Places(client())).why(task, waiting);
    }

    /** It does not wait. */
    private static Told does(TaskInfo task) {
        Told told = new Told();
        String reason = TaskWords.reason(task);
        told.add("Name", task.fullname());
        told.add(
                "Status",
                TaskWords.status(task).text()
                        + ": it does not wait"
                        + (reason.isEmpty() ? "" : "; " + reason));
        return told;
    }
}
