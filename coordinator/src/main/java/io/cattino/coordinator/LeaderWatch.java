package io.cattino.coordinator;

import io.cattino.coordinator.zk.Election;
import io.cattino.coordinator.zk.Election.Rival;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that the leader's process has ended, long before its session with ZooKeeper does: a
 * stream to it that was established breaks, and three redials are refused by its machine. A machine
 * that is gone or cut off refuses nothing, and its session decides.
 *
 * <p>Only the candidate that is next looks. What it finds is a reason to try, no proof: the epoch
 * keeps two leaders apart.
 */
final class LeaderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);
    private static final long LOOK_MS = 200;
    private static final int REDIALS = 3;
    private static final int REDIAL_MS = 100;

    private final Election election;
    private final long earliestNanos;
    private final CompletableFuture<Rival> gone = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private LeaderWatch(Election election, long earliestNanos) {
        this.election = election;
        this.earliestNanos = earliestNanos;
    }

    /**
     * Begins to look.
     *
     * @param earliestNanos not before that, of {@link System#nanoTime}
     */
    static LeaderWatch over(Election election, long earliestNanos) {
        LeaderWatch watch = new LeaderWatch(election, earliestNanos);
        Thread.ofVirtual().name("leader-watch").start(watch::run);
        return watch;
    }

    /** Completes with the leader whose process has ended. */
    CompletableFuture<Rival> gone() {
        return gone;
    }

    private void run() {
        try {
            closed.await(earliestNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS) && !gone.isDone()) {
                Optional<Rival> rival = election.ahead().filter(it -> !it.address().isEmpty());
                if (rival.isPresent()) {
                    look(rival.get());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the leader is not watched any more; its session decides", e);
        }
    }

    /** Until the stream to it breaks, or it is somebody else. */
    private void look(Rival rival) throws InterruptedException {
        InetSocketAddress address = address(rival);
        Stream stream = new Stream();
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(address.getHostString(), address.getPort())
                        .usePlaintext()
                        .build();
        try {
            HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), stream);
            while (!stream.isOver()) {
                if (closed.await(LOOK_MS / 4, TimeUnit.MILLISECONDS) || !isAhead(rival)) {
                    return;
                }
            }
            if (stream.wasEstablished() && isRefused(address) && isAhead(rival)) {
                LOG.warn("the leader's process has ended address={}", rival.address());
                gone.complete(rival);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private static InetSocketAddress address(Rival rival) {
        String grpc = rival.address().replaceFirst("/.*", "");
        int colon = grpc.lastIndexOf(':');
        return InetSocketAddress.createUnresolved(
                grpc.substring(0, colon), Integer.parseInt(grpc.substring(colon + 1)));
    }

    private boolean isAhead(Rival rival) {
        return election.ahead().equals(Optional.of(rival));
    }

    /** Whether nobody listens there, as the machine itself says, each time it is asked. */
    private boolean isRefused(InetSocketAddress address) throws InterruptedException {
        for (int i = 0; i < REDIALS; i++) {
            if (i > 0 && closed.await(REDIAL_MS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(address.getHostString(), address.getPort()),
                        REDIAL_MS);
                return false;
            } catch (IOException e) {
                if (!(e instanceof ConnectException)) {
                    return false; // it does not answer, which proves nothing
                }
            }
        }
        return true;
    }

    /** The leader's health, of which only its coming and breaking matter. */
    private static final class Stream implements StreamObserver<HealthCheckResponse> {
        private volatile boolean established;
        private volatile boolean over;

        boolean wasEstablished() {
            return established;
        }

        boolean isOver() {
            return over;
        }

        @Override
        public void onNext(HealthCheckResponse response) {
            established = true;
        }

        @Override
        public void onError(Throwable failure) {
            over = true;
        }

        @Override
        public void onCompleted() {
            over = true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
