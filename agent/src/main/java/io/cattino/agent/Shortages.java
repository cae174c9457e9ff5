package io.cattino.agent;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.Shortage;
import io.cattino.agent.exec.MemoryComplaint;
import io.cattino.agent.probe.DeviceDiary;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.HostMemory;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of an attempt that failed whether memory was short, and who had it: by what it wrote at the
 * end, or by how the kernel killed it, and by what the devices looked like then. Thread-safe.
 */
final class Shortages {

    private static final Logger LOG = LoggerFactory.getLogger(Shortages.class);

    /** Longer than a disk takes that is only slow; an end must not wait for one that is dead. */
    private static final long LONGEST_LOOK_MS = 2_000;

    private static final Executor LOOKS =
            work -> Thread.ofVirtual().name("attempt-end").start(work);

    private static final int KILLED = 128 + 9;

    /** The code by which a task asks for another try: it knows what it does. */
    private static final int RETRY = 100;

    private final DeviceProbe probe;
    private final HostMemory memory;
    private final Function<AttemptId, Optional<Path>> taskDirectory;
    private final DeviceDiary diary = new DeviceDiary();

    /**
     * @param taskDirectory where an attempt's logs are, if that is known
     */
    Shortages(
            DeviceProbe probe,
            HostMemory memory,
            Function<AttemptId, Optional<Path>> taskDirectory) {
        this.probe = probe;
        this.memory = memory;
        this.taskDirectory = taskDirectory;
    }

    /** Hears what an attempt uses of a device, MiB. */
    @FunctionalInterface
    interface Usage {
        void uses(AttemptId attempt, int device, long mib);
    }

    /** Notes that an attempt is about to start. */
    void arrives(AttemptId id, List<DevicePromise> promises) {
        diary.arrives(id, promises);
    }

    /** Notes what the devices look like now, and who may use them; says on who uses what. */
    void saw(
            List<DeviceProbe.Sample> samples,
            Collection<DeviceProbe.Running> running,
            Usage usage) {
        diary.note(probe.inventory(), samples, running, memory.oomKills());
        for (DeviceProbe.Sample sample : samples) {
            for (DeviceProbe.Use use : sample.attempts()) {
                usage.uses(use.id(), sample.index(), use.usedMib());
            }
        }
    }

    /**
     * Completes the course of an attempt whose command failed with this code just now. Its logs may
     * lie on a disk that does not answer, so it is looked at on a thread of its own, for a while.
     */
    void look(AttemptId id, int code, Course course, Consumer<Course> answer) {
        var _ =
                CompletableFuture.supplyAsync(() -> of(id, code), LOOKS)
                        .orTimeout(LONGEST_LOOK_MS, TimeUnit.MILLISECONDS)
                        .exceptionally(e -> {
                            LOG.warn("end_not_looked_into attempt={}", id, e);
                            return Optional.empty();
                        })
                        .thenAccept(shortage ->
                                answer.accept(shortage.map(course::with).orElse(course)));
    }

    private Optional<Shortage> of(AttemptId id, int code) {
        if (code == 0 || code == RETRY) {
            return Optional.empty();
        }
        return taskDirectory
                .apply(id)
                .flatMap(directory -> MemoryComplaint.of(directory, id.number()))
                .or(() ->
                        code == KILLED && diary.sawOomKill(memory.oomKills())
                                ? Optional.of(Shortage.Memory.HOST)
                                : Optional.empty())
                .map(kind ->
                        kind == Shortage.Memory.HOST && !probe.kind().equals("host")
                                ? Shortage.of(kind)
                                : diary.shortage(id));
    }
}
