package io.cattino.agent.exec;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** By the JDK's own means and {@code setsid}; where the other way is not to be had. */
final class ProcessBuilderLauncher implements Launcher {

    private static final Pattern ERROR = Pattern.compile("error[=:] ?(\\d+)");
    private static final File NOTHING = new File("/dev/null");

    @Override
    public long launch(Program program) throws LaunchException {
        if (Files.isSymbolicLink(program.stdout()) || Files.isSymbolicLink(program.stderr())) {
            throw new LaunchException(
                    LaunchException.Cause.OTHER, "a log must not be a symbolic link");
        }
        if (!Files.isDirectory(program.workingDirectory())) {
            throw new LaunchException(
                    LaunchException.Cause.OTHER, "no directory: " + program.workingDirectory());
        }
        // A child of ours never leads a process group, so setsid does not fork: the pid is right.
        List<String> argv = new ArrayList<>();
        argv.add("setsid");
        argv.addAll(program.argv());
        ProcessBuilder builder =
                new ProcessBuilder(argv)
                        .directory(program.workingDirectory().toFile())
                        .redirectInput(NOTHING)
                        .redirectOutput(appendTo(program.stdout()))
                        .redirectError(appendTo(program.stderr()));
        builder.environment().clear();
        builder.environment().putAll(program.environment());
        try {
            return builder.start().pid();
        } catch (IOException e) {
            throw new LaunchException(causeOf(String.valueOf(e.getMessage())), e.toString());
        }
    }

    private static ProcessBuilder.Redirect appendTo(Path file) throws LaunchException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new LaunchException(LaunchException.Cause.OTHER, "a directory: " + file);
        }
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /**
     * The JDK tells the error's number only in its message: {@code error=7} or {@code error: 7}.
     */
    private static LaunchException.Cause causeOf(String message) {
        Matcher error = ERROR.matcher(message);
        return error.find()
                ? LaunchException.causeOf(Integer.parseInt(error.group(1)))
                : LaunchException.Cause.OTHER;
    }

    @Override
    public void reap(long pid) {
        // The JDK waits for its own children.
    }
}
