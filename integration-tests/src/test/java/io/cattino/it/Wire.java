package io.cattino.it;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Stands between an agent and its coordinator, or between a coordinator and ZooKeeper, and can be
 * cut like a network: what is sent then vanishes, in one direction or both, and no side is told.
 */
final class Wire implements AutoCloseable {
    /** Where nothing comes through. */
    enum Cut {
        NONE,
        BOTH,
        TO_AGENT,
        TO_COORDINATOR;

        boolean swallows(boolean towardsCoordinator) {
            return switch (this) {
                case NONE -> false;
                case BOTH -> true;
                case TO_AGENT -> !towardsCoordinator;
                case TO_COORDINATOR -> towardsCoordinator;
            };
        }
    }

    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile int target;
    private volatile Cut cut = Cut.NONE;
    private volatile Duration delay = Duration.ZERO;

    private final CountDownLatch closed = new CountDownLatch(1);

    /** What is under way; without bytes: nothing follows. */
    private record Parcel(ByteString bytes, long dueNanos) {}

    Wire() throws IOException {
        this(InetAddress.getLoopbackAddress());
    }

    /** One that is dialled at an address of this machine. */
    Wire(InetAddress here) throws IOException {
        this.listening = new ServerSocket(0, 50, here);
        Thread.ofVirtual().start(this::accept);
    }

    /** What to dial for that port of this machine. */
    String to(int port) {
        target = port;
        return listening.getInetAddress().getHostAddress() + ":" + listening.getLocalPort();
    }

    void cut(Cut value) {
        cut = value;
    }

    /** What is sent from now on takes so long, each way. */
    void slow(Duration value) {
        delay = value;
    }

    /** Connections of before are dead, as they would be behind most routers. */
    void heal() {
        cut = Cut.NONE;
        delay = Duration.ZERO;
        open.forEach(Wire::close);
        open.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket agent = listening.accept();
                Socket coordinator = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(agent);
                open.add(coordinator);
                Thread.ofVirtual().start(() -> pump(agent, coordinator, true));
                Thread.ofVirtual().start(() -> pump(coordinator, agent, false));
            }
        } catch (IOException _) {
            open.forEach(Wire::close); // closed, or nobody listens there any more
        }
    }

    private void pump(Socket from, Socket to, boolean towardsCoordinator) {
        BlockingQueue<Parcel> underWay = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> deliver(underWay, to));
        byte[] bytes = new byte[16_384];
        try (from) {
            InputStream in = from.getInputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!cut.swallows(towardsCoordinator)) {
                    long due = System.nanoTime() + delay.toNanos();
                    underWay.add(new Parcel(ByteString.copyFrom(bytes, 0, read), due));
                }
            }
        } catch (IOException _) {
            return; // one side is gone, and so is the other
        } finally {
            underWay.add(new Parcel(ByteString.EMPTY, System.nanoTime()));
        }
    }

    private void deliver(BlockingQueue<Parcel> underWay, Socket to) {
        try (to) {
            OutputStream out = to.getOutputStream();
            for (Parcel next = underWay.take(); !next.bytes.isEmpty(); next = underWay.take()) {
                long early = next.dueNanos - System.nanoTime();
                if (early > 0 && closed.await(early, TimeUnit.NANOSECONDS)) {
                    return;
                }
                next.bytes.writeTo(out);
                out.flush();
            }
        } catch (IOException _) {
            return; // one side is gone, and so is the other
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listening.close();
        open.forEach(Wire::close);
    }
}
