package io.cattino.server;

import io.cattino.agent.store.DataDirectoryException;
import io.cattino.coordinator.journal.JournalException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What a server says and exits with when it cannot go on. */
final class Startup {
    private Startup() {}

    /** A refusal whose message says all there is to say. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    static ExitCode code(Throwable failure) {
        return switch (failure) {
            case JournalException.Fenced _ -> ExitCode.FENCED;
            case JournalException.Corrupt _ -> ExitCode.CORRUPT;
            default -> ExitCode.FAILED;
        };
    }

    /** What is wrong with the words that were typed, and where all of them are explained. */
    static int misused(ParameterException mistake, String typed, Optional<OptionFile> file) {
        String place =
                mistake.getArgSpec() instanceof OptionSpec option
                        ? file.map(it -> it.place(option.longestName())).orElse("")
                        : "";
        System.err.println(
                "error: " + place + mistake.getMessage() + ", exit " + ExitCode.USAGE.code());
        System.err.println(
                "  all options: " + typed + " " + command(mistake.getCommandLine()) + "--help");
        return ExitCode.USAGE.code();
    }

    private static String command(CommandLine line) {
        return line.getParent() == null
                ? ""
                : command(line.getParent()) + line.getCommandName() + " ";
    }

    /** A failure that is fully told by its words. */
    static void say(String message, ExitCode exit) {
        System.err.println("error: " + message + ", exit " + exit.code());
    }

    /** What and why, on stderr; the stack only where the message cannot stand alone. */
    static void complain(Throwable failure) {
        PrintStream err = System.err;
        boolean plain =
                failure instanceof Refused
                        || failure instanceof JournalException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof DataDirectoryException
                        || failure instanceof IOException;
        if (plain) {
            say(String.valueOf(failure.getMessage()), code(failure));
            if (failure instanceof BindException) {
                err.println("  other ports: --port PORT --http-port PORT   (0: any free one)");
            }
        } else {
            failure.printStackTrace(err);
        }
    }
}
