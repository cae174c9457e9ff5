package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code meow undrain}: a node takes tasks again. */
@Command(name = "undrain", description = "Let a node take tasks again.")
public final class UndrainCommand extends MeowCommand {

    @Parameters(paramLabel = "NODE", description = "Its name")
    private String node = "";

    public UndrainCommand(Session session) {
        super(session);
    }

    @Override
    protected Exit execute() {
        output().note("%s takes tasks again.".formatted(client().nodes().undrain(node).name()));
        return Exit.OK;
    }
}
