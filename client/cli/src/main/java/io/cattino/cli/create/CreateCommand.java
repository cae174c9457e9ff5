package io.cattino.cli.create;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.follow.Awaiting;
import io.cattino.cli.follow.LogFollowers;
import io.cattino.cli.follow.LogView;
import io.cattino.cli.follow.Verdict;
import io.cattino.cli.output.Ending;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code meow create}: hands in a task. */
public final class CreateCommand extends MeowCommand {

    private List<String> words = List.of();
    private TaskOptions task = new TaskOptions();
    private SubmitOptions options = new SubmitOptions();
    private boolean follow;
    private boolean wait;
    private @Nullable String json;
    private @Nullable CommandSpec spec;
    private boolean several;

    public CreateCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Create a task that runs a command: meow create \"python3 train.py\" -n train -c 2 -M 20000 -- --lr 0.1",
                "Of a Python script, the tasks and groups that it exports: meow create pipeline.py",
                "Starts this host's server if there is none.");
        syntax.synopsis("${COMMAND-FULL-NAME} [OPTIONS] INPUT [ARGS...] [-- ARGS...]");
        syntax.words("INPUT")
                .says(
                        "A command line, a Python script that exports tasks, or a shell script with #MEOW lines, and further arguments; what starts with - comes behind --")
                .texts(it -> words = it);
        task.declare(syntax);
        options.declare(syntax);
        syntax.option("-f", "--follow")
                .says("Follow its log, and exit with its code")
                .flag(it -> follow = it);
        syntax.option("-W", "--wait")
                .says("Wait until it has ended, and exit with its code")
                .flag(it -> wait = it);
        syntax.option("--json")
                .label("FIELD,...")
                .arity("0..1")
                .says("The tasks as an array of objects, with these fields")
                .text(it -> json = it);
        spec = syntax.spec();
    }

    @Override
    public Exit ownFailure(Exit exit) {
        boolean standsForTasks = follow || wait;
        if (!standsForTasks || exit == Exit.USAGE || exit == Exit.TIMEOUT) {
            return exit;
        }
        return several ? Exit.FAILED : Exit.OWN;
    }

    @Override
    public boolean speaksJson() {
        return json != null;
    }

    @Override
    public Set<String> laterOptions() {
        return LaterOptions.ALL;
    }

    /**
     * Whether the words that the command consists of have begun: what follows is the command's own.
     */
    public boolean hasInput() {
        return !words.isEmpty();
    }

    @Override
    protected Ending execute() {
        Work work = work();
        List<String> fields = json == null ? List.of() : TaskFields.chosen(json);
        if (follow && json != null) {
            throw Failure.usage("with -f stdout is the log: leave --json out");
        }
        if (options.dryRun()) {
            return dryRun(work);
        }
        Optional<Duration> limit = follow || wait ? session().waitLimit() : Optional.empty();
        Submission submission = submission(work);
        several = submission.tasks().size() > 1;
        MeowClient client = session().clientOfStartedServer();
        SubmissionHandle stored = submit(client, submission);
        var created = new Created(output(), submission, stored);
        if (follow) {
            created.note();
        } else if (json == null) {
            created.tell();
        } else if (!wait) {
            created.json(fields);
        }
        Export.tell(submission.context(), output(), session().globals().verbose());
        work.notes().forEach(output()::note);
        if (options.multirun()) {
            work.nothingToExpand().ifPresent(output()::note);
        }
        if (follow) {
            return follow(client, stored.info(), limit);
        }
        if (wait) {
            Ending ending =
                    new Awaiting(client, output(), stored.fullnames())
                            .await(TaskQuery.submission(stored.id()), limit);
            if (json != null) {
                created.json(fields);
            }
            return ending;
        }
        created.hint();
        return Exit.OK;
    }

    private Ending dryRun(Work work) {
        if (follow || wait) {
            throw Failure.usage("--dry-run creates nothing to wait for: leave -f and -W out");
        }
        Submission submission = submission(work);
        // Nothing is to change, so no server is started for it either.
        Created.would(output(), submission, client().plan(submission), json != null);
        work.notes().forEach(output()::note);
        return Exit.OK;
    }

    /** What is to be run, with the options of the script if it is one. */
    private Work work() {
        if (words.isEmpty()) {
            throw Failure.usage(
                    "what is to be run?",
                    "meow create \"python3 train.py\" -n train -c 1 -M 20000");
        }
        ParseResult typed = Objects.requireNonNull(spec).commandLine().getParseResult();
        var reader = new Work.Reader(words, typed, session().invocation().directory());
        Work work = reader.read(task.directory() != null);
        if (!work.directives().lines().isEmpty()) {
            new ScriptOptions(words.getFirst(), work.directives())
                    .apply(spec, typed, new CreateCommand(session()));
        }
        return work;
    }

    private Submission submission(Work work) {
        return work.exports() ? exported(work) : commands(work);
    }

    private Submission exported(Work work) {
        SubmitContext.Builder context = contextBuilder();
        Submission.Builder submission = Submission.builder();
        new ScriptSubmission(session(), task, options.multirun(), context.build().bundle())
                .into(submission, context, work.begin().getFirst(), work.further());
        options.into(submission, this::stored);
        return submission.context(context.build()).build();
    }

    private Submission commands(Work work) {
        List<Work.Run> runs = workedOut(work.runs(options.multirun(), task.shell()));
        Submission.Builder submission = Submission.builder().context(context());
        Map<String, TaskGroup.Builder> groups = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        Path here = session().invocation().directory();
        for (int i = 0; i < runs.size(); i++) {
            Work.Run run = runs.get(i);
            String name = task.name(run.arguments(), i, runs.size());
            String group = task.group(run.arguments());
            if (name != null && !names.add(group + "/" + name)) {
                throw Failure.usage(
                        "-n names two tasks '%s'".formatted(name),
                        "put every argument that varies into it, or none: then numbers are added");
            }
            ProcTask made = task.task(name, run.command(), session().env(), here);
            if (group == null) {
                submission.add(made);
            } else {
                groups.computeIfAbsent(group, of -> TaskGroup.builder(of).open(true)).add(made);
            }
        }
        groups.values().forEach(group -> submission.add(group.build()));
        options.into(submission, this::stored);
        return submission.build();
    }

    /** With expressions worked out; a shell has its own. */
    private List<Work.Run> workedOut(List<Work.Run> runs) {
        if (task.shell()
                || runs.stream().noneMatch(run -> Expressions.in(run.command()).isPresent())) {
            return runs;
        }
        List<List<String>> commands =
                new Expressions(task.python(session().env()), ScriptSubmission.zip())
                        .workOut(runs.stream().map(Work.Run::command).toList());
        return IntStream.range(0, runs.size())
                .mapToObj(i -> new Work.Run(commands.get(i), runs.get(i).arguments()))
                .toList();
    }

    /** What NAMEs mean; only where that is not what they say is anybody asked. */
    private List<String> stored(List<String> names) {
        return Lookup.arePlain(names)
                ? names
                : new Lookup(session().clientOfStartedServer())
                        .tasks(names).stream().map(TaskInfo::fullname).toList();
    }

    private SubmitContext context() {
        return contextBuilder().build();
    }

    private SubmitContext.Builder contextBuilder() {
        SubmitContext.Builder context = SubmitContext.builder();
        options.exportInto(context, session().env());
        Path here = session().invocation().directory();
        Path wish = task.directory();
        Path directory = wish == null ? here : here.resolve(wish).normalize();
        if (!Files.isDirectory(directory) && session().target().isLoopback()) {
            throw Failure.usage(
                    "there is no directory %s".formatted(directory),
                    "make it, or leave -D out to run here: mkdir -p " + directory);
        }
        context.workingDirectory(directory);
        options.bundleInto(context, here, directory);
        return context;
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

    private Ending follow(MeowClient client, List<TaskInfo> tasks, Optional<Duration> limit) {
        List<TaskInfo> ends =
                new LogFollowers(client, output(), LogView.STDOUT).ends(tasks, 1, limit);
        if (!output().errorToPeople()) {
            ends.forEach(end -> tellEnd(client, end));
        }
        return Verdict.of(ends);
    }

    private void tellEnd(MeowClient client, TaskInfo end) {
        if (end.status() == TaskStatus.FAILED) {
            Awaiting.tellErrors(client, output(), end);
        }
        if (end.status() != TaskStatus.DONE && !end.stuck()) {
            output().note(
                            "%s %s: %s"
                                    .formatted(
                                            end.fullname(), end.status(), TaskWords.reason(end)));
        }
    }
}
