package io.cattino.cli.create;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.follow.Awaiting;
import io.cattino.cli.follow.LogFollower;
import io.cattino.cli.follow.LogSink;
import io.cattino.cli.follow.Verdict;
import io.cattino.cli.output.Ending;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Widths;
import io.cattino.cli.session.Session;
import io.cattino.client.DeviceNeed;
import io.cattino.client.LogKind;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.OverrideMode;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.SubmissionHandle;
import io.cattino.client.SubmitContext;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meow create}: hands in a task. */
@Command(
        name = "create",
        aliases = "submit",
        customSynopsis = "${COMMAND-FULL-NAME} [OPTIONS] INPUT [ARGS...] [-- ARGS...]",
        description = {
            "Create a task that runs a command: meow create \"python train.py\" -n train -c 2 -M 20000 -- --lr 0.1",
            "Starts this host's server if there is none."
        })
public final class CreateCommand extends MeowCommand {

    private static final int NAME_COLUMNS = 10;

    /** Options that a later step brings. */
    private static final Set<String> LATER =
            Set.of(
                    "-m",
                    "--multirun",
                    "-N",
                    "--nodes",
                    "-t",
                    "--time-limit",
                    "--signal",
                    "--after-fail",
                    "--retries",
                    "--retry-on",
                    "--backoff",
                    "--crash-limit",
                    "-a",
                    "--array",
                    "--each-line",
                    "--from-json",
                    "--sweep",
                    "--max-fails",
                    "--env-file",
                    "-o",
                    "--stdout",
                    "--stderr",
                    "-w",
                    "--nodelist",
                    "-x",
                    "--exclude",
                    "-C",
                    "--constraint",
                    "--prefer",
                    "--exclusive",
                    "--share",
                    "--mem",
                    "--hold",
                    "--begin",
                    "--dry-run",
                    "--comment",
                    "--python",
                    "--launch",
                    "--json",
                    "--on-disconnect");

    @Parameters(
            paramLabel = "INPUT",
            arity = "0..*",
            description =
                    "A command line, and further arguments; what starts with - comes behind --")
    private List<String> words = List.of();

    @Mixin private TaskOptions task = new TaskOptions();

    @Option(
            names = {"-d", "--after"},
            split = ",",
            paramLabel = "NAME",
            order = 20,
            description = "Run when these tasks or groups are Done; may be repeated")
    private List<String> after = List.of();

    @Option(
            names = "--after-any",
            split = ",",
            paramLabel = "NAME",
            order = 21,
            description = "Run when these have ended, however")
    private List<String> afterAny = List.of();

    @Option(
            names = "--override",
            paramLabel = "MODE",
            order = 22,
            description =
                    "If the name is taken: forbid, allow (replace what has ended) or rename. Default: the setting override-exist-tasks")
    private @Nullable String override;

    @Option(
            names = "--export",
            paramLabel = "NAMES",
            defaultValue = "ALL",
            order = 23,
            description =
                    "Variables that the task gets: ALL (default; but for secrets), NONE, or names; ALL,HF_TOKEN sends a secret too")
    private String export = "ALL";

    @Option(
            names = "--allow-unfit",
            order = 24,
            description = "Also if no node that is known could ever hold it")
    private boolean allowUnfit;

    @Option(
            names = {"-f", "--follow"},
            order = 25,
            description = "Follow its log, and exit with its code")
    private boolean follow;

    @Option(
            names = {"-W", "--wait"},
            order = 26,
            description = "Wait until it has ended, and exit with its code")
    private boolean wait;

    @Spec private @Nullable CommandSpec spec;

    public CreateCommand(Session session) {
        super(session);
    }

    @Override
    public Exit ownFailure(Exit exit) {
        boolean standsForTask = follow || wait;
        return !standsForTask || exit == Exit.USAGE || exit == Exit.TIMEOUT ? exit : Exit.OWN;
    }

    @Override
    public Set<String> laterOptions() {
        return LATER;
    }

    /**
     * Whether the words that the command consists of have begun: what follows is the command's own.
     */
    public boolean hasInput() {
        return !words.isEmpty();
    }

    @Override
    protected Ending execute() {
        Optional<Duration> limit = follow || wait ? session().waitLimit() : Optional.empty();
        Submission submission = submission();
        MeowClient client = session().clientOfStartedServer();
        SubmissionHandle created = submit(client, submission);
        tell(created, submission);
        if (follow) {
            return follow(client, created.fullnames().getFirst(), limit);
        }
        if (wait) {
            return new Awaiting(client, output(), created.fullnames())
                    .await(TaskQuery.submission(created.id()), limit);
        }
        return Exit.OK;
    }

