package io.cattino.cli.change;

import io.cattino.cli.change.RunDirectories.RunDirectory;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Sizes;
import io.cattino.cli.output.Text;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code meow clean}: deletes the files of old runs. */
public final class CleanCommand extends MeowCommand {

    private static final Path PROC = Path.of("/proc");

    private @Nullable String before;
    private @Nullable String after;
    private boolean all;

    public CleanCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Delete run directories of this machine by the time of their creation; never those of tasks that wait or run.",
                "TIME is 2026, 2026-11, 2026-11-22 or '2026-11-22 08:14:10'. With -v says what is deleted. Examples:",
                "  clean --before 2026-10              up to the end of October",
                "  clean --after 2026-11-01 --before 2026-11-07",
                "  clean -A                            all, and the settings too if no server runs");
        syntax.option("-b", "--before")
                .label("TIME")
                .says("Those created up to then, the whole year, month or day included")
                .text(it -> before = it);
        syntax.option("-a", "--after")
                .label("TIME")
                .says("Those created from then on; with --before those between the two")
                .text(it -> after = it);
        syntax.option("-A", "--all")
                .says("All of them; the settings file too if no server runs")
                .flag(it -> all = it);
    }

    @Override
    protected Exit execute() {
        LocalDateTime from =
                after == null ? LocalDateTime.MIN : CalendarTime.first("--after", after);
        LocalDateTime to =
                before == null ? LocalDateTime.MAX : CalendarTime.last("--before", before);
        if (from.isAfter(to)) {
            throw Failure.usage("nothing lies after %s and before %s".formatted(after, before));
        }
        boolean dates = before != null || after != null;
        if (!all && !dates) {
            output().note("Nothing was deleted: say which run directories.");
            output().hint("Those up to a day: meow clean --before 2026-11-22   all: meow clean -A");
            return Exit.OK;
        }
        if (all && dates && !confirmedAll()) {
            output().warn("Nothing was done.");
            return Exit.FAILED;
        }
        // Looked for before it is asked what is used: what is submitted meanwhile is not found.
        List<RunDirectory> chosen =
                find().stream()
                        .filter(dir ->
                                all
                                        || (!dir.created().isBefore(from)
                                                && !dir.created().isAfter(to)))
                        .toList();
        Optional<MeowClient> client = session().clientIfServerRuns();
        Exit exit = delete(chosen, inUse(client));
        if (all && client.isEmpty()) {
            clearSettings();
        }
        return exit;
    }

    private boolean confirmedAll() {
        if (!output().canAsk() && !session().globals().yes()) {
            throw Failure.usage(
                    "-A deletes everything, and a time was given as well", "leave one of them out");
        }
        return session().confirm("Delete all run directories, whatever the time?");
    }

    private List<RunDirectory> find() {
        try {
            return RunDirectories.of(session().home().root());
        } catch (IOException e) {
            throw Failure.of(
                    Exit.FAILED,
                    "cannot read %s (%s)".formatted(session().home().root(), e.getMessage()));
        }
    }

    /** Run directories of tasks that wait or run, as the server says, and of processes here. */
    private Set<String> inUse(Optional<MeowClient> client) {
        Optional<Set<String>> processes = new RunningProcesses(PROC).runDirectories();
        if (client.isEmpty() && processes.isEmpty()) {
            throw Failure.of(
                    Exit.UNREACHABLE,
                    "cannot tell which tasks run: no server answers",
                    "start it first: meow run");
        }
        Set<String> used = new HashSet<>(processes.orElse(Set.of()));
        client.ifPresent(farm -> {
            farm.tasks().statuses(TaskStatus.WAITING, TaskStatus.RUNNING).stream()
                    .map(TaskInfo::runDir)
                    .forEach(used::add);
            if (!farm.cluster().status().allInOne()) {
                output().note(
                                "Only this machine's %s is cleaned; other nodes keep their files."
                                        .formatted(session().home().root()));
            }
        });
        if (client.isEmpty()) {
            refuseSharedHome();
        }
        // A link may lead to the home, so that the server knows it by another name.
        List.copyOf(used).forEach(directory -> real(Path.of(directory)).ifPresent(used::add));
        return used;
    }

    /** Its name without links; empty if it is gone. */
    private static Optional<String> real(Path directory) {
        try {
            return Optional.of(directory.toRealPath().toString());
        } catch (IOException _) {
            // It is another machine's, or was deleted.
            return Optional.empty();
        }
    }

    /** Without a server nobody knows what runs on the other hosts that use this home. */
    private void refuseSharedHome() {
        List<String> others = session().home().otherHostsWithServers();
        if (!others.isEmpty() && !session().globals().yes()) {
            throw Failure.of(
                    Exit.STATE,
                    "%s is used by servers on %s, whose tasks cannot be seen from here"
                            .formatted(session().home().root(), Text.some(others, 3)),
                    "start this host's server too: meow run",
                    "or, if nothing runs there: meow clean -y ...");
        }
    }

    private Exit delete(List<RunDirectory> chosen, Set<String> used) {
        List<String> deleted = new ArrayList<>();
        long bytes = 0;
        int kept = 0;
        int failed = 0;
        for (RunDirectory directory : chosen) {
            if (isUsed(directory.path(), used)) {
                kept++;
                continue;
            }
            try {
                bytes += RunDirectories.delete(directory);
                deleted.add(directory.path().toString());
                if (output().toPeople() && session().globals().verbose()) {
                    output().line("Deleted " + directory.path());
                }
            } catch (IOException e) {
                failed++;
                output().error(
                                "cannot delete %s (%s)".formatted(directory.path(), e.getMessage()),
                                Exit.FAILED,
                                List.of());
            }
        }
        tell(deleted, bytes, kept);
        return failed == 0 ? Exit.OK : deleted.isEmpty() ? Exit.FAILED : Exit.PARTLY;
    }

    /** What is gone is not deleted. */
    private static boolean isUsed(Path directory, Set<String> used) {
        return used.contains(directory.toString())
                || real(directory).map(used::contains).orElse(true);
    }

    private void tell(List<String> deleted, long bytes, int kept) {
        if (!output().toPeople()) {
            output().lines(deleted);
        } else {
            output().line(
                            deleted.isEmpty()
                                    ? "There is nothing to delete."
                                    : "Deleted %s, %s."
                                            .formatted(
                                                    deleted.size() == 1
                                                            ? "1 run directory"
                                                            : deleted.size() + " run directories",
                                                    Sizes.of(bytes)));
        }
        if (kept > 0) {
            output().note("Kept %d of tasks that wait or run: meow list".formatted(kept));
        }
    }

    private void clearSettings() {
        Path settings = session().home().settings();
        try {
            if (Files.deleteIfExists(settings)) {
                output().note("The settings are gone as well: " + settings);
            }
        } catch (IOException e) {
            throw Failure.of(
                    Exit.PARTLY, "cannot delete %s (%s)".formatted(settings, e.getMessage()));
        }
    }
}
