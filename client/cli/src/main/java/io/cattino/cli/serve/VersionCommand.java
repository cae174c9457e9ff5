package io.cattino.cli.serve;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code meow meow}: the version. */
public final class VersionCommand extends MeowCommand {

    public VersionCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Show the version, and the server's if there is one.");
    }

    /** {@code 1.2.3}. */
    public static String number() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /** This program's version, and the server's where one answers. */
    public static List<String> lines(Session session) {
        List<String> lines = new ArrayList<>(List.of("Cattino: " + number()));
        serverVersion(session).ifPresent(server -> lines.add("Server:  " + server));
        return lines;
    }

    private static Optional<String> serverVersion(Session session) {
        if (!session.target().chosen() && LocalServer.find(session.home()).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(session.client().cluster().status().version());
        } catch (Failure | MeowException _) {
            // Which version this is can be told without it.
            return Optional.empty();
        }
    }

    @Override
    protected Exit execute() {
        lines(session()).forEach(output()::line);
        return Exit.OK;
    }
}
