package io.cattino.cli;

import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Globals;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code meow} without a command: the help. */
@Command(
        name = "meow",
        description = "Cattino: runs your tasks on GPUs as soon as there is room for them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "First steps:",
            "  meow create \"python train.py\" -n train -c 1 -M 20000",
            "  meow list",
            "  meow watch train"
        })
final class Meow implements Callable<Integer> {

    @Mixin private final Globals globals;

    @Spec private CommandSpec spec = CommandSpec.create();

    Meow(Globals globals) {
        this.globals = globals;
    }

    Globals globals() {
        return globals;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut(), CommandLine.Help.Ansi.OFF);
        return Exit.OK.code();
    }
}
