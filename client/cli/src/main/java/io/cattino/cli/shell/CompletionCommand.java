package io.cattino.cli.shell;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.serve.VersionCommand;
import io.cattino.cli.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meow completion}: what makes TAB work. */
@Command(
        name = "completion",
        description = {
            "Print what makes a shell complete meow's commands, options and the names of tasks.",
            "",
            "  bash   echo 'source <(meow completion bash)' >> ~/.bashrc",
            "  zsh    echo 'source <(meow completion zsh)' >> ~/.zshrc       (behind compinit)",
            "  fish   meow completion fish > ~/.config/fish/completions/meow.fish"
        })
public final class CompletionCommand extends MeowCommand {

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    private String shell = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    public CompletionCommand(Session session) {
        super(session);
    }

    @Override
    protected Exit execute() {
        if (!CompletionScript.SHELLS.contains(shell)) {
            throw Failure.usage(
                    "there is no completion for '%s'".formatted(shell),
                    Text.nearest(shell, CompletionScript.SHELLS)
                            .map("did you mean: meow completion %s ?"::formatted)
                            .orElse("there is: bash, zsh, fish"));
        }
        String script = new CompletionScript(spec.root(), VersionCommand.number()).of(shell);
        output().raw().print(script);
        return Exit.OK;
    }
}
