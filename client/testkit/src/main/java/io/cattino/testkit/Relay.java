package io.cattino.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loopback port that stays the same whoever is behind it: passes bytes on to another port, and
 * can be cut like a network. Any thread.
 */
final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int CONNECT_MS = 5_000;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean passing;

    private Relay(ServerSocket listener) {
        this.listener = listener;
    }

    /** Takes a free port; whoever connects is turned away until {@link #passTo}. */
    static Relay open() throws IOException {
        Relay relay = new Relay(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("meow-relay").start(relay::accept);
        return relay;
    }

    /** Its own port. */
    int port() {
        return listener.getLocalPort();
    }

    /** {@code host:port} to dial. */
    String address() {
        return listener.getInetAddress().getHostAddress() + ":" + port();
    }

    /** Connections made from now on lead there. */
    void passTo(int port) {
        target = port;
        passing = true;
    }

    /** Lets nobody in until {@link #passTo}; connections go on until either side ends them. */
    void refuse() {
        passing = false;
    }

    /** Breaks every connection, and lets nobody in until {@link #passTo}. */
    void cut() {
        passing = false;
        drop();
    }

    /** Breaks every connection; new ones are let in. */
    void drop() {
        open.forEach(Relay::reset);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the port " + port(), e);
        } finally {
            cut();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                Thread.ofVirtual().name("meow-relay-connection").start(() -> serve(caller));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.warn("cannot accept port={}", port(), e);
                }
            }
        }
    }

    /** Remembered first and asked then: whatever is cut in between is noticed by one of the two. */
    private void serve(Socket caller) {
        open.add(caller);
        try (caller;
                Socket served = new Socket()) {
            open.add(served);
            if (!passing) {
                reset(caller);
                return;
            }
            served.connect(new InetSocketAddress(listener.getInetAddress(), target), CONNECT_MS);
            caller.setTcpNoDelay(true);
            served.setTcpNoDelay(true);
            if (!passing) {
                reset(caller);
                return;
            }
            Thread back =
                    Thread.ofVirtual().name("meow-relay-answers").start(() -> pass(served, caller));
            pass(caller, served);
            back.join();
            open.remove(served);
        } catch (IOException e) {
            LOG.debug("connection refused port={} target={}", port(), target, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
        }
    }

    /** Until either side ends: then both do, as nobody here ends only one direction. */
    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            var _ = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            LOG.debug("connection ended", e);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            LOG.debug("connection was closed already", e);
        }
    }
}
