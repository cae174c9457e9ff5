package io.cattino.cli.follow;

import io.cattino.cli.output.Output;
import io.cattino.cli.output.Sizes;
import io.cattino.client.AttemptInfo;
import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.TaskInfo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Reads the streams of one task's attempts onto a screen. One thread; {@link #stop} may come from
 * any.
 */
final class AttemptLog {

    private final MeowClient client;
    private final Output output;
    private final LogView view;
    private final LogRange range;
    private final LogScreen screen;
    private final Map<LogKind, LogSink> sinks = new EnumMap<>(LogKind.class);
    private final List<LogStream> reading = new CopyOnWriteArrayList<>();

    AttemptLog(
            MeowClient client,
            Output output,
            LogView view,
            LogRange range,
            LogScreen screen,
            String prefix) {
        this.client = client;
        this.output = output;
        this.view = view;
        this.range = range;
        this.screen = screen;
        view.kinds().forEach(kind -> sinks.put(kind, screen.sink(view.look(kind, prefix))));
    }

    /** Reads an attempt to its end. */
    void read(TaskInfo task, int attempt, BooleanSupplier over) {
        if (view.merged() && !hasEnded(task, attempt)) {
            together(task.fullname(), attempt, over);
        } else {
            // What has ended is not merged by chance: first one, then the other.
            oneByOne(task.fullname(), attempt, true, over);
        }
    }

    /** Reads what there is of an attempt, and no more. */
    void readPresent(TaskInfo task, int attempt) {
        oneByOne(task.fullname(), attempt, false, () -> false);
    }

    private void oneByOne(String fullname, int attempt, boolean follow, BooleanSupplier over) {
        for (LogKind kind : view.kinds()) {
            read(fullname, attempt, kind, follow, over);
            if (view.merged()) {
                Objects.requireNonNull(sinks.get(kind)).end();
            }
        }
    }

    private static boolean hasEnded(TaskInfo task, int attempt) {
        return task.attempts().stream()
                .filter(known -> known.number() == attempt)
                .map(AttemptInfo::result)
                .anyMatch(result -> result != null);
    }

    private void together(String fullname, int attempt, BooleanSupplier over) {
        List<Future<?>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (LogKind kind : view.kinds()) {
                ends.add(threads.submit(() -> read(fullname, attempt, kind, true, over)));
            }
        }
        for (Future<?> end : ends) {
            try {
                end.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void read(
            String fullname, int attempt, LogKind kind, boolean follow, BooleanSupplier over) {
        LogSink sink = Objects.requireNonNull(sinks.get(kind));
        try (LogStream log = client.log(fullname, kind).attempt(attempt)) {
            range.begin(log);
            if (follow) {
                log.follow();
            }
            reading.add(log);
            if (over.getAsBoolean()) {
                return;
            }
            long dropped = 0;
            for (byte[] data = log.read(); data != null; data = log.read()) {
                dropped = tellDropped(log, dropped, sink);
                sink.write(data);
            }
            tellDropped(log, dropped, sink);
            reading.remove(log);
        } catch (MeowException.NotFound | MeowException.WrongState e) {
            screen.aside(() ->
                    output.note("no log of attempt %d: %s".formatted(attempt, e.getMessage())));
        }
    }

    /** Where bytes are missing, so that nobody takes what stands around the gap for one text. */
    private long tellDropped(LogStream log, long told, LogSink sink) {
        long dropped = log.dropped();
        if (dropped > told) {
            sink.end();
            screen.aside(
                    () -> output.warn("… %s dropped here …".formatted(Sizes.of(dropped - told))));
        }
        return dropped;
    }

    /** Ends reading, from any thread. */
    void stop() {
        reading.forEach(LogStream::close);
    }

    /** Something else follows. */
    void end() {
        sinks.values().forEach(LogSink::end);
    }
}