    private Submission submission() {
        if (words.isEmpty()) {
            throw Failure.usage(
                    "what is to be run?", "meow create \"python train.py\" -n train -c 1 -M 20000");
        }
        CommandWords.checkScript(words.getFirst(), session().invocation().directory());
        ProcTask made =
                task.task(CommandWords.of(words, behindDashes(), task.shell()), session().env());
        Submission.Builder submission =
                Submission.builder().context(context()).override(mode()).allowUnfit(allowUnfit);
        String group = task.group();
        if (group == null) {
            submission.add(made);
        } else {
            submission.add(TaskGroup.builder(group).add(made).open(true).build());
        }
        after.stream().filter(name -> !name.isEmpty()).forEach(submission::after);
        afterAny.stream().filter(name -> !name.isEmpty()).forEach(submission::afterAny);
        return submission.build();
    }

    /** How many words came behind the first {@code --}. */
    private int behindDashes() {
        List<String> typed =
                spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
        int dashes = typed.indexOf("--");
        return dashes < 0 ? 0 : typed.size() - dashes - 1;
    }

    private SubmitContext context() {
        SubmitContext.Builder context = SubmitContext.builder();
        Export.into(context, export, session().env());
        Path here = session().invocation().directory();
        Path wish = task.directory();
        Path directory = wish == null ? here : here.resolve(wish).normalize();
        if (!Files.isDirectory(directory) && session().target().isLoopback()) {
            throw Failure.usage("there is no directory %s".formatted(directory));
        }
        return context.workingDirectory(directory).build();
    }

    private OverrideMode mode() {
        return switch (override == null ? "" : override.toLowerCase(Locale.ROOT)) {
            case "" -> OverrideMode.DEFAULT;
            case "forbid" -> OverrideMode.FORBID;
            case "allow" -> OverrideMode.ALLOW;
            case "rename" -> OverrideMode.RENAME;
            default ->
                    throw Failure.usage(
                            "--override is forbid, allow or rename, not '%s'".formatted(override));
        };
    }

    private SubmissionHandle submit(MeowClient client, Submission submission) {
        try {
            return client.submit(submission);
        } catch (MeowException.AlreadyExists e) {
            if (!e.hint().isEmpty()) {
                throw e;
            }
            throw Failure.of(
                    Exit.STATE,
                    String.valueOf(e.getMessage()),
                    "meow create ... --override rename    another name",
                    "meow create ... --override allow     replaces it, if it has ended");
        }
    }

    private void tell(SubmissionHandle created, Submission submission) {
        List<String> names = created.fullnames();
        if (!output().toPeople()) {
            if (!follow) {
                output().lines(names);
            }
        } else {
            String first = names.getFirst();
            ProcTask made = submission.tasks().values().iterator().next();
            DeviceNeed need = made.devices();
            String cpu =
                    need.count() == 0
                            ? " (CUDA_VISIBLE_DEVICES is empty on a GPU host; -c 1 asks for one)"
                            : "";
            String said =
                    "Created %s   %s%s, priority %d"
                            .formatted(
                                    Widths.pad(first, NAME_COLUMNS),
                                    TaskWords.need(need),
                                    cpu,
                                    made.priority());
            if (follow) {
                output().note(said);
            } else {
                output().line(said);
            }
        }
        Export.tell(submission.context(), output(), session().globals().verbose());
        if (!follow && !wait) {
            output().hint(
                            names.size() == 1
                                    ? "Follow it: meow watch " + names.getFirst()
                                    : "%s created: meow list"
                                            .formatted(Text.count(names.size(), "task")));
        }
    }

    private Ending follow(MeowClient client, String fullname, Optional<Duration> limit) {
        LogSink sink = LogSink.raw(output().raw(), output().toPeople());
        TaskInfo end =
                new LogFollower(client, output(), LogKind.STDOUT, sink).follow(fullname, 1, limit);
        if (end.status() == TaskStatus.FAILED) {
            Awaiting.tellErrors(client, output(), end);
        }
        if (!output().errorToPeople() && end.status() != TaskStatus.DONE && !end.stuck()) {
            output().note("%s %s: %s".formatted(fullname, end.status(), TaskWords.reason(end)));
        }
        return Verdict.of(List.of(end));
    }
}
