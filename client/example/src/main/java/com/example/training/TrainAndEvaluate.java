package com.example.training;

import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.ProcTask;
import io.cattino.client.Reason;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListener;
import io.cattino.client.WaitResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Trains on two cards, then evaluates on a part of one, and says meanwhile what happens. */
public final class TrainAndEvaluate {
    private static final Duration LONGEST = Duration.ofHours(8);

    private final MeowClient meow;
    private final Path scripts;
    private final PrintStream out;

    /**
     * Nothing is handed in yet.
     *
     * @param scripts directory with train.sh and evaluate.sh, the same on every node
     * @param out told what happens, line by line
     */
    public TrainAndEvaluate(MeowClient meow, Path scripts, PrintStream out) {
        this.meow = meow;
        this.scripts = scripts;
        this.out = out;
    }

    /** Arguments: NAME LEARNING_RATE SCRIPTS. */
    public static void main(String[] args) throws Exception {
        try (MeowClient meow =
                MeowClient.builder()
                        .target(System.getenv("CATTINO_COORDINATOR"))
                        .tokenFile(Path.of(System.getenv("CATTINO_TOKEN_FILE")))
                        .build()) {
            var program = new TrainAndEvaluate(meow, Path.of(args[2]), System.out);
            System.out.println("accuracy: " + program.accuracy(args[0], args[1]));
        } catch (MeowException e) {
            System.err.println(e.getMessage() + "\n" + e.hint());
            System.exit(1);
        }
    }

    /** The tasks of one run. */
    public TaskGroup pipeline(String name, String learningRate) {
        ProcTask train =
                ProcTask.builder("train")
                        .command("sh", "train.sh", learningRate)
                        .workingDirectory(scripts)
                        .minDevices(2)
                        .memoryPerDevice(Memory.mib(20_000))
                        .label("learning-rate", learningRate)
                        .build();
        ProcTask evaluate =
                ProcTask.builder("evaluate")
                        .command("sh", "evaluate.sh")
                        .workingDirectory(scripts)
                        .memoryPerDevice(Memory.fraction(0.25))
                        .build();
        return TaskGroup.builder(name).add(train, evaluate).sequential().build();
    }

    /**
     * Runs it to the end.
     *
     * @return what the evaluation printed as accuracy
     * @throws IllegalStateException if a task did not do its work, with the end of what it said
     */
    public double accuracy(String name, String learningRate)
            throws InterruptedException, TimeoutException {
        var run = meow.submit(pipeline(name, learningRate));
        run.addListener(new Reporter());
        WaitResult result = run.await(LONGEST);
        if (!result.allDone()) {
            throw new IllegalStateException(failure(result));
        }
        try (LogStream log = run.task("evaluate").log(LogKind.STDOUT)) {
            return log.lines()
                    .filter(line -> line.startsWith("accuracy "))
                    .mapToDouble(line -> Double.parseDouble(line.substring("accuracy ".length())))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no accuracy was printed"));
        }
    }

    private String failure(WaitResult result) {
        StringBuilder text = new StringBuilder();
        for (TaskInfo task : result.tasks()) {
            text.append("%s is %s: %s%n".formatted(task.fullname(), task.status(), task.reason()));
        }
        for (TaskInfo task : result.unsuccessful()) {
            try (LogStream log = meow.log(task.fullname(), LogKind.STDERR).tail(2_000)) {
                log.lines().forEach(line -> text.append("  ").append(line).append('\n'));
            }
        }
        return text.toString();
    }

    /** Called on a thread of the client's, one event at a time. */
    private final class Reporter implements TaskListener {
        @Override
        public void onPending(TaskEvent event, Reason why) {
            out.println(event.fullname() + " waits: " + why);
        }

        @Override
        public void onStart(TaskEvent event) {
            out.println(event.fullname() + " runs on " + event.node());
        }

        @Override
        public void onEnd(TaskEvent event) {
            out.println(event.fullname() + " is " + event.status());
        }
    }
}
