package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves how a server comes and goes by the command line: many first commands at once end with one
 * server, {@code exit} ends it, and what the README tells people to type first works.
 */
class FirstServerIT {
    @RegisterExtension final Farm farm = Farm.empty();

    @Test
    void concurrentFirstCreatesEndWithOneServerWhichExitEnds() {
        List<Meow.Started> creates = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            creates.add(farm.meow().start("create", "-n", "first-" + i, "--wait", "true"));
        }
        List<Meow.Result> results = creates.stream().map(Meow.Started::result).toList();
        results.forEach(result -> result.exits(0));
        assertThat(results.stream().filter(result -> result.err().contains("Started a server")))
                .as("those that say that they started it")
                .hasSize(1);
        long pid = ServerFile.read(farm.home()).orElseThrow().pid();
        assertThat(servers()).containsExactly(pid);
        assertThat(farm.meow().run("list", "-a").exits(0).lines()).hasSize(5);

        farm.meow().run("exit").exits(0);
        assertThat(Living.is(pid)).as("the server lives after exit").isFalse();
        assertThat(servers()).isEmpty();
        farm.meow().run("list").exits(5);
        farm.meow().run("test").exits(5);
        assertThat(farm.meow().run("wait", "first-1").exits(125).err()).contains("meow run");
    }

    /** Processes of this farm that are servers. */
    private List<Long> servers() {
        return Living.mentioning(farm.home().toString()).stream()
                .filter(pid -> Living.commandLine(pid).contains("io.cattino.server.ServerMain"))
                .toList();
    }

    @Test
    void theFirstCommandOfTheReadmeRunsTheMainJobToItsEnd() throws IOException {
        Files.createSymbolicLink(farm.cwd().resolve("meow"), Distribution.meow());
        Files.createSymbolicLink(
                farm.cwd().resolve("examples"), Distribution.checkout().resolve("examples"));
        Meow.Result result = farm.meow().shell("set -e\n" + Readme.firstCommands()).exits(0);
        assertThat(result.err()).contains("Started a server");
        assertThat(result.out())
                .as("names and nothing else")
                .isEqualTo("pipeline/train\npipeline/eval\n");
        assertThat(farm.meow().run("logs", "pipeline/eval").exits(0).out()).startsWith("accuracy ");
    }
}
