package io.cattino.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.cli.create.Directives.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectivesTest {

    private static Directives parse(String text) {
        return Directives.parse("train.sh", text.lines().toList());
    }

    @Test
    void areReadUpToTheFirstCommand() {
        assertThat(
                        parse(
                                """
                                #!/bin/bash

                                # what it does
                                #MEOW -c 2 -M 20GiB   # two cards
                                  #MEOW\t-n 'my run'
                                #MEOWS -c 9
                                #MEOW
                                set -e
                                #MEOW -p 3
                                """))
                .isEqualTo(
                        new Directives(
                                List.of(
                                        new Line(4, List.of("-c", "2", "-M", "20GiB")),
                                        new Line(5, List.of("-n", "my run")),
                                        new Line(7, List.of())),
                                false));
    }

    @Test
    void anotherSchedulersLinesAreNoticed() {
        assertThat(parse("#!/bin/sh\n#SBATCH -N 2\n").foreign()).isTrue();
        assertThat(parse("#!/bin/sh\necho\n#SBATCH -N 2\n").foreign()).isFalse();
    }

    @Test
    void aMistakeNamesFileAndLine() {
        assertThatThrownBy(() -> parse("#!/bin/sh\n#MEOW -n 'x\n"))
                .hasMessageStartingWith("train.sh, line 2: the quote '");
    }

    @Test
    void aProgramHasNone(@TempDir Path directory) throws Exception {
        Path program = directory.resolve("a.out");
        byte[] bytes = new byte[200_000];
        bytes[0] = 0x7F;
        Files.write(program, bytes);

        assertThat(Directives.of(program).lines()).isEmpty();
    }
}
