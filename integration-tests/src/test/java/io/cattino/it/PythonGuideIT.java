package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that what docs/python.md shows runs, from its first block to its last. */
class PythonGuideIT {
    /** Scripts begin with a comment that names their file. */
    private static final Pattern BLOCK =
            Pattern.compile("(?s)\n```(?:python\n# (\\S+)\n(.*?)|sh\n(.*?))\n```");

    @RegisterExtension final Farm farm = Farm.running("--fake-gpus", "4x24576");

    @Test
    void everyBlockOfThePageRuns() throws IOException {
        Files.createSymbolicLink(farm.cwd().resolve("meow"), Distribution.meow());
        String page = Files.readString(Distribution.checkout().resolve("docs/python.md"));
        List<String> outputs = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            if (block.group(1) != null) {
                Files.writeString(farm.cwd().resolve(block.group(1)), block.group(2));
            } else {
                String commands =
                        "set -e\nPATH=$PWD:$PATH\nexport PYTHONPATH='%s'\n%s"
                                .formatted(
                                        Distribution.checkout().resolve("client/python"),
                                        block.group(3));
                outputs.add(farm.meow().shell(commands).exits(0).out());
            }
        }
        assertThat(outputs).hasSize(6);
        assertThat(outputs.get(0)).contains("pipeline/train").endsWith("accuracy 0.93\n");
        assertThat(outputs.get(1)).contains("sweep/run_5\n").endsWith("lr 0.3 seed 3\n");
        assertThat(outputs.get(2))
                .contains("timed/a ended with 0\n", "timed/@on_end\tDone")
                .contains("timed │ before the first of 2\n", "timed/b │ timed/b ended with 0\n")
                .containsOnlyOnce("timed │ after the last\n");
        assertThat(outputs.get(4)).endsWith("3 42 /data/corpus/magic\n");
        assertThat(outputs.get(5)).isEqualTo("work/train Done 0\nwork/eval Done 0\ntrained\n\n");
    }
}
