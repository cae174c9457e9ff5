package io.cattino.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.client.MeowClient;
import io.cattino.client.NodeInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A whole Cattino inside this JVM, for tests: the real coordinator with its journal in memory, and
 * real agents that pretend to have cards and run real processes. Nothing of it is shared with
 * another one, in this JVM or elsewhere: ports are free ones, files are in a temporary directory.
 *
 * {@snippet :
 * @RegisterExtension
 * static final InProcessMeow farm = InProcessMeow.builder().fakeGpus(4, 24_576).build();
 *
 * @Test
 * void trains() throws Exception {
 *     TaskHandle train = farm.client().submit(ProcTask.builder("train").command("true").build());
 *     assertTrue(train.await(Duration.ofMinutes(1)).isDone());
 * }
 * }
 *
 * <p>A static field of that kind makes one farm for the class, which its tests share with all tasks
 * ({@link #reset} clears it); another field one for each test. Without JUnit's help: {@link #start}
 * and {@link #close}. JUnit Jupiter's API, 5 or 6, has to be on the class path either way.
 *
 * <p>Tasks are processes of this machine, which has to be a POSIX one with {@code sh}; they inherit
 * what a submission takes over from this process. Time is real: a node counts as unreachable after
 * 15 s without contact here as well. Thread-safe.
 */
public final class InProcessMeow
        implements AutoCloseable,
                BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback {

    private final List<Node.Spec> nodes;

    @GuardedBy("this")
    private @Nullable Farm farm;

    /** Classes and tests that are between their before and after. */
    @GuardedBy("this")
    private int users;

    private InProcessMeow(List<Node.Spec> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /** Begins a farm of one node, {@code node-1}, without cards. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts it; returns when every node can take tasks. Does nothing if it runs. It may be started
     * again after it was closed, empty.
     *
     * @throws UncheckedIOException if it could not start
     */
    @CanIgnoreReturnValue
    public synchronized InProcessMeow start() {
        if (farm == null) {
            try {
                farm = Farm.start(nodes);
            } catch (IOException e) {
                throw new UncheckedIOException("the farm could not start", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the farm was starting", e);
            }
        }
        return this;
    }

    /**
     * Kills every task with all its processes, ends the farm and deletes its files. Does nothing if
     * it does not run.
     *
     * @throws IllegalStateException if something was left behind
     */
    @Override
    public synchronized void close() {
        Farm running = farm;
        farm = null;
        if (running != null) {
            running.close();
        }
    }

    /** The farm's own client; closed with it. */
    public MeowClient client() {
        return running().client();
    }

    /** Begins another client of the farm: it has the address and the token. Yours to close. */
    public MeowClient.Builder newClient() {
        return running().connect();
    }

    /** {@code host:port} of the coordinator, as in {@code CATTINO_COORDINATOR}. */
    public String address() {
        return running().address();
    }

    /** {@code host:port} of its HTTP endpoint. */
    public String httpAddress() {
        return running().httpAddress();
    }

    /** A file with the token that coordinators want. */
    public Path tokenFile() {
        return running().directory().resolve("token");
    }

    /** Where everything lies, until the farm is closed; tasks' files are below {@code <date>/}. */
    public Path directory() {
        return running().directory();
    }

    /**
     * Stops the coordinator, as a crash would: connections break, calls fail or wait for their
     * retries, tasks run on. What it had accepted is kept.
     */
    public void stopLeader() {
        running().stopLeader();
    }

    /** Starts the coordinator again, under a new epoch, at the same address. */
    public void startLeader() {
        try {
            running().startLeader();
        } catch (IOException e) {
            throw new UncheckedIOException("the leader could not start", e);
        }
    }

    /** {@link #stopLeader} and {@link #startLeader}. */
    public void restartLeader() {
        stopLeader();
        startLeader();
    }

    /** Breaks every connection of clients; they may connect again at once. */
    public void dropConnections() {
        running().dropConnections();
    }

    /**
     * Cuts a node off the network: its tasks run on, nobody hears of them. It is SUSPECT at once
     * and UNREACHABLE after 15 s.
     *
     * @throws IllegalArgumentException if there is no such node
     */
    public void disconnect(String node) {
        running().node(node).disconnect();
    }

    /**
     * The network is back; the node redials within seconds.
     *
     * @throws IllegalArgumentException if there is no such node
     */
    public void reconnect(String node) {
        running().reconnect(running().node(node));
    }

    /**
     * Pretends that processes which are no tasks use memory of a card; the scheduler learns of it
     * with the node's next sample, within about a second.
     *
     * @param device index of a fake card
     * @param mib MiB in use from now on; 0: none
     * @throws IllegalArgumentException if there is no such node or card, or it has less
     */
    public void othersUse(String node, int device, long mib) {
        running().node(node).othersUse(device, mib);
    }

    /**
     * Waits until a node is as wanted.
     *
     * @return the node as it is then
     * @throws TimeoutException if it takes longer; its message shows the node
     * @throws IllegalArgumentException if there is no such node
     */
    @CanIgnoreReturnValue
    public NodeInfo awaitNode(String node, Predicate<NodeInfo> condition, Duration timeout)
            throws InterruptedException, TimeoutException {
        return running().await(node, condition, timeout);
    }

    /**
     * Kills and removes every task, undoes what this class did to nodes and the leader, and waits
     * until every node is ready: for {@code @BeforeEach}, where tests share a farm and do not run
     * at the same time. Settings and drains that were changed through a client are left alone.
     */
    public void reset() {
        try {
            running().reset();
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException("the farm could not be cleared", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the farm was cleared", e);
        }
    }

    /** For JUnit: starts the farm of a static field. */
    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    /** For JUnit: starts the farm of a field that is not static. */
    @Override
    public void beforeEach(ExtensionContext context) {
        begin();
    }

    /** For JUnit: closes the farm of a field that is not static. */
    @Override
    public void afterEach(ExtensionContext context) {
        end();
    }

    /** For JUnit: closes the farm of a static field. */
    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    private synchronized void begin() {
        start();
        users++;
    }

    private synchronized void end() {
        users--;
        if (users == 0) {
            close();
        }
    }

    private synchronized Farm running() {
        if (farm == null) {
            throw new IllegalStateException(
                    "the farm does not run: register it with @RegisterExtension, or call start()");
        }
        return farm;
    }

    /** Collects what a farm is to be; not thread-safe. */
    public static final class Builder {
        private static final int DEFAULT_SLOTS = 128;

        private final List<Node.Spec> unlike = new ArrayList<>();
        private List<String> names = List.of("node-1");
        private int cards;
        private long cardMib;
        private int slots = DEFAULT_SLOTS;

        private Builder() {}

        /**
         * The cards of each node that {@link #nodes} names. Without any, the machine's own memory
         * is a node's only device.
         *
         * @param count cards, 1 to 1,024
         * @param mib MiB of each, above 0
         * @throws IllegalArgumentException for other numbers
         */
        @CanIgnoreReturnValue
        public Builder fakeGpus(int count, long mib) {
            checkCards(count, mib);
            this.cards = count;
            this.cardMib = mib;
            return this;
        }

        /**
         * Names of nodes that are alike; default: {@code node-1}. None: only those of {@link
         * #node}.
         */
        @CanIgnoreReturnValue
        public Builder nodes(String... names) {
            this.names = List.of(names);
            return this;
        }

        /**
         * One more node, with cards of its own.
         *
         * @param count cards, 1 to 1,024
         * @param mib MiB of each, above 0
         * @throws IllegalArgumentException for other numbers
         */
        @CanIgnoreReturnValue
        public Builder node(String name, int count, long mib) {
            checkCards(count, mib);
            unlike.add(Node.Spec.of(name, count, mib, DEFAULT_SLOTS));
            return this;
        }

        /**
         * How many attempts each node runs at most; default 128.
         *
         * @throws IllegalArgumentException unless above 0
         */
        @CanIgnoreReturnValue
        public Builder slots(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("slots must be above 0, not " + most);
            }
            this.slots = most;
            return this;
        }

        /**
         * The farm. Nothing is started yet.
         *
         * @throws IllegalArgumentException if two nodes have the same name
         */
        public InProcessMeow build() {
            List<Node.Spec> all = new ArrayList<>();
            names.forEach(name -> all.add(Node.Spec.of(name, cards, cardMib, slots)));
            unlike.forEach(node -> all.add(new Node.Spec(node.name(), node.totalsMib(), slots)));
            long different = all.stream().map(Node.Spec::name).distinct().count();
            if (different != all.size()) {
                throw new IllegalArgumentException("two nodes of the farm have the same name");
            }
            return new InProcessMeow(all);
        }

        private static void checkCards(int count, long mib) {
            if (count < 1 || count > 1_024 || mib < 1) {
                throw new IllegalArgumentException(
                        "a node has 1 to 1,024 fake cards of at least 1 MiB, not %d of %d MiB"
                                .formatted(count, mib));
            }
        }
    }
}
