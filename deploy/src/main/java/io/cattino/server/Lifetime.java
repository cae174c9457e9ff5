package io.cattino.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a server lives: until a signal (TERM, INT, HUP), a command, or a failure ends it. A
 * signal waits for the server to close in order before the process goes.
 */
final class Lifetime {
    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);
    private static final long CLOSING_SECONDS = 20;

    private final CompletableFuture<ExitCode> end = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean signalled;

    Lifetime() {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("cattino-signal").unstarted(this::onSignal));
    }

    private void onSignal() {
        signalled = true;
        end.complete(ExitCode.OK);
        try {
            if (!closed.await(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(
                        "The server did not close within "
                                + CLOSING_SECONDS
                                + " s; going all the same.");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it; the first call counts. */
    void end(ExitCode exit) {
        end.complete(exit);
    }

    /** Ends it when a part fails: a server without one of its parts would only look alive. */
    void endsWith(String part, CompletableFuture<Void> failure) {
        var _ =
                failure.exceptionally(cause -> {
                    LOG.error("a part failed part={}", part, cause);
                    end(ExitCode.FAILED);
                    return null;
                });
    }

    /** Ends it for a reason that the coordinator cannot get over. */
    void fail(Exception cause) {
        LOG.error("the coordinator cannot go on", cause);
        end(Startup.code(cause));
    }

    /** Waits for the end. */
    ExitCode await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an end never fails", e);
        }
    }

    /** Whether a signal ended it, and not a command. */
    boolean signalled() {
        return signalled;
    }

    /** Everything is closed: a signal may let the process go. */
    void closed() {
        closed.countDown();
    }
}
