package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.client.OverrideMode;
import io.cattino.client.Submission;
import io.cattino.client.SubmitContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code create} can say of a submission as a whole. */
public final class SubmitOptions {

    @Option(
            names = {"-m", "--multirun"},
            order = 20,
            description =
                    "One task for each combination of the arguments that are lists: lr=[0.1,0.3], or [a,b]")
    private boolean multirun;

    @Option(
            names = {"-d", "--after"},
            split = ",",
            paramLabel = "NAME",
            order = 21,
            description =
                    "Run when these tasks or groups (or last: your newest submission) are Done; may be repeated")
    private List<String> after = List.of();

    @Option(
            names = "--after-any",
            split = ",",
            paramLabel = "NAME",
            order = 22,
            description = "Run when these have ended, however")
    private List<String> afterAny = List.of();

    @Option(
            names = "--override",
            paramLabel = "MODE",
            order = 23,
            description =
                    "If the name is taken: forbid, allow (replace what has ended) or rename. Default: the setting override-exist-tasks")
    private @Nullable String override;

    @Option(
            names = "--export",
            paramLabel = "NAMES",
            defaultValue = "ALL",
            order = 24,
            description =
                    "Variables that the task gets: ALL (default; but for secrets), NONE, or names; ALL,HF_TOKEN sends a secret too")
    private String export = "ALL";

    @Option(
            names = "--allow-unfit",
            order = 25,
            description = "Also if no node that is known could ever hold it")
    private boolean allowUnfit;

    @Option(
            names = "--dry-run",
            order = 26,
            description = "Create nothing: say what would be created, and where it would start now")
    private boolean dryRun;

    /** Whether nothing is to be created. */
    boolean dryRun() {
        return dryRun;
    }

    /** Whether there is one task for each combination of arguments. */
    boolean multirun() {
        return multirun;
    }

    /** Puts the variables of the submitter that are wanted into a context. */
    void exportInto(SubmitContext.Builder context, Map<String, String> variables) {
        Export.into(context, export, variables);
    }

    /**
     * Says it to a submission.
     *
     * @param find finds the fullnames that NAMEs mean
     */
    void into(Submission.Builder submission, UnaryOperator<List<String>> find) {
        submission.override(mode()).allowUnfit(allowUnfit);
        find.apply(named(after)).forEach(submission::after);
        find.apply(named(afterAny)).forEach(submission::afterAny);
    }

    private static List<String> named(List<String> names) {
        return names.stream().filter(name -> !name.isEmpty()).toList();
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
}
