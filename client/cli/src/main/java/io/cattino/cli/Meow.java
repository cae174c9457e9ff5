package io.cattino.cli;

import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Globals;
import io.cattino.cli.syntax.Syntax;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code meow} without a command: the help. */
final class Meow implements Callable<Integer> {

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    Meow(Globals globals) {
        Syntax syntax = new Syntax(spec);
        syntax.about("Cattino: runs your tasks on GPUs as soon as there is room for them.");
        globals.declare(syntax);
        spec.usageMessage()
                .synopsisSubcommandLabel("COMMAND")
                .footer(
                        "",
                        "First steps:",
                        "  meow create \"python3 train.py\" -n train -c 1 -M 20000",
                        "  meow list",
                        "  meow watch train");
    }

    /** What it takes. */
    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        line.usage(line.getOut(), CommandLine.Help.Ansi.OFF);
        return Exit.OK.code();
    }
}
