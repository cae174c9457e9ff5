package io.cattino.agent;

import io.cattino.agent.core.AgentLimits;
import io.cattino.agent.exec.LogCap;
import io.cattino.agent.fence.FenceKeeper;
import io.cattino.agent.link.Plaintext;
import io.cattino.agent.probe.DiskReserve;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.agent.probe.nvml.XidTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How an agent is to run. Made by {@link #builder}; whatever is wrong is reported together.
 *
 * @param coordinators {@code host:port} of each; any of them names the leader
 * @param name of the node, for people; unique in the cluster
 * @param dataDirectory the agent's own; it holds who the node is
 * @param slots attempts it runs at most
 * @param fakeGpus devices to pretend; empty for the real ones
 * @param labels of the node
 * @param token asked before each call; empty for no authentication
 * @param tokenFile where tasks find the token when they call {@code meow}; empty: where {@code
 *     meow} looks by itself
 * @param insecurePlaintext whether coordinators may be on other machines, although everything that
 *     is said, the token too, goes over the network as it is
 * @param pythonZip the Python package for tasks; empty: tasks in Python are refused
 * @param logCap how much of an attempt's logs stays on the disk
 * @param diskReserve what has to be free on its disks for new tasks
 * @param version of this program
 * @param silence how long a leader may be silent before the stream is broken
 * @param fenceCommand starts the fence, when {@code --data DIR --while-needed} is added
 * @param limits delays of ending attempts
 * @param xids what becomes of a card of which the driver reports an Xid
 */
public record AgentConfig(
        List<String> coordinators,
        String name,
        Path dataDirectory,
        int slots,
        Optional<FakeGpuSpec> fakeGpus,
        Map<String, String> labels,
        Supplier<Optional<String>> token,
        Optional<Path> tokenFile,
        boolean insecurePlaintext,
        Optional<Path> pythonZip,
        LogCap logCap,
        DiskReserve diskReserve,
        String version,
        Duration silence,
        List<String> fenceCommand,
        AgentLimits limits,
        XidTable xids) {

    private static final Pattern ADDRESS = Pattern.compile("[^\\s,/]+:\\d{1,5}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

    public AgentConfig {
        coordinators = List.copyOf(coordinators);
        labels = Map.copyOf(labels);
        fenceCommand = List.copyOf(fenceCommand);
        List<String> problems = new ArrayList<>();
        if (coordinators.isEmpty()) {
            problems.add("no coordinator is given");
        }
        for (String address : coordinators) {
            if (!ADDRESS.matcher(address).matches()) {
                problems.add("coordinator '" + address + "' is not HOST:PORT");
            } else if (!insecurePlaintext && !Plaintext.isHere(address)) {
                problems.add(
                        "coordinator '"
                                + address
                                + "' is another machine, and what is said to it, the token too, would go over the"
                                + " network unencrypted; on a network that you trust: --insecure-plaintext");
            }
        }
        if (!NAME.matcher(name).matches()) {
            problems.add("name '" + name + "' is not made of letters, digits, '.', '_' and '-'");
        }
        if (slots < 1) {
            problems.add("slots " + slots + " is not above 0");
        }
        if (silence.compareTo(Duration.ofSeconds(1)) < 0) {
            problems.add("silence " + silence + " is shorter than a second");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** A configuration with the defaults of the design document. */
    public static Builder builder(List<String> coordinators, String name, Path dataDirectory) {
        return new Builder(coordinators, name, dataDirectory);
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {

        private final List<String> coordinators;
        private final String name;
        private final Path dataDirectory;
        private int slots = 128;
        private Optional<FakeGpuSpec> fakeGpus = Optional.empty();
        private final Map<String, String> labels = new TreeMap<>();
        private Supplier<Optional<String>> token = Optional::empty;
        private Optional<Path> tokenFile = Optional.empty();
        private boolean insecurePlaintext;
        private Optional<Path> pythonZip = Optional.empty();
        private LogCap logCap = LogCap.DEFAULT;
        private DiskReserve diskReserve = DiskReserve.DEFAULT;
        private String version = "unknown";

        /** Four heartbeats, and twice a coordinator's session: another leads by then. */
        private Duration silence = Duration.ofSeconds(8);

        private List<String> fenceCommand = FenceKeeper.Start.thisProgram();
        private AgentLimits limits = AgentLimits.DEFAULTS;
        private XidTable xids = XidTable.DEFAULT;

        private Builder(List<String> coordinators, String name, Path dataDirectory) {
            this.coordinators = coordinators;
            this.name = name;
            this.dataDirectory = dataDirectory;
        }

        /** Attempts it runs at most; default 128. */
        public Builder slots(int most) {
            this.slots = most;
            return this;
        }

        /** Devices to pretend. */
        public Builder fakeGpus(FakeGpuSpec spec) {
            this.fakeGpus = Optional.of(spec);
            return this;
        }

        /** A label of the node. */
        public Builder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        /** The bearer token; asked before each call, on any thread. */
        public Builder token(Supplier<Optional<String>> source) {
            this.token = source;
            return this;
        }

        /** Where tasks find the token when they call {@code meow}; not read by the agent. */
        public Builder tokenFile(Path file) {
            this.tokenFile = Optional.of(file);
            return this;
        }

        /** Coordinators may be on other machines, without encryption. */
        public Builder insecurePlaintext(boolean may) {
            this.insecurePlaintext = may;
            return this;
        }

        /** The Python package {@code cattino}, as a zip, for tasks. */
        public Builder pythonZip(Path file) {
            this.pythonZip = Optional.of(file);
            return this;
        }

        /** How much of an attempt's logs stays on the disk; default 1 GiB. */
        public Builder logCap(LogCap cap) {
            this.logCap = cap;
            return this;
        }

        /** What has to be free on its disks for new tasks; default 2 GiB and 5 %. */
        public Builder diskReserve(DiskReserve least) {
            this.diskReserve = least;
            return this;
        }

        /** Of this program, for people. */
        public Builder version(String text) {
            this.version = text;
            return this;
        }

        /** How long a leader may be silent before the stream is broken; default 8 s. */
        public Builder silence(Duration most) {
            this.silence = most;
            return this;
        }

        /** What starts the fence; by default a small JVM with the class path of this one. */
        public Builder fenceCommand(List<String> command) {
            this.fenceCommand = command;
            return this;
        }

        /** Delays of ending attempts. */
        public Builder limits(AgentLimits delays) {
            this.limits = delays;
            return this;
        }

        /** What becomes of a card of which the driver reports an Xid. */
        public Builder xids(XidTable table) {
            this.xids = table;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException that names everything that is wrong
         */
        public AgentConfig build() {
            return new AgentConfig(
                    coordinators,
                    name,
                    dataDirectory,
                    slots,
                    fakeGpus,
                    labels,
                    token,
                    tokenFile,
                    insecurePlaintext,
                    pythonZip,
                    logCap,
                    diskReserve,
                    version,
                    silence,
                    fenceCommand,
                    limits,
                    xids);
        }
    }
}
