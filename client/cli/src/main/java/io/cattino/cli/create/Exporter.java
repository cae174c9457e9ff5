package io.cattino.cli.create;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.client.CommandLine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Runs a Python script for what it exports, with the user's own interpreter, and once for each
 * combination of arguments. What the script prints goes to standard error.
 */
final class Exporter {

    private static final int AT_ONCE = 4;
    private static final int USAGE = 2;

    private final String python;
    private final Path zip;
    private final String script;
    private final Path here;
    private final Map<String, String> env;
    private final String seed;

    /**
     * An exporter.
     *
     * @param script as it was typed
     * @param here where it runs
     * @param env the submitter's variables
     * @param seed of its random numbers
     */
    Exporter(
            String python,
            Path zip,
            String script,
            Path here,
            Map<String, String> env,
            String seed) {
        this.python = python;
        this.zip = zip;
        this.script = script;
        this.here = here;
        this.env = env;
        this.seed = seed;
    }

    /** What it exports with each of these arguments; fails if one run does. */
    List<JsonObject> export(List<List<String>> combinations, OutputStream err) {
        Path directory;
        try {
            directory = Files.createTempDirectory("cattino-export");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory can be made", e);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            boolean alone = combinations.size() == 1;
            List<Run> runs = new ArrayList<>();
            for (int i = 0; i < combinations.size(); i++) {
                runs.add(
                        new Run(
                                directory.resolve(Integer.toString(i)),
                                combinations.get(i),
                                alone));
            }
            List<Future<Integer>> exits =
                    runs.stream().map(run -> threads.submit(run::execute)).toList();
            List<JsonObject> documents = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                documents.add(document(runs.get(i), exits.get(i).get(), err));
            }
            return documents;
        } catch (ExecutionException e) {
            throw notRunnable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while %s ran".formatted(script));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(directory);
        }
    }

    private Failure notRunnable(ExecutionException why) {
        if (why.getCause() instanceof IOException) {
            return Failure.of(
                    Exit.FAILED,
                    "%s cannot be run (%s)".formatted(python, why.getCause().getMessage()),
                    "another interpreter: meow create --python /path/to/python3 " + script);
        }
        return Failure.of(Exit.FAILED, "%s: %s".formatted(script, why.getCause()));
    }

    private JsonObject document(Run run, int exit, OutputStream err) throws IOException {
        if (Files.exists(run.said)) {
            Files.copy(run.said, err);
            err.flush();
        }
        String ran = "(ran: %s)".formatted(CommandLine.join(command(run.arguments)));
        if (exit != 0) {
            throw Failure.of(
                    exit == USAGE ? Exit.USAGE : Exit.FAILED,
                    "%s ended with exit code %d and nothing was created %s"
                            .formatted(script, exit, ran),
                    "what it said is above");
        }
        if (!Files.exists(run.out)) {
            throw Failure.of(
                    Exit.FAILED,
                    "%s ended before what it exports could be read %s".formatted(script, ran),
                    "leave os._exit() out");
        }
        JsonObject document = JsonParser.parseString(Files.readString(run.out)).getAsJsonObject();
        if (document.getAsJsonArray("exports").isEmpty()) {
            throw Failure.of(
                    Exit.FAILED,
                    "%s exported nothing %s".formatted(script, ran),
                    "add: cattino.export(your_task)       the script's own output is above",
                    "to run it as a command: meow create %s"
                            .formatted(CommandLine.quote("python3 " + script)));
        }
        return document;
    }

    private List<String> command(List<String> arguments) {
        return Stream.concat(Stream.of(python, script), arguments.stream()).toList();
    }

    /** One of them. */
    private final class Run {
        private final List<String> arguments;
        private final Path request;
        private final Path out;
        private final Path said;
        private final boolean alone;

        /**
         * A run.
         *
         * @param alone whether what it says may go straight to the user
         */
        Run(Path prefix, List<String> arguments, boolean alone) {
            this.arguments = arguments;
            this.request = prefix.resolveSibling(prefix.getFileName() + ".request");
            this.out = prefix.resolveSibling(prefix.getFileName() + ".out");
            this.said = prefix.resolveSibling(prefix.getFileName() + ".err");
            this.alone = alone;
        }

        int execute() throws IOException, InterruptedException {
            JsonObject json = new JsonObject();
            json.addProperty("script", script);
            JsonArray words = new JsonArray();
            arguments.forEach(words::add);
            json.add("args", words);
            json.addProperty("seed", seed);
            json.addProperty("out", out.toString());
            Files.writeString(request, json.toString());
            ProcessBuilder builder =
                    new ProcessBuilder(python, zip.toString(), "export", request.toString())
                            .directory(here.toFile())
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(
                                    alone
                                            ? ProcessBuilder.Redirect.INHERIT
                                            : ProcessBuilder.Redirect.to(said.toFile()));
            Map<String, String> variables = builder.environment();
            variables.clear();
            variables.putAll(env);
            variables.merge("PYTHONPATH", zip.toString(), (own, ours) -> ours + ":" + own);
            variables.put("PYTHONHASHSEED", "0");
            return builder.start().waitFor();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
