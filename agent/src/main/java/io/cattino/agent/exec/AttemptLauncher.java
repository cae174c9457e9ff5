package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.LaunchFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts attempts: checks everything that can be checked before, so that people get a reason
 * instead of a shell's message, then spawns the supervisor. Blocks; any thread.
 */
final class AttemptLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptLauncher.class);

    private final Launcher launcher;
    private final SupervisorProgram supervisor;
    private final NodeFacts node;
    private final String bootId;
    private final Optional<Cgroups> cgroups;

    AttemptLauncher(
            Launcher launcher,
            SupervisorProgram supervisor,
            NodeFacts node,
            String bootId,
            Optional<Cgroups> cgroups) {
        this.bootId = bootId;
        this.cgroups = cgroups;
        this.launcher = launcher;
        this.supervisor = supervisor;
        this.node = node;
    }

    /** What became of a launch. */
    sealed interface Result {

        /** The supervisor was spawned. */
        record Spawned(long supervisorPid, Optional<Cgroup> cgroup) implements Result {}

        /** It was not, and never will be. */
        record Failed(AttemptResult result) implements Result {}
    }

    /** Why a launch is given up. */
    private static final class Refused extends Exception {

        private final transient AttemptResult result;

        Refused(AttemptResult result) {
            super(result.toString());
            this.result = result;
        }

        static Refused failed(LaunchFailure failure, String text, String hint) {
            return new Refused(new AttemptResult.LaunchFailed(failure, text, hint));
        }
    }

    /**
     * Starts it.
     *
     * @param launch what a later agent needs to know of the order
     * @param lastLook asked when everything else is ready: why it is not started after all
     */
    Result launch(
            LaunchOrder order,
            AttemptDirectory directory,
            byte[] launch,
            Optional<FenceTerms> fence,
            Supplier<Optional<AttemptResult>> lastLook) {
        AttemptResult result;
        try {
            directory.create(launch);
            Optional<Cgroup> cgroup = cgroups.flatMap(all -> all.create(order.id()));
            if (cgroup.isPresent()) {
                directory.writeCgroup(cgroup.get());
            }
            if (fence.isPresent()) { // last: the fence reads both when it sees this
                directory.writeFence(record(order, fence.get()));
            }
            Launcher.Program program = program(order, directory, cgroup);
            Optional<AttemptResult> refusal =
                    lastLook.get().or(() -> fence.flatMap(FenceTerms::refusal));
            if (refusal.isPresent()) {
                throw new Refused(refusal.get());
            }
            return new Result.Spawned(launcher.launch(program), cgroup);
        } catch (Refused e) {
            result = e.result;
        } catch (Launcher.LaunchException e) {
            result = resultOf(e);
        } catch (IOException e) {
            result = new AttemptResult.NotStarted("LaunchError", "The agent could not write: " + e);
        }
        return claimed(directory, result);
    }

    private FenceRecord record(LaunchOrder order, FenceTerms fence) {
        return new FenceRecord(
                bootId, fence.afterMs(), fence.launchedMs(), node.marker(order.id()));
    }

    /** Nothing may start any more, then say so. */
    private static Result claimed(AttemptDirectory directory, AttemptResult result) {
        try {
            directory.claimStart();
            directory.cgroup().ifPresent(Cgroup::remove);
        } catch (IOException e) {
            // Nothing was spawned, and nobody but us spawns it: only a record is missing.
            LOG.warn("start_not_claimed directory={}", directory.path(), e);
        }
        return new Result.Failed(result);
    }

    private Launcher.Program program(
            LaunchOrder order, AttemptDirectory directory, Optional<Cgroup> cgroup) throws Refused {
        Map<String, String> environment = TaskEnvironment.of(order, node);
        unpack(order);
        Path workingDirectory = order.workingDirectory();
        if (!Files.isDirectory(workingDirectory)) {
            throw Refused.failed(
                    LaunchFailure.WORKDIR_MISSING,
                    "No directory " + workingDirectory + " on " + node.name() + ".",
                    "make it there, or choose another with -D");
        }
        List<String> command =
                order.python().isPresent()
                        ? python(order.python().get(), order, directory, environment)
                        : command(order, environment);
        checkNoNul(command, environment);
        Path taskDirectory = order.taskDirectory();
        try {
            LogFiles.prepare(taskDirectory, order.id().number());
        } catch (IOException e) {
            throw new Refused(unwritable(taskDirectory, e));
        }
        return new Launcher.Program(
                supervisor.argv(directory.path(), order.umask(), cgroup, command),
                TaskEnvironment.forSupervisor(environment),
                workingDirectory,
                taskDirectory.resolve(TaskPaths.LogName.STDOUT.file()),
                taskDirectory.resolve(TaskPaths.LogName.STDERR.file()));
    }

    /** One at a time: the tasks of a submission start together, and need it unpacked once. */
    private synchronized void unpack(LaunchOrder order) throws Refused {
        if (order.bundle().isEmpty()) {
            return;
        }
        try {
            order.bundle().get().unpack();
        } catch (ZipException e) {
            throw Refused.failed(
                    LaunchFailure.INVALID_ORDER,
                    "Its bundle cannot be unpacked: " + e.getMessage(),
                    "submit it again");
        } catch (FileAlreadyExistsException e) { // stays so: another try does not help
            throw Refused.failed(
                    LaunchFailure.RUN_DIR_UNWRITABLE,
                    "%s on %s is no folder any more: its bundle cannot be unpacked there."
                            .formatted(e.getFile(), node.name()),
                    "remove it there, then: meow rerun NAME");
        } catch (IOException e) {
            throw new Refused(unwritable(order.runDir(), e));
        }
    }

    /** The runner, which is told in a file what to do. */
    private List<String> python(
            PythonWork work,
            LaunchOrder order,
            AttemptDirectory directory,
            Map<String, String> environment)
            throws Refused {
        Path zip =
                node.pythonZip()
                        .orElseThrow(() ->
                                Refused.failed(
                                        LaunchFailure.HOOK_FAILED,
                                        "The agent of %s was started without its Python package."
                                                .formatted(node.name()),
                                        "start it by bin/meow agent run"));
        String python = work.python();
        if (!(CommandLookup.find(python, environment, order.workingDirectory())
                instanceof CommandLookup.Result.Found)) {
            throw Refused.failed(
                    LaunchFailure.COMMAND_NOT_FOUND,
                    "%s needs %s, which is not on %s."
                            .formatted(work.script().path(), python, node.name()),
                    "the same environment on all nodes, or one that they share: meow create --python /shared/venv/bin/python ...");
        }
        environment.put("PYTHONHASHSEED", "0"); // as when it was exported
        String json =
                work.json(
                        order,
                        TaskEnvironment.magic(order, node),
                        directory.path().toString(),
                        work.hooksLog(order));
        try {
            return List.of(
                    python,
                    zip.toString(),
                    "run",
                    directory.writePythonWork(json, work.groupStarts().size()).toString());
        } catch (IOException e) {
            throw new Refused(
                    new AttemptResult.NotStarted("LaunchError", "The agent could not write: " + e));
        }
    }

    private List<String> command(LaunchOrder order, Map<String, String> environment)
            throws Refused {
        List<String> argv =
                order.shell()
                        ? List.of("bash", "-c", order.argv().getFirst())
                        : Magic.resolve(order.argv(), TaskEnvironment.magic(order, node));
        String name = argv.getFirst();
        switch (CommandLookup.find(name, environment, order.workingDirectory())) {
            case CommandLookup.Result.Found(Path program) -> {
                if (!name.startsWith("-")) {
                    return argv;
                }
                List<String> spelled = new ArrayList<>(argv);
                spelled.set(0, program.toString()); // the shell would take it for an option
                return spelled;
            }
            case CommandLookup.Result.NotExecutable(Path program) ->
                    throw Refused.failed(
                            LaunchFailure.NOT_EXECUTABLE,
                            program + " cannot be executed on " + node.name() + ".",
                            "chmod +x " + program);
            case CommandLookup.Result.Missing(List<String> alternatives) ->
                    throw notFound(name, alternatives);
        }
    }

    private Refused notFound(String name, List<String> alternatives) {
        String text = "No program '%s' on %s".formatted(shortened(name), node.name());
        return alternatives.isEmpty()
                ? Refused.failed(
                        LaunchFailure.COMMAND_NOT_FOUND,
                        text + (name.contains("/") ? "." : ", in the PATH of the task."),
                        "")
                : Refused.failed(
                        LaunchFailure.COMMAND_NOT_FOUND,
                        text + "; there is " + String.join(", ", alternatives) + ".",
                        "use " + alternatives.getFirst());
    }

    private static String shortened(String name) {
        return name.length() <= 200 ? name : name.substring(0, 200) + "...";
    }

    private static void checkNoNul(List<String> command, Map<String, String> environment)
            throws Refused {
        boolean bad =
                command.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)
                        || environment.entrySet().stream()
                                .anyMatch(variable ->
                                        (variable.getKey() + variable.getValue()).indexOf('\0')
                                                >= 0);
        if (bad) {
            throw Refused.failed(
                    LaunchFailure.INVALID_ARGUMENT,
                    "The command or its environment holds a NUL character.",
                    "");
        }
    }

    private AttemptResult unwritable(Path taskDirectory, IOException e) {
        if (e instanceof FileSystemException failure
                && String.valueOf(failure.getReason()).contains("No space left")) {
            return new AttemptResult.NotStarted(
                    "DiskFull", "No space left for " + taskDirectory + ".");
        }
        if (!isTasksFault(taskDirectory, e)) {
            return new AttemptResult.NotStarted(
                    "LaunchError", "%s cannot be made: %s".formatted(taskDirectory, e));
        }
        return new AttemptResult.LaunchFailed(
                LaunchFailure.RUN_DIR_UNWRITABLE,
                "%s cannot be made on %s: %s".formatted(taskDirectory, node.name(), e),
                "");
    }

    /**
     * Whether the same directory would be refused the next time and elsewhere: not allowed, not in
     * a directory, read-only. Anything else is a shortage of this node. Asked without a look at the
     * message, which depends on the locale.
     */
    static boolean isTasksFault(Path taskDirectory, IOException e) {
        if (e instanceof AccessDeniedException || e instanceof NotDirectoryException) {
            return true;
        }
        Path ancestor = taskDirectory;
        while (ancestor != null && Files.notExists(ancestor, LinkOption.NOFOLLOW_LINKS)) {
            ancestor = ancestor.getParent();
        }
        try {
            return ancestor != null
                    && Files.exists(ancestor)
                    && (!Files.isDirectory(ancestor) || Files.getFileStore(ancestor).isReadOnly());
        } catch (IOException _) {
            return false;
        }
    }

    private static AttemptResult resultOf(Launcher.LaunchException e) {
        return switch (e.kind()) {
            case RESOURCES ->
                    new AttemptResult.NotStarted("NodeResources", String.valueOf(e.getMessage()));
            case TOO_LARGE ->
                    new AttemptResult.LaunchFailed(
                            LaunchFailure.ARGUMENTS_TOO_LONG,
                            "Arguments and environment are larger than the system takes.",
                            "");
            case OTHER ->
                    new AttemptResult.NotStarted("LaunchError", String.valueOf(e.getMessage()));
        };
    }
}
