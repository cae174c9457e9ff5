package io.cattino.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NetworkOptionsTest {
    private static NetworkOptions parse(String... args) {
        NetworkOptions options = new NetworkOptions();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(new Holder(options)))
                .parseArgs(args);
        return options;
    }

    @CommandLine.Command
    private record Holder(@CommandLine.Mixin NetworkOptions options) {}

    @Test
    void isASwitchThatMayHaveAValue() {
        assertThat(parse().insecurePlaintext()).isFalse();
        assertThat(parse("--insecure-plaintext").insecurePlaintext()).isTrue();
        assertThat(parse("--insecure-plaintext=true").insecurePlaintext()).isTrue();
        assertThat(parse("--insecure-plaintext=false").insecurePlaintext()).isFalse();
        assertThatThrownBy(() -> parse("--insecure-plaintext=maybe")).hasMessageContaining("maybe");
    }

    @Test
    void refusesAZooKeeperOnOtherMachinesUnlessAllowed() {
        assertThatCode(() -> parse().checkZooKeeper("127.0.0.1:2181,localhost:2182"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> parse().checkZooKeeper("127.0.0.1:2181,zk-2:2181"))
                .hasMessageContainingAll("zookeeper: zk-2:2181", "--insecure-plaintext");
        assertThatCode(() -> parse("--insecure-plaintext").checkZooKeeper("zk-2:2181"))
                .doesNotThrowAnyException();
    }
}
