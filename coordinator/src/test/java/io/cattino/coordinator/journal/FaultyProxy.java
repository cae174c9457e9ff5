package io.cattino.coordinator.journal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and ZooKeeper, understands just enough of the protocol to lose one
 * request, or the answer to one, and then the connection.
 */
final class FaultyProxy implements AutoCloseable {
    /** ZooKeeper's numbers of operations. */
    static final int MULTI = 14;

    /** No request has this number, and no kind of request: events have -1, pings -2, auth -4. */
    private static final int NONE = Integer.MIN_VALUE;

    private static final int CHECK = 13;
    private static final int PATH_OF_A_CHECK = 17;

    /** Headers, the length of the path, the version, and what ends a multi. */
    private static final int AROUND_A_CHECK = 34;

    private final ServerSocket listening;
    private final int port;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger loseRequest = new AtomicInteger(NONE);
    private final AtomicInteger loseReply = new AtomicInteger(NONE);
    private final AtomicInteger lost = new AtomicInteger();
    private volatile boolean down;

    FaultyProxy(String server) throws IOException {
        this.port = Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String servers() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** The next request of this kind does not arrive. */
    void loseNextRequest(int operation) {
        loseRequest.set(operation);
    }

    /** The next request of this kind arrives and is carried out; its answer does not arrive. */
    void loseNextReply(int operation) {
        loseReply.set(operation);
    }

    /** Faults so far. */
    int lost() {
        return lost.get();
    }

    /** Ends every connection; with true, and lets none come up again. */
    void cut(boolean stayDown) {
        down = stayDown;
        open.forEach(FaultyProxy::quietly);
        open.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                if (down) {
                    quietly(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(client);
                open.add(server);
                new Connection(client, server).start();
            }
        } catch (IOException e) {
            cut(true);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut(true);
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile int swallowed = NONE;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void start() {
            Thread.ofVirtual().start(() -> pump(client, server, true));
            Thread.ofVirtual().start(() -> pump(server, client, false));
        }

        private void pump(Socket from, Socket to, boolean requests) {
            try (client;
                    server) {
                DataInputStream in = new DataInputStream(from.getInputStream());
                DataOutputStream out = new DataOutputStream(to.getOutputStream());
                for (boolean greeting = true; ; greeting = false) {
                    byte[] frame = in.readNBytes(in.readInt());
                    if (!greeting && (requests ? loses(frame) : intAt(frame, 0) == swallowed)) {
                        lost.incrementAndGet();
                        return;
                    }
                    byte[] whole = new byte[frame.length + 4];
                    ByteBuffer.wrap(whole).putInt(frame.length).put(frame);
                    out.write(whole);
                }
            } catch (IOException e) {
                // one side is gone, and so is the other
                return;
            }
        }

        private boolean loses(byte[] request) {
            if (isLook(request)) {
                return false;
            }
            int operation = intAt(request, 4);
            if (loseReply.compareAndSet(operation, NONE)) {
                swallowed = intAt(request, 0);
            }
            return loseRequest.compareAndSet(operation, NONE);
        }

        /**
         * A leader's look at the epoch: a multi of one check. It comes each second, whoever waits.
         */
        private static boolean isLook(byte[] request) {
            return intAt(request, 4) == MULTI
                    && intAt(request, 8) == CHECK
                    && request.length == AROUND_A_CHECK + intAt(request, PATH_OF_A_CHECK);
        }

        private static int intAt(byte[] frame, int at) {
            return frame.length < at + 4 ? 0 : ByteBuffer.wrap(frame).getInt(at);
        }
    }
}
