package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that a fresh clone needs nothing but a JDK: the README's first command builds it, starts a
 * server and runs the main job to its end.
 */
@Tag("soak")
class FreshCloneIT {
    @RegisterExtension final Farm farm = Farm.empty();

    @Test
    void theFirstCommandOfTheReadmeBuildsAndRunsTheMainJob() throws Exception {
        Path clone = farm.path("clone");
        // Maven's repository is the user's own: what it holds need not be fetched again.
        Meow meow =
                new Meow(List.of("./meow"), farm.environment(), clone)
                        .with("HOME", System.getProperty("user.home"));
        meow.in(farm.cwd())
                .shell("git clone --quiet '%s' '%s'".formatted(Distribution.checkout(), clone))
                .exits(0);
        Meow.Result result = meow.shell("set -e\n" + Readme.firstCommands()).exits(0);
        assertThat(result.err()).contains("Started a server");
        assertThat(result.out())
                .as("names and nothing else")
                .isEqualTo("pipeline/train\npipeline/eval\n");
        assertThat(meow.run("list", "-a").exits(0).out()).contains("\tDone\t");
        meow.run("exit", "-y").exits(0);
    }
}
