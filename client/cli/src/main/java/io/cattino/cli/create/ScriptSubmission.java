package io.cattino.cli.create;

import com.google.gson.JsonObject;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.client.Bundle;
import io.cattino.client.PythonScript;
import io.cattino.client.Submission;
import io.cattino.client.SubmitContext;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes one submission of what a Python script exports, with each combination of its arguments. */
final class ScriptSubmission {

    private static final int LONGEST_SCRIPT = 256 * 1024;

    private final Session session;
    private final TaskOptions options;
    private final boolean multirun;
    private final @Nullable Bundle bundle;

    /**
     * Of one call of {@code create}.
     *
     * @param bundle the folder that travels along; null: none does
     */
    ScriptSubmission(
            Session session, TaskOptions options, boolean multirun, @Nullable Bundle bundle) {
        this.session = session;
        this.options = options;
        this.multirun = multirun;
        this.bundle = bundle;
    }

    /** Runs the script, and says to a submission and its context what it exports. */
    void into(
            Submission.Builder submission,
            SubmitContext.Builder context,
            String script,
            List<String> arguments) {
        Path here = session.invocation().directory();
        List<List<String>> combinations =
                multirun ? Multirun.combinations(arguments) : List.of(arguments);
        Exporter exporter =
                new Exporter(
                        options.python(session.env()),
                        zip(),
                        script,
                        here,
                        session.env(),
                        Long.toUnsignedString(ThreadLocalRandom.current().nextLong()));
        List<JsonObject> documents = exporter.export(combinations, session.invocation().err());
        List<TaskItem> all = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            Exported exported =
                    new Exported(
                            documents.get(i),
                            combinations.get(i),
                            options,
                            bundle == null ? here : bundle.canonical(here),
                            session.env());
            all.addAll(exported.items(names(exported, combinations, i)));
            exported.edges(submission);
            PythonScript again = exported.script();
            if (again != null) {
                context.python(bundled(again)).script(source(here.resolve(script)));
            }
        }
        String group = options.group(arguments);
        submission.add(
                group == null
                        ? all
                        : List.of(TaskGroup.builder(group).open(true).add(all).build()));
    }

    /** With the paths by which the bundle knows its files. */
    private PythonScript bundled(PythonScript script) {
        if (bundle == null) {
            return script;
        }
        return new PythonScript(
                bundle.canonical(Path.of(script.path())).toString(),
                script.python(),
                script.searchPath().stream()
                        .map(entry -> bundle.canonical(Path.of(entry)).toString())
                        .toList(),
                script.seed());
    }

    /**
     * What is exported is called as in the script or as -n says, and with several runs numbered.
     */
    private List<String> names(Exported exported, List<List<String>> combinations, int index) {
        List<String> arguments = combinations.get(index);
        String given = options.name(arguments, index, combinations.size());
        if (given == null) {
            return exported.names().stream()
                    .map(name -> combinations.size() == 1 ? name : name + "_" + index)
                    .toList();
        }
        if (exported.count() != 1) {
            throw Failure.usage(
                    "-n names one thing, and the script exports %d: %s"
                            .formatted(exported.count(), String.join(", ", exported.names())),
                    "name them in the script, or put them into a group: -g GROUP");
        }
        return List.of(given);
    }

    private static byte[] source(Path script) {
        try {
            byte[] text = Files.readAllBytes(script);
            return text.length <= LONGEST_SCRIPT ? text : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + script, e);
        }
    }

    /** The package, as the launcher says. */
    static Path zip() {
        String zip = System.getProperty("cattino.python", "");
        if (zip.isEmpty()) {
            throw Failure.of(
                    Exit.FAILED,
                    "this meow was started without its Python package",
                    "start it by its launcher, bin/meow");
        }
        return Path.of(zip);
    }
}
