package io.cattino.cli;

import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
import static io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TAB offers, asked of the shells themselves. */
class CompletionTest {

    /** Runs the function as the shell would, and prints what it offers. */
    private static final String BASH =
            """
            source "$1"
            _meow_now() { now=1000; }
            _meow_refresh_later() { echo later >>asked; }
            COMP_LINE=$2 COMP_POINT=${#2} COMPREPLY=()
            read -ra COMP_WORDS <<<"$2"
            _meow
            [[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "${COMPREPLY[@]}"
            """;

    /** The parts of zsh's own completion that it calls only tell what they were given. */
    private static final String ZSH =
            """
            emulate zsh
            compdef() { :; }
            compset() { local start=${words[CURRENT]}; [[ $2 != '*=' ]] || start=${start#*=}
                [[ $2 != '*,' ]] || start=${start##*,}; words[CURRENT]=$start; }
            compadd() { local one; for one in "${(@P)2}"; do
                [[ $one != "${words[CURRENT]}"* ]] || print -r -- "$one"; done; }
            source "$1"
            _meow_now() { now=1000; }
            _meow_refresh_later() { echo later >>asked; }
            typeset -a words; words=(${=2}); [[ $2 != *' ' ]] || words+=('')
            CURRENT=${#words}
            _meow || :
            """;

    private static final String FISH =
            """
            source $argv[1]
            function __meow_now; echo 1000; end
            function __meow_refresh_later; echo later >>asked; end
            complete -C $argv[2] | string split -f1 \\t
            true
            """;

    @TempDir Path directory = Path.of("");

