package io.cattino.agent.fence;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.exec.FencedAttempts;
import io.cattino.agent.exec.FencedAttempts.Fenced;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A data directory, read and written on a thread of its own: a disk that hangs must not keep
 * anything alive. One thread calls.
 */
final class FenceGround implements Watchman.Ground, AutoCloseable {

    private static final Duration MARKING = Duration.ofSeconds(1);

    private final FencedAttempts attempts;
    private final LeaseFile lease;
    private final Report report;
    private final Consumer<String> log;
    private final ExecutorService disk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("fence-disk").factory());
    private Watchman.View last = new Watchman.View(List.of(), OptionalLong.empty(), false);
    private @Nullable CompletableFuture<Watchman.View> looking;

    /** What it has told of; confined to the disk's thread. */
    private Map<AttemptId, String> unreadable = Map.of();

    private Optional<Boolean> told = Optional.empty();

    /** Tells the agent. */
    interface Report {

        /** Whether anything that is to be watched may be there unseen. */
        void blind(boolean blind) throws IOException;
    }

    FenceGround(FencedAttempts attempts, LeaseFile lease, Report report, Consumer<String> log) {
        this.attempts = attempts;
        this.lease = lease;
        this.report = report;
        this.log = log;
    }

    @Override
    public Watchman.View look(Duration patience) {
        CompletableFuture<Watchman.View> look = looking;
        if (look == null) {
            look = CompletableFuture.supplyAsync(this::read, disk);
            looking = look;
        }
        Optional<Watchman.View> seen = await("look", look, patience);
        if (look.isDone()) {
            looking = null;
        }
        last = seen.orElseGet(() -> new Watchman.View(last.attempts(), last.lease(), false));
        return last;
    }

    /** Whatever cannot be read is as it was: a lease that cannot be read is not extended. */
    private Watchman.View read() {
        boolean fresh = true;
        // Without the directory nobody says that they are over: those that were there are watched
        // on.
        List<Fenced> present = last.attempts();
        try {
            Optional<FencedAttempts.Listing> listing = attempts.list();
            if (listing.isPresent()) {
                present = listing.get().attempts();
                fresh &= listing.get().unreadable().isEmpty();
                complain(listing.get().unreadable());
            }
        } catch (IOException | RuntimeException e) {
            log.accept("attempts_unreadable " + e);
            fresh = false;
        }
        OptionalLong base = last.lease(); // read last: it may have come while the disk was slow
        try {
            OptionalLong now = lease.read();
            base = now.isPresent() ? now : base;
        } catch (IOException e) {
            log.accept("lease_unreadable " + e);
            fresh = false;
        }
        tell(!fresh);
        return new Watchman.View(present, base, fresh);
    }

    private void complain(Map<AttemptId, String> now) {
        if (!now.equals(unreadable)) {
            log.accept("unreadable attempts=" + now);
            unreadable = now;
        }
    }

    /** Told once; nothing that needs a fence starts until it sees again. */
    private void tell(boolean blind) {
        if (told.filter(before -> before == blind).isPresent()) {
            return;
        }
        try {
            report.blind(blind);
            told = Optional.of(blind);
        } catch (IOException e) {
            log.accept("not_told blind=" + blind + " " + e);
        }
    }

    @Override
    public void mark(List<Fenced> over) {
        CompletableFuture<Boolean> marking =
                CompletableFuture.supplyAsync(
                        () -> {
                            over.forEach(this::mark);
                            return true;
                        },
                        disk);
        var _ = await("mark", marking, MARKING);
    }

    private void mark(Fenced each) {
        try {
            attempts.mark(each);
        } catch (IOException | RuntimeException e) {
            log.accept("not_marked attempt=" + each.id() + " " + e);
        }
    }

    @Override
    public Set<AttemptId> kill(List<Fenced> over) {
        Set<AttemptId> alive = attempts.kill(over);
        if (!alive.isEmpty()) {
            log.accept("killed attempts=" + alive);
        }
        return alive;
    }

    private <T> Optional<T> await(String what, CompletableFuture<T> work, Duration patience) {
        try {
            return Optional.of(work.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            log.accept("disk_slow what=" + what);
        } catch (ExecutionException e) {
            log.accept("failed what=" + what + " " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        disk.shutdown();
    }
}
