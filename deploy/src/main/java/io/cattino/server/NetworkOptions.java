package io.cattino.server;

import io.cattino.agent.link.Plaintext;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Whether a server may speak to other machines; docs/decisions/0012 says why this is asked. */
final class NetworkOptions {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkOptions.class);

    @Option(
            names = "--insecure-plaintext",
            defaultValue = "${env:CATTINO_INSECURE_PLAINTEXT:-false}",
            converter = Switch.class,
            description =
                    "Speak to other machines although nothing is encrypted: on a network that you trust. Default: $CATTINO_INSECURE_PLAINTEXT or no")
    private boolean insecurePlaintext;

    boolean insecurePlaintext() {
        return insecurePlaintext;
    }

    /**
     * Says loudly what was allowed.
     *
     * @param what goes over the network as it is
     */
    void warn(String what) {
        if (insecurePlaintext) {
            LOG.warn("insecure_plaintext: {} are not encrypted", what);
            System.err.println(
                    "WARNING: --insecure-plaintext: "
                            + what
                            + " go over the network unencrypted. Whoever can listen there can run commands on this farm.");
        }
    }

    /** Refuses servers of ZooKeeper on other machines unless that was allowed. */
    void checkZooKeeper(String servers) throws Startup.Refused {
        List<String> elsewhere =
                Arrays.stream(servers.split(",", -1))
                        .map(String::strip)
                        .filter(server -> !Plaintext.isHere(server))
                        .toList();
        if (!insecurePlaintext && !elsewhere.isEmpty()) {
            throw new Startup.Refused(
                    "zookeeper: "
                            + String.join(",", elsewhere)
                            + " is another machine, and the journal and its credential would go over the network unencrypted."
                            + " On a network that you trust: --insecure-plaintext");
        }
    }

    /** An empty variable is one that is not set. */
    static final class Switch implements picocli.CommandLine.ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String text) {
            return switch (text.strip()) {
                case "", "0", "false", "no" -> false;
                case "1", "true", "yes" -> true;
                default ->
                        throw new picocli.CommandLine.TypeConversionException(
                                "'" + text + "' is neither true nor false");
            };
        }
    }
}
