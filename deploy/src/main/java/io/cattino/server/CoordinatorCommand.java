package io.cattino.server;

import io.cattino.coordinator.Coordinator;
import io.cattino.coordinator.zk.ZkConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meow coordinator run}: a coordinator beside a ZooKeeper that somebody else runs. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Accepts tasks and decides what runs where. Its journal is in ZooKeeper.",
            "Several coordinators of one ZooKeeper are one farm: one leads, the others stand by and take over when it is gone. They share the token and the ZooKeeper credential."
        })
final class CoordinatorCommand implements Callable<Integer> {
    /** The file was read before picocli comes to this: {@link OptionFile}. */
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "More options, one a line: NAME = \"VALUE\". What is typed or in a variable comes before it.")
    void config(Path file) {}

    @Option(
            names = "--zookeeper",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "The servers of the ZooKeeper ensemble.")
    private String zooKeeper = "";

    @Mixin private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--advertise",
            paramLabel = "HOST[:PORT]",
            description = "How other machines reach this coordinator. Default: --host and --port")
    private String advertise = "";

    @Mixin private NetworkOptions network = new NetworkOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Which cluster it belongs to; token and ZooKeeper credential, unless they are elsewhere. Default: below $CATTINO_HOME")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "What callers have to show; the same for all coordinators. Made if there is none. Default: token in --data")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--zookeeper-credential-file",
            paramLabel = "FILE",
            description =
                    "What opens the farm's data in ZooKeeper; the same for all coordinators. Made if there is none. Default: zookeeper-credential in --data")
    private Optional<Path> credentialFile = Optional.empty();

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description =
                    "Below it submissions get their directories, on every node. Default: $CATTINO_HOME")
    private Optional<Path> runs = Optional.empty();

    @Override
    public Integer call() throws Exception {
        network.checkZooKeeper(zooKeeper);
        Home home = Home.of(System.getenv());
        Path directory = Secrets.directory(data.orElseGet(home::coordinator).toAbsolutePath());
        Path tokens = tokenFile.orElse(directory.resolve("token")).toAbsolutePath();
        String token = Secrets.readOrCreate(tokens, "cattino_");
        String credential =
                Secrets.readOrCreate(
                        credentialFile.orElse(directory.resolve("zookeeper-credential")),
                        "cattino:");
        Path runRoot = runs.orElseGet(home::root).toAbsolutePath().normalize();
        Lifetime lifetime = new Lifetime();
        try (Closer closer = new Closer()) {
            closer.add("lifetime", lifetime::closed);
            Coordinator coordinator =
                    new CoordinatorPart(
                                    directory,
                                    token,
                                    tokens,
                                    runRoot,
                                    Optional.of(new KnownCluster(directory.resolve("cluster-id"))),
                                    false,
                                    new CoordinatorPart.Network(
                                            advertise, network.insecurePlaintext()))
                            .start(new ZkConfig(zooKeeper, credential), listen, lifetime, closer);
            network.warn("calls, tokens and the journal");
            System.err.println(
                    "Coordinator is up: "
                            + coordinator.address()
                            + " (HTTP "
                            + coordinator.httpPort()
                            + "), PID "
                            + ProcessHandle.current().pid()
                            + ", token in "
                            + tokens);
            return lifetime.await().code();
        }
    }
}
