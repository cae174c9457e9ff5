package io.cattino.agent.fence;

import io.cattino.agent.exec.FencedAttempts;
import io.cattino.agent.exec.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The fence's process: {@code meow fence --data DIR}. It outlives the agent, and kills attempts
 * that are to be fenced when the node's lease is over. No logger, no option parser: what it needs
 * when it fires is loaded when it starts, since an upgrade may take its jars away.
 */
public final class FenceMain {

    private static final Path PROC = Path.of("/proc");
    private static final Duration POLL = Duration.ofSeconds(1);

    /** An agent that looks whether there is a fence holds the lock for a moment. */
    private static final int LOCK_TRIES = 20;

    private static final Duration LOCK_PAUSE = Duration.ofMillis(50);

    /**
     * With {@code --while-needed} and nothing to watch; an agent starts another when it needs one.
     */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final Path root;
    private final boolean whileNeeded;
    private final BootClock clock = BootClock.system();
    private final ProcessTable table = new ProcessTable(PROC);

    private FenceMain(Path root, boolean whileNeeded) {
        this.root = root;
        this.whileNeeded = whileNeeded;
    }

    /** Watches until it is ended. */
    public static void main(String[] arguments) {
        Deque<String> words = new ArrayDeque<>(Arrays.asList(arguments));
        if ("fence".equals(words.peek())) {
            words.remove();
        }
        Optional<Path> data = Optional.empty();
        boolean whileNeeded = false;
        while (!words.isEmpty()) {
            switch (words.remove()) {
                case "--data" -> data = Optional.ofNullable(words.poll()).map(Path::of);
                case "--while-needed" -> whileNeeded = true;
                default -> {
                    data = Optional.empty();
                    words.clear();
                }
            }
        }
        if (data.isEmpty()) {
            System.err.println("usage: meow fence --data DIR   (the --data of this host's agent)");
            System.exit(USAGE);
        }
        System.exit(new FenceMain(data.orElseThrow().toAbsolutePath(), whileNeeded).run());
    }

    private int run() {
        try {
            String bootId = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
            rehearse(bootId);
            Optional<FenceLock> lock = lock();
            if (lock.isEmpty()) {
                log("another_fence data=" + root);
                return OK;
            }
            try (FenceLock held = lock.get();
                    FenceGround ground =
                            new FenceGround(
                                    new FencedAttempts(root.resolve("attempts"), bootId, table),
                                    new LeaseFile(root.resolve(FenceKeeper.LEASE), bootId, clock),
                                    held::tell,
                                    FenceMain::log)) {
                log("watching data=" + root);
                watch(new Watchman(clock, ground));
            }
            log("nothing_to_watch data=" + root);
            return OK;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (IOException | UncheckedIOException e) {
            log("failed data=" + root + " " + e);
            return FAILED;
        }
    }

    private void rehearse(String bootId) {
        try {
            Rehearsal.run(root, bootId, table, FenceMain::log);
        } catch (IOException | RuntimeException e) {
            log("rehearsal_failed, going on: " + e); // the disk is full, for example
        }
    }

    private Optional<FenceLock> lock() throws IOException, InterruptedException {
        Optional<FenceLock> lock = Optional.empty();
        for (int i = 0; i < LOCK_TRIES && lock.isEmpty(); i++) {
            if (i > 0) {
                TimeUnit.MILLISECONDS.sleep(LOCK_PAUSE.toMillis());
            }
            lock = FenceLock.tryAcquire(root.resolve(FenceKeeper.LOCK));
        }
        return lock;
    }

    private void watch(Watchman watchman) throws InterruptedException {
        long neededMs = clock.millis();
        while (!whileNeeded || clock.millis() - neededMs < IDLE.toMillis()) {
            try {
                if (watchman.poll()) {
                    neededMs = clock.millis();
                } else if (whileNeeded && Files.notExists(root)) {
                    return;
                }
            } catch (RuntimeException e) {
                log("failed, and tries again: " + e);
                neededMs = clock.millis();
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static void log(String what) {
        System.err.println(Instant.now() + " fence " + what);
    }
}
