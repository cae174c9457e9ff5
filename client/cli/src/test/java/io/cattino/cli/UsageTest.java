package io.cattino.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people mistype, without any server. */
class UsageTest {

    @TempDir Path directory = Path.of("");

    private Cli.Result run(String... args) {
        return new Cli(directory).run(args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    lst                     | there is no command 'lst'            | did you mean: meow list ?
                    top                     | the command 'top' is not supported yet |
                    list --bogus            | unknown option '--bogus'             | all options: meow list --help
                    list --statu=Running    | unknown option '--statu'             | did you mean: --status ?
                    list -o yml             | there is no output format 'yml'      | did you mean: -o yaml ?
                    list --format x -o yaml | exclude each other                   | --json=fullname,status
                    list -w 0               | -w needs a time above 0              |
                    list --filter task.     | --filter: it ends where a name is missing | as in
                    squeue                  | there is no command 'squeue'         | did you mean: meow list ?
                    get tasks               | there is no command 'get'            | did you mean: meow list ?
                    list traintask          | a task has no field 'traintask'      | meow list -n traintask
                    list statsu             | a task has no field 'statsu'         | did you mean: status ?
                    list --status Broken    | 'Broken' is no status                |
                    list --color blue       | --color is auto, always or never     |
                    create                  | what is to be run?                   | meow create
                    create prog --lr 0.1    | unknown option '--lr'                | put the command's own options after --
                    create prog -N 2        | the option -N is not supported yet   | put the command's own options after --
                    create ls -n a/b        | a name holds no '/': -n a/b          | a task in a group: -g a -n b
                    create ls -g a/b        | a group of -g is one name            |
                    create ls -n last       | the name 'last' is reserved          |
                    create ls -M 3GB        | cannot read '3GB' as memory          |
                    create ls -M 1000 -c 0  | needs at least 1 device              | leave -c out for one
                    create ls -p high       | --priority is a whole number, not 'high' | all options: meow create --help
                    create ls --override no | --override is forbid, allow or rename |
                    create ls -la           | -l wants KEY=VALUE                   | put the command's own options after --
                    create ls -e NOT_SET    | NOT_SET is not set here              |
                    create ls -D nowhere    | there is no directory                |
                    create ls --timeout 3q -W | cannot read '3q' as a duration     |
                    create tsk.py           | there is no file 'tsk.py'            | did you mean: task.py ?
                    kill                    | which tasks?                         | -A for all
                    kill -A [               | '[' is no regular expression         |
                    kill -A a b             | -A takes one pattern, not 2          | patterns can be joined
                    kill backend            | 'backend' is the server, not a task  | stop it: meow exit
                    kill x -s USR1          | the option -s is not supported yet   |
                    describe                | NAME is missing |
                    watch x -s both         | 'both' is no stream                  |
                    set resolvers x         | 'resolvers' is not set by a command | ~/.config/cattino/resolvers.py
                    set debugging x         | the setting 'debugging' (the server's) is not supported yet |
                    drain n --force         | the option --force is not supported yet |
                    drain n --deadline 31d  | --deadline: the deadline of a drain must be between 0 and 30 days, not 31 days |
                    drain n --deadline soon | --deadline: cannot read 'soon' as a duration | write 90 (seconds)
                    hold-fences soon        | DURATION: cannot read 'soon' as a duration | write 90 (seconds)
                    hold-fences 1 2         | what is '2' for?                     | meow hold-fences --help
                    create ls --lost-after 5s | --lost-after: lostAfter must be between 15s and 30 days, not 5s |
                    create ls --lost-after x  | --lost-after: cannot read 'x' as a duration | write 90 (seconds)
                    create ls --on-disconnect stay | --on-disconnect is requeue, wait or fail, not 'stay' |
                    config st x 1           | there is no 'config st'              | did you mean: meow config set ?
                    config set prot 1       | there is no setting 'prot' of yours  | did you mean: port ?
                    config set port 70000   | '70000' is no port                   |
                    config set port         | config set takes 2 words             | meow config --help
                    config set timeout x    | cannot read 'x' as a duration        |
                    config set-context lab  | where is 'lab'?                      | -H HOST:PORT
                    config set-context a/b -H c:1 | 'a/b' is no name of a context  |
                    node                    | forget is missing                    | all options: meow node --help
                    create -n               | --task-name wants a value: NAME      | all options: meow create --help
                    create -n a -n b x      | --task-name is given twice           |
                    list --no-input=x       | --no-input takes no value            |
                    watch a --tail x        | --tail is a whole number, not 'x'    |
                    lst --bogus             | there is no command 'lst'            | did you mean: meow list ?
                    help lst                | there is no command 'lst'            | did you mean: meow list ?
                    -H a:b:c list           | cannot read 'a:b:c' as the address   |
                    """)
    void saysWhatIsWrongAndWhatNext(String line, String message, String next) throws IOException {
        Files.writeString(directory.resolve("task.py"), "");

        Cli.Result result = run(line.split(" ", -1));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines().findFirst().orElse(""))
                .startsWith("error: ")
                .contains(message)
                .endsWith(", exit 2");
        assertThat(result.err()).contains(next == null ? "" : next);
        assertThat(result.err().lines().count()).isLessThanOrEqualTo(4);
    }

    @Test
    void usesTheNameThatWasTyped() {
        Cli.Result result = new Cli(directory).env("CATTINO_ARGV0", "./meow").run("lst");

        assertThat(result.err()).contains("did you mean: ./meow list ?");
    }

    @Test
    void withoutACommandShowsTheHelp() {
        Cli.Result result = run();

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("Usage: meow", "create, submit", "coordinator", "First steps:");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void everyCommandHasHelp() {
        for (Commands.Entry entry : Commands.ALL) {
            Cli.Result result = run(entry.name(), "--help");

            assertThat(result.exit()).as(entry.name()).isZero();
            assertThat(result.out()).as(entry.name()).contains("Usage: meow " + entry.name());
        }
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("meow").out()).startsWith("Cattino: ");
        assertThat(run("-V").out()).startsWith("Cattino: ");
        assertThat(run("list", "--version").out()).startsWith("Cattino: ");
    }

    @Test
    void withoutAServerSaysHowToGetOne() {
        Cli cli = new Cli(directory).env("CATTINO_PORT", "1");

        for (String line :
                new String[] {
                    "list",
                    "test",
                    "describe x",
                    "kill -A",
                    "nodes",
                    "status",
                    "exit",
                    "set x.priority 3"
                }) {
            Cli.Result result = cli.run(line.split(" ", -1));

            assertThat(result.exit()).as(line).isEqualTo(5);
            assertThat(result.err())
                    .isEqualTo(
                            """
                            error: cannot reach a coordinator at localhost:1 (connection refused), exit 5
                              another one:  meow -H HOST:PORT ...   (or export CATTINO_COORDINATOR=HOST:PORT)
                              this host:    meow run               starts coordinator and agent here
                            """);
        }
    }

    @Test
    void helpIsACommandToo() {
        assertThat(run("help")).isEqualTo(run("--help"));
        assertThat(run("help", "create")).isEqualTo(run("create", "--help"));
    }

    @Test
    void whatCannotBeReadIsToldAsJsonWhereJsonIsWanted() {
        assertThat(run("lst", "--json").err())
                .isEqualTo(
                        "{\"error\":{\"code\":\"usage\",\"message\":\"there is no command 'lst'\",\"hint\":\"did you mean: meow list ?\"}}\n");
        assertThat(run("list", "--status", "--json").err()).startsWith("{\"error\":");
    }

    @Test
    void withJsonFailuresAreJsonToo() {
        Cli.Result result = new Cli(directory).env("CATTINO_PORT", "1").run("list", "--json");

        assertThat(result.exit()).isEqualTo(5);
        assertThat(result.err())
                .startsWith("{\"error\":{\"code\":\"unreachable\",\"message\":\"cannot reach");
    }

    @Test
    void nothingBeforeTheFirstCallKnowsOfGrpc() throws IOException, InterruptedException {
        for (String line :
                new String[] {"--help", "create --help", "lst", "create prog --lr", "meow"}) {
            Process process =
                    new ProcessBuilder(
                                    Stream.concat(
                                                    Stream.of(
                                                            ProcessHandle.current()
                                                                    .info()
                                                                    .command()
                                                                    .orElseThrow(),
                                                            "-Xlog:class+load",
                                                            "-cp",
                                                            System.getProperty("java.class.path"),
                                                            "io.cattino.cli.Main"),
                                                    Arrays.stream(line.split(" ", -1)))
                                            .toList())
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();

            assertThat(said).contains("io.cattino.cli.Main ");
            assertThat(
                            said.lines()
                                    .filter(loaded ->
                                            loaded.contains(" io.grpc.")
                                                    || loaded.contains(" com.google.protobuf.")))
                    .as(line)
                    .isEmpty();
        }
    }
}
