package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.client.NodeInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code meow node forget}: what operators do to one machine. */
@Command(
        name = "node",
        description = {
            "node forget NODE: your word that a machine is gone for good and nothing runs on it any more.",
            "Its tasks are treated as lost. Refused while it is connected."
        })
public final class NodeCommand extends MeowCommand {

    @Parameters(index = "0", paramLabel = "forget", description = "What to do")
    private String action = "";

    @Parameters(index = "1", paramLabel = "NODE", description = "Its name")
    private String node = "";

    public NodeCommand(Session session) {
        super(session);
    }

    @Override
    protected Exit execute() {
        if (!action.equals("forget")) {
            throw Failure.usage(
                    "'%s' is nothing to do to a node".formatted(action),
                    "there is: meow node forget NODE");
        }
        if (!session().confirm("Is %s gone for good, and nothing runs on it?".formatted(node))) {
            output().warn("Nothing was done.");
            return Exit.FAILED;
        }
        NodeInfo gone = client().nodes().forget(node);
        output().note("%s is forgotten.".formatted(gone.name()));
        return Exit.OK;
    }
}
