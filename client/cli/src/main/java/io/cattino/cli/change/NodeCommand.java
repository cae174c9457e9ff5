package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.NodeInfo;

/** {@code meow node forget}: what operators do to one machine. */
public final class NodeCommand extends MeowCommand {

    private String action = "";
    private String node = "";

    public NodeCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "node forget NODE: your word that a machine is gone for good and nothing runs on it any more.",
                "Its tasks are treated as lost. Refused while it is connected.");
        syntax.word("forget").says("What to do").text(it -> action = it);
        syntax.word("NODE").says("Its name").text(it -> node = it);
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