    /** A meow that answers at once, and writes down what it was asked. */
    @BeforeEach
    void makeMeow() throws IOException {
        Path meow = Files.createDirectories(directory.resolve("bin")).resolve("meow");
        Files.writeString(
                meow,
                """
                #!/bin/sh
                echo "$*" >> '%s'
                echo train
                echo group/train-2
                echo 'odd $(touch pwned) name'
                """
                        .formatted(directory.resolve("asked")));
        Files.setPosixFilePermissions(meow, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> tab(String shell, String line) throws IOException, InterruptedException {
        assumeThat(hasShell(shell)).as("this machine has %s", shell).isTrue();
        Path script = directory.resolve("meow." + shell);
        if (!Files.exists(script)) {
            Cli.Result result = new Cli(directory).run("completion", shell);
            assertThat(result.exit()).isZero();
            Files.writeString(script, result.out());
        }
        List<String> command =
                new ArrayList<>(
                        switch (shell) {
                            case "bash" -> List.of("bash", "--norc", "-c", BASH, "bash");
                            case "zsh" -> List.of("zsh", "-f", "-c", ZSH, "zsh");
                            default -> List.of("fish", "--no-config", "-c", FISH);
                        });
        command.add(script.toString());
        command.add(line);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment()
                .merge("PATH", directory.resolve("bin").toString(), (old, bin) -> bin + ":" + old);
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().toList();
    }

    private static boolean hasShell(String shell) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, shell)));
    }

    private List<String> asked() throws IOException {
        Path asked = directory.resolve("asked");
        return Files.exists(asked) ? Files.readAllLines(asked) : List.of();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void offersCommandsAndOptions(String shell) throws IOException, InterruptedException {
        assertThat(tab(shell, "meow wa")).containsExactlyInAnyOrder("wait", "watch");
        assertThat(tab(shell, "meow --color never ex")).containsExactly("exit");
        assertThat(tab(shell, "meow submit --min")).containsExactly("--min-devices");
        assertThat(tab(shell, "meow exit --quie")).containsExactly("--quiet");
        assertThat(tab(shell, "meow list --status Wai")).containsExactly("Waiting");
        assertThat(tab(shell, "meow config use")).containsExactly("use-context");
        assertThat(tab(shell, "meow completion f")).containsExactly("fish");
        assertThat(tab(shell, "meow create -n tr")).isEmpty();
        assertThat(tab(shell, "meow nonsense tr")).isEmpty();
        assertThat(asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void offersNamesAndKeepsThem(String shell) throws IOException, InterruptedException {
        assertThat(tab(shell, "meow watch gr")).containsExactly("group/train-2");
        assertThat(tab(shell, "meow create -d tr")).containsExactly("train");
        assertThat(tab(shell, "meow kill x tr")).containsExactly("train");
        assertThat(tab(shell, "meow -H c:1 --context=lab kill tr")).containsExactly("train");

        assertThat(asked()).startsWith("__complete tasks");
        assertThat(asked()).contains("-H c:1 --context=lab __complete tasks");
        assertThat(kept()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void aNameIsNeverRun(String shell) throws IOException, InterruptedException {
        assertThat(tab(shell, "meow watch odd")).hasSize(1);
        assertThat(directory.resolve("pwned")).doesNotExist();
    }

    @Test
    void bashQuotesAndGoesOnBehindCommasAndEqualsSigns() throws IOException, InterruptedException {
        assertThat(tab("bash", "meow watch odd"))
                .containsExactly("odd\\ \\$\\(touch\\ pwned\\)\\ name");
        assertThat(tab("bash", "meow create -d group/train-2,tr"))
                .containsExactly("group/train-2,train");
        assertThat(tab("bash", "meow list --status=Fai")).containsExactly("Failed");
        assertThat(tab("bash", "meow create -D bi")).containsExactly("bin");
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("cache/cattino/complete"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void whatIsKeptIsAnsweredWithoutAsking(String shell) throws IOException, InterruptedException {
        assertThat(tab(shell, "meow watch t")).containsExactly("train");
        Path kept = kept().getFirst();
        assertThat(Files.readAllLines(kept))
                .containsExactly("1000", "train", "group/train-2", "odd $(touch pwned) name");
        Files.delete(directory.resolve("asked"));

        Files.write(kept, List.of("998", "tea"));
        assertThat(tab(shell, "meow watch t")).containsExactly("tea");
        assertThat(asked()).isEmpty();
        Files.write(kept, List.of("950", "tea"));
        assertThat(tab(shell, "meow watch t")).containsExactly("tea");
        assertThat(asked()).containsOnly("later");
        for (String made : List.of("939", "1001", "garbage")) {
            Files.write(kept, List.of(made, "tea"));
            assertThat(tab(shell, "meow watch t")).containsExactly("train");
        }
    }

    @Test
    void onlyItsOwnerReadsWhatIsKept() throws IOException, InterruptedException {
        tab("bash", "meow watch t");

        Path kept = kept().getFirst();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void namesComeFromTheFarm() {
        try (FakeFarm farm = new FakeFarm()) {
            Cli cli = new Cli(directory, farm);
            farm.put("old", TASK_STATUS_DONE);
            farm.put("a/b/c", TASK_STATUS_RUNNING);
            farm.put("new", TASK_STATUS_DONE);

            assertThat(cli.run("__complete", "tasks").out().lines())
                    .containsExactly("a/b/c", "a/b", "a", "new", "old", "last", "@me");
            assertThat(cli.run("__complete", "tasks", "a/").out()).isEqualTo("a/b/c\na/b\n");
            assertThat(cli.run("__complete", "groups").out()).isEqualTo("a/b\na\n");
            assertThat(cli.run("__complete", "things").exit()).isEqualTo(2);
        }
        assertThat(new Cli(directory).env("CATTINO_PORT", "1").run("__complete", "tasks").exit())
                .isEqualTo(5);
    }

    @Test
    void everyCommandIsInEveryScript() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            String script = new Cli(directory).run("completion", shell).out();

            assertThat(script).doesNotContain("@COMMANDS@", "@CASES@", "@LINES@");
            assertThat(Commands.words()).allMatch(script::contains);
        }
        Cli.Result wrong = new Cli(directory).run("completion", "fisch");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("did you mean: meow completion fish ?");
        assertThat(new Cli(directory).run("--help").out()).doesNotContain("__complete");
    }

    @Test
    void theScriptsSayWhereTheyBelong() {
        assertThat(Arrays.asList("bash", "zsh", "fish"))
                .allSatisfy(shell ->
                        assertThat(new Cli(directory).run("completion", shell).out())
                                .contains("meow completion " + shell));
    }
}
