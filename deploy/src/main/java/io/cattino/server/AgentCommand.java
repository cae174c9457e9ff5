package io.cattino.server;

import io.cattino.agent.Agent;
import io.cattino.agent.AgentConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meow agent run}: the agent of one host. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs the tasks of this host for a coordinator. They go on when the agent stops.")
final class AgentCommand implements Callable<Integer> {
    /** The file was read before picocli comes to this: {@link OptionFile}. */
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "More options, one a line: NAME = \"VALUE\". What is typed or in a variable comes before it.")
    void config(Path file) {}

    @Option(
            names = "--coordinator",
            required = true,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Coordinators, with commas between them; any of them names the leader.")
    private List<String> coordinators = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Who this node is, its attempts and reports. Default: below $CATTINO_HOME")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:CATTINO_TOKEN_FILE:-}",
            description =
                    "The coordinator's token. Default: $CATTINO_TOKEN_FILE or the local server's")
    private String tokenFile = "";

    @Mixin private NetworkOptions network = new NetworkOptions();
    @Mixin private NodeOptions node = new NodeOptions();

    @Option(
            names = "--label",
            paramLabel = "K=V",
            description = "A label of this node; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        Home home = Home.of(System.getenv());
        Path token = tokenFile.isEmpty() ? home.tokenFile() : Path.of(tokenFile);
        if (!Files.isReadable(token)) {
            throw new Startup.Refused(
                    "cannot read the token file "
                            + token
                            + "; give the coordinator's: --token-file FILE");
        }
        var _ = Secrets.read(token);
        Path directory = Secrets.directory(data.orElseGet(home::agent).toAbsolutePath());
        AgentConfig.Builder config =
                AgentConfig.builder(coordinators, node.name(), directory)
                        .version(ServerMain.BUILD.version())
                        .token(() -> Optional.of(read(token)))
                        .tokenFile(token.toAbsolutePath())
                        .insecurePlaintext(network.insecurePlaintext());
        labels.forEach(config::label);
        Lifetime lifetime = new Lifetime();
        try (Agent agent = Agent.start(node.configure(config))) {
            network.warn("the token and what tasks are told");
            lifetime.endsWith("agent", agent.failure());
            return lifetime.await().code();
        } finally {
            lifetime.closed();
        }
    }

    /** Read for every call: a token may be replaced while the agent runs. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the token file " + file, e);
        }
    }
}
