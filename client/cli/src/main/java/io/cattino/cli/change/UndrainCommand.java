package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;

/** {@code meow undrain}: a node takes tasks again. */
public final class UndrainCommand extends MeowCommand {

    private String node = "";

    public UndrainCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Let a node take tasks again.");
        syntax.word("NODE").says("Its name").text(it -> node = it);
    }

    @Override
    protected Exit execute() {
        output().note("%s takes tasks again.".formatted(client().nodes().undrain(node).name()));
        return Exit.OK;
    }
}
