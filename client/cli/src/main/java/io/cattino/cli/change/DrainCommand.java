package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import io.cattino.client.Drain;
import io.cattino.client.NodeInfo;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meow drain}: no new tasks for a node. */
@Command(name = "drain", description = "Give a node no new tasks; running ones go on.")
public final class DrainCommand extends MeowCommand {

    @Parameters(paramLabel = "NODE", description = "Its name")
    private String node = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people")
    private String reason = "";

    public DrainCommand(Session session) {
        super(session);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("--deadline", "--force", "-W", "--wait");
    }

    @Override
    protected Exit execute() {
        NodeInfo after = client().nodes().drain(node, Drain.reason(reason));
        output().note(
                        "%s is draining; %d of its tasks run on."
                                .formatted(after.name(), after.running()));
        output().hint("Let it take tasks again: meow undrain " + after.name());
        return Exit.OK;
    }
}
