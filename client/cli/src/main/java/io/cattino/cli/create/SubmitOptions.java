package io.cattino.cli.create;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.Bundle;
import io.cattino.client.OverrideMode;
import io.cattino.client.Submission;
import io.cattino.client.SubmitContext;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What {@code create} can say of a submission as a whole. */
public final class SubmitOptions {

    private boolean multirun;
    private List<String> after = List.of();
    private List<String> afterAny = List.of();
    private @Nullable String override;
    private String export = "ALL";
    private @Nullable Path bundle;
    private boolean allowUnfit;
    private boolean dryRun;

    /** What it takes. */
    public void declare(Syntax syntax) {
        syntax.option("-m", "--multirun")
                .says(
                        "One task for each combination of the arguments that are lists: lr=[0.1,0.3], or [a,b]")
                .flag(it -> multirun = it);
        syntax.option("-d", "--after")
                .label("NAME")
                .split()
                .says(
                        "Run when these tasks or groups (or last: your newest submission) are Done; may be repeated")
                .texts(it -> after = it);
        syntax.option("--after-any")
                .label("NAME")
                .split()
                .says("Run when these have ended, however")
                .texts(it -> afterAny = it);
        syntax.option("--override")
                .label("MODE")
                .says(
                        "If the name is taken: forbid, allow (replace what has ended) or rename. Default: the setting override-exist-tasks")
                .text(it -> override = it);
        syntax.option("--export")
                .label("NAMES")
                .byDefault("ALL")
                .says(
                        "Variables that the task gets: ALL (default; but for secrets), NONE, or names; ALL,HF_TOKEN sends a secret too")
                .text(it -> export = it);
        syntax.option("--bundle")
                .label("DIR")
                .says(
                        "A folder that travels along, for nodes that do not see it; what runs in it runs in its copy. Without what git ignores; at most 2 MiB packed")
                .path(it -> bundle = it);
        syntax.option("--allow-unfit")
                .says("Also if no node that is known could ever hold it")
                .flag(it -> allowUnfit = it);
        syntax.option("--dry-run")
                .says("Create nothing: say what would be created, and where it would start now")
                .flag(it -> dryRun = it);
    }

    /** Whether nothing is to be created. */
    boolean dryRun() {
        return dryRun;
    }

    /** Whether there is one task for each combination of arguments. */
    boolean multirun() {
        return multirun;
    }

    /**
     * Packs the folder that is to travel along, and lets the tasks run in its copy.
     *
     * @param here where it is looked for
     * @param directory where the tasks run
     */
    void bundleInto(SubmitContext.Builder context, Path here, Path directory) {
        if (bundle == null) {
            return;
        }
        Bundle packed = pack(here.resolve(bundle));
        if (!packed.holds(directory)) {
            throw Failure.usage(
                    "the tasks run in %s, which is not in the bundle %s"
                            .formatted(directory, packed.root()),
                    "let them run there: --bundle %s -D %s".formatted(bundle, bundle),
                    "or take more along: --bundle .");
        }
        if (!packed.copies(directory)) {
            throw Failure.usage(
                    "the tasks run in %s, of which nothing travels: it is empty, or git ignores it"
                            .formatted(directory),
                    "let them run where the code is: --bundle %s -D %s".formatted(bundle, bundle));
        }
        context.bundle(packed).workingDirectory(packed.canonical(directory));
    }

    private static Bundle pack(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw Failure.usage(
                    "--bundle: there is no folder " + folder,
                    "name one that is there; the current one: --bundle .");
        }
        try {
            return Bundle.of(folder);
        } catch (Bundle.TooLarge e) {
            throw Failure.usage(
                    "--bundle: " + e.getMessage(),
                    "bundle the folder of the code alone; data belongs where all nodes see it");
        } catch (IllegalArgumentException e) {
            throw Failure.usage(
                    "--bundle: " + e.getMessage(),
                    "or bundle a copy of what is needed: --bundle DIR -D DIR");
        } catch (UncheckedIOException e) {
            throw Failure.of(
                    Exit.FAILED,
                    "--bundle: " + e.getMessage(),
                    "let git ignore what is not to travel, or bundle a copy of what is");
        }
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
