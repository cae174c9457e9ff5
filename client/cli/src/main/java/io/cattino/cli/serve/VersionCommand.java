package io.cattino.cli.serve;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;

/** {@code meow meow}: the version. */
public final class VersionCommand extends MeowCommand {

    public VersionCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Show the version.");
    }

    /** {@code Cattino: 1.2.3}. */
    public static String version() {
        return "Cattino: " + number();
    }

    /** {@code 1.2.3}. */
    public static String number() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Override
    protected Exit execute() {
        output().line(version());
        return Exit.OK;
    }
}
