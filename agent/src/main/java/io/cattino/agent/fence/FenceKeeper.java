package io.cattino.agent.fence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.exec.FenceTerms;
import io.cattino.agent.exec.Launcher;
import io.cattino.agent.exec.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the fence is alive and sees while there is anything to fence, and that nothing
 * that needs it starts without it. It starts one if nobody else has. Thread-safe.
 */
public final class FenceKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(FenceKeeper.class);

    /** The lease's file and the fence's lock, in the data directory. */
    static final String LEASE = "lease";

    static final String LOCK = "fence.lock";

    private static final long LOOK_MS = 50;
    private static final long START_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** One that is just being started is no trouble yet; launches wait for it. */
    private static final long COMING_UP_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long NOBODY = 0;

    private final Path root;
    private final BootClock clock;
    private final LeaseKeeper lease;
    private final Start start;
    private final ProcessTable table = new ProcessTable(Path.of("/proc"));
    private final Set<AttemptId> fenced = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean down;
    private volatile long aliveNanos = System.nanoTime();

    @GuardedBy("lock")
    private long child = NOBODY;

    @GuardedBy("lock")
    private long startedNanos;

    /**
     * How a fence is started.
     *
     * @param launcher in a session of its own
     * @param command to which {@code --data DIR --while-needed} is added; {@link #thisProgram} by
     *     default
     * @param patience how long a launch waits for it
     */
    public record Start(Launcher launcher, List<String> command, Duration patience) {

        public Start {
            command = List.copyOf(command);
        }

        /** The fence of the program that runs here, in a JVM as small as can be. */
        public static List<String> thisProgram() {
            String classPath =
                    String.join(
                            ":",
                            Stream.of(System.getProperty("java.class.path").split(":", -1))
                                    .map(entry -> Path.of(entry).toAbsolutePath().toString())
                                    .toList());
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx16m",
                    "-Xss256k",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-XX:+ExitOnOutOfMemoryError",
                    // It says what it has to say itself.
                    "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                    "-Dslf4j.internal.verbosity=WARN",
                    "-cp",
                    classPath,
                    FenceMain.class.getName());
        }
    }

    /**
     * @param root the agent's data directory
     */
    public FenceKeeper(Path root, BootClock clock, LeaseKeeper lease, Start start) {
        this.root = root;
        this.clock = clock;
        this.lease = lease;
        this.start = start;
    }

    /** An attempt needs the fence from now on. */
    public void expect(AttemptId id) {
        fenced.add(id);
    }

    /** Nothing is left of the attempt. */
    public void forget(AttemptId id) {
        fenced.remove(id);
    }

    /** By what an attempt that is launched now is fenced. May wait for the disk. */
    public FenceTerms terms(long afterMs) {
        boolean leased = lease.keep(); // before the fence can see the attempt
        long launchedMs = clock.millis();
        return new FenceTerms(afterMs, launchedMs, () -> refusal(leased, afterMs, launchedMs));
    }

    /** Why it must not start; the fence is alive when there is no reason. Waits for it. */
    private Optional<AttemptResult> refusal(boolean leased, long afterMs, long launchedMs) {
        if (!isOver(afterMs, launchedMs) && !(leased && awaitFence())) {
            down = true;
            return Optional.of(
                    new AttemptResult.NotStarted(
                            "FenceDown",
                            "The fence of its node is not alive, or cannot see: see fence.log in the agent's --data."));
        }
        // It was on its way for long, or this process was frozen: another may be about to start.
        return isOver(afterMs, launchedMs)
                ? Optional.of(
                        new AttemptResult.NotStarted(
                                "LeaseOver",
                                "Its node was out of contact for longer than %s when it came."
                                        .formatted(FenceTerms.seconds(afterMs))))
                : Optional.empty();
    }

    private boolean isOver(long afterMs, long launchedMs) {
        return clock.millis() - lease.base().orElse(launchedMs) >= afterMs;
    }

    private boolean awaitFence() {
        long deadline = System.nanoTime() + start.patience().toNanos();
        while (true) {
            FenceLock.State seen = seen();
            if (seen == FenceLock.State.WATCHING) {
                return true;
            }
            if (seen == FenceLock.State.FREE) {
                startOne();
            }
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** Whether there is something to fence, and no fence. As of the last look. */
    public boolean isDown() {
        return down;
    }

    /** Looks whether it is alive, and starts another if it is not. To be called once a second. */
    public void look() {
        boolean needed = !fenced.isEmpty();
        if (needed) {
            var _ = lease.keep(); // it is tried again at the next look
        } else {
            lease.rest();
        }
        FenceLock.State seen = needed ? seen() : FenceLock.State.WATCHING;
        if (seen == FenceLock.State.WATCHING) {
            aliveNanos = System.nanoTime();
        } else if (seen == FenceLock.State.FREE) {
            startOne();
        }
        boolean now =
                seen != FenceLock.State.WATCHING
                        && System.nanoTime() - aliveNanos >= COMING_UP_NANOS;
        if (now != down) {
            LOG.warn("fence down={} needed={}", now, needed);
        }
        down = now;
    }

    private FenceLock.State seen() {
        try {
            return FenceLock.look(root.resolve(LOCK), table);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("fence_unknown", e);
            return FenceLock.State.FREE;
        }
    }

    private void startOne() {
        lock.lock();
        try {
            if (child != NOBODY) {
                start.launcher().reap(child);
                if (System.nanoTime() - startedNanos < START_AGAIN_NANOS) {
                    return;
                }
            }
            startedNanos = System.nanoTime();
            Path log = root.resolve("fence.log");
            List<String> argv = new ArrayList<>(start.command());
            argv.addAll(List.of("--data", root.toString(), "--while-needed"));
            child =
                    start.launcher()
                            .launch(
                                    new Launcher.Program(
                                            argv,
                                            Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"),
                                            Path.of("/"),
                                            log,
                                            log));
            LOG.info("fence_started pid={}", child);
        } catch (Launcher.LaunchException e) {
            LOG.error("fence_not_started command={}", start.command(), e);
        } finally {
            lock.unlock();
        }
    }
}
