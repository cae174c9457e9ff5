package io.cattino.cli;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.create.CreateCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.cli.session.Globals;
import io.cattino.cli.session.Session;
import io.cattino.client.MeowException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever went wrong into a message, a next step and an exit code. The only place that does.
 */
final class Mistakes {

    private final Session session;
    private final boolean json;

    /**
     * For one command line.
     *
     * @param json whether it asks for JSON, which may be known without its command
     */
    Mistakes(Session session, boolean json) {
        this.session = session;
        this.json = json;
    }

    /** A command line that could not be read. */
    int onUsage(ParameterException mistake) {
        CommandLine where = mistake.getCommandLine();
        Failure failure =
                mistake instanceof UnmatchedArgumentException unmatched
                        ? unmatched(unmatched, where)
                        : Wording.of(mistake, ownOption(where), Wording.help(where));
        return tell(failure, where);
    }

    /** {@code create python3 -c "..."}: the option may have been meant for the program. */
    private static String ownOption(CommandLine where) {
        return where.getCommand() instanceof CreateCommand create && create.hasInput()
                ? "if it is the command's own: put the command's own options after --"
                : "";
    }

    private static Failure unmatched(UnmatchedArgumentException mistake, CommandLine where) {
        List<String> words = mistake.getUnmatched();
        String option = words.stream().filter(word -> word.startsWith("-")).findFirst().orElse("");
        boolean unknownCommand = where.getParent() == null && !words.getFirst().startsWith("-");
        if (option.isEmpty() || unknownCommand) {
            return unexpected(words.getFirst(), where);
        }
        String name = option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
        Object command = where.getCommand();
        boolean ownPossible = command instanceof CreateCommand create && create.hasInput();
        if (isLater(name, command)) {
            return ownPossible
                    ? Failure.later(
                            "the option " + name,
                            "if it is the command's own: put the command's own options after --")
                    : Failure.later("the option " + name);
        }
        List<String> next = new ArrayList<>();
        List<String> known =
                where.getCommandSpec().options().stream()
                        .flatMap(o -> List.of(o.names()).stream())
                        .toList();
        if (name.startsWith("--")) {
            Text.nearest(name, known)
                    .ifPresent(near -> next.add("did you mean: %s ?".formatted(near)));
        }
        next.add(ownPossible ? "put the command's own options after --" : Wording.help(where));
        return Failure.usage("unknown option '%s'".formatted(name), next.toArray(String[]::new));
    }

    private static boolean isLater(String option, Object command) {
        return Globals.LATER.contains(option)
                || (command instanceof MeowCommand known && known.laterOptions().contains(option));
    }

    private static Failure unexpected(String word, CommandLine where) {
        if (where.getParent() != null || where.getCommandSpec().subcommands().isEmpty()) {
            return Failure.usage("what is '%s' for?".formatted(word), Wording.help(where));
        }
        if (Commands.LATER.contains(word)) {
            return Failure.later("the command '%s'".formatted(word));
        }
        return Failure.usage(
                "there is no command '%s'".formatted(word),
                Optional.ofNullable(Commands.ELSEWHERE.get(word))
                        .or(() -> Text.nearest(word, Commands.words()))
                        .map("did you mean: meow %s ?"::formatted)
                        .orElse("all there are: meow --help"));
    }

    /** A command that failed. */
    int onFailure(Exception failure, CommandLine where) {
        if (session.globals().verbose() && !(failure instanceof Failure)) {
            session.outputForErrors().trace(failure);
        }
        return tell(failure(failure), where);
    }

    private Failure failure(Exception failure) {
        return switch (failure) {
            case Failure told -> told;
            case MeowException from ->
                    Failure.of(exit(from), String.valueOf(from.getMessage()), next(from));
            case IllegalArgumentException mistake ->
                    Failure.usage(String.valueOf(mistake.getMessage()));
            default ->
                    Failure.of(
                            Exit.FAILED,
                            "something unexpected happened: %s".formatted(failure),
                            "more of it: the same with -v");
        };
    }

    private static Exit exit(MeowException failure) {
        return switch (failure) {
            case MeowException.NotFound _ -> Exit.UNKNOWN;
            case MeowException.AlreadyExists _,
                    MeowException.NeverFits _,
                    MeowException.WrongState _ ->
                    Exit.STATE;
            case MeowException.Unavailable _ -> Exit.UNREACHABLE;
            case MeowException.PermissionDenied _ -> Exit.DENIED;
            case MeowException.InvalidTask _ -> Exit.USAGE;
            default -> Exit.FAILED;
        };
    }

    private String[] next(MeowException failure) {
        List<String> next = new ArrayList<>();
        next.add(failure.hint());
        boolean silent = failure.hint().isEmpty();
        switch (failure) {
            case MeowException.PermissionDenied _ -> {
                next.add("its token: export CATTINO_TOKEN_FILE=FILE");
                next.add("another user's server? take ports of your own: export CATTINO_PORT=PORT");
            }
            case MeowException.NotFound _ when silent -> next.add("all there are: meow list --all");
            case MeowException.Unavailable _ -> {
                if (silent) {
                    next.add("another one: meow -H HOST:PORT ...");
                }
                if (session.isEncrypted()) {
                    next.add(
                            "it was called with TLS; without, on a network that you trust: export CATTINO_INSECURE_PLAINTEXT=1");
                }
            }
            default -> {
                // The hint says it all.
            }
        }
        return next.toArray(String[]::new);
    }

    private int tell(Failure failure, CommandLine where) {
        Output output = session.outputForErrors();
        Object command = where.getCommand();
        Exit exit =
                command instanceof MeowCommand known
                        ? known.ownFailure(failure.exit())
                        : failure.exit();
        output.flush();
        if (json || (command instanceof MeowCommand known && known.speaksJson())) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("code", failure.exit().word());
            error.put("message", String.valueOf(failure.getMessage()));
            error.put("hint", String.join("\n", failure.next()));
            output.errorJson(Map.of("error", error));
        } else {
            output.error(String.valueOf(failure.getMessage()), exit, failure.next());
        }
        return exit.code();
    }
}
