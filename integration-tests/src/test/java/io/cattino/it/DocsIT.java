package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that what the guides show runs, and that they show what runs. */
class DocsIT {
    @RegisterExtension static final Farm FARM = Farm.running("--fake-gpus", "4x24576");

    @Test
    void theJavaGuideShowsTheExampleThatRuns() throws Exception {
        Path sources = Path.of("src/test/java/io/cattino/it/PipelineExample.java");
        String example = Files.readString(sources);
        String body =
                example.substring(
                        example.indexOf("        ProcTask train"), example.indexOf("    }\n}\n"));
        assertThat(Files.readString(Path.of("../docs/java.md")))
                .contains(body.stripTrailing().stripIndent());
    }

    @Test
    void theJavaExampleTrainsAndEvaluates() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        TaskResult result =
                PipelineExample.run(
                        FARM.client(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(result.isDone()).isTrue();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("accuracy 0.93");
        await("listeners are told on a thread of their own")
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        printed.toString(StandardCharsets.UTF_8).contains("pipeline/eval is Done"));
    }
}
