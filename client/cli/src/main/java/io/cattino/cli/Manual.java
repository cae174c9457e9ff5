package io.cattino.cli;

import static io.cattino.cli.output.Exit.DENIED;
import static io.cattino.cli.output.Exit.FAILED;
import static io.cattino.cli.output.Exit.OK;
import static io.cattino.cli.output.Exit.OWN;
import static io.cattino.cli.output.Exit.PARTLY;
import static io.cattino.cli.output.Exit.STATE;
import static io.cattino.cli.output.Exit.TIMEOUT;
import static io.cattino.cli.output.Exit.UNKNOWN;
import static io.cattino.cli.output.Exit.UNREACHABLE;
import static io.cattino.cli.output.Exit.USAGE;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import io.cattino.cli.output.Exit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What picocli's model of a command does not hold: how it is used, and how it ends. The help and
 * the reference of the commands both take it from here.
 */
final class Manual {

    /** How commands end that need nobody else. */
    private static final Set<Exit> HERE = EnumSet.of(OK, FAILED, USAGE);

    /** How commands end that ask a coordinator. */
    private static final Set<Exit> ASKING = EnumSet.of(OK, FAILED, USAGE, UNREACHABLE, DENIED);

    /** How commands end that ask for something by its name. */
    private static final Set<Exit> NAMING =
            EnumSet.of(OK, FAILED, USAGE, UNKNOWN, UNREACHABLE, DENIED);

    /** How commands end that change tasks. */
    private static final Set<Exit> CHANGING =
            EnumSet.of(OK, FAILED, USAGE, UNKNOWN, STATE, UNREACHABLE, DENIED, PARTLY);

    /** How commands end that may stand for a task; the task's own codes are added. */
    private static final Set<Exit> STANDING =
            EnumSet.of(OK, FAILED, USAGE, UNKNOWN, STATE, UNREACHABLE, DENIED, TIMEOUT, OWN);

    private static final String SECTION = "examples";

    private static final Map<String, Page> PAGES =
            Map.ofEntries(
                    page(
                            "create",
                            STANDING,
                            "meow create \"python3 train.py --lr 0.1\" -n train -c 2 -M 20000",
                            "meow create -n eval --after train -M 8000 python3 eval.py",
                            "meow create -m \"python3 train.py\" -n run -- --lr [0.1,0.3] seed=[1,2]",
                            "meow create -f --shell 'nvidia-smi | head -n 5'"),
                    page(
                            "list",
                            ASKING,
                            "meow list",
                            "meow list --status failed,running",
                            "meow list status priority cmd",
                            "meow list --json=fullname,status"),
                    page("watch", STANDING, "meow watch train", "meow watch -s stderr train"),
                    page("logs", NAMING, "meow logs train", "meow logs --tail 20 -f train"),
                    page("describe", NAMING, "meow describe train"),
                    page("why", NAMING, "meow why eval"),
                    page("wait", STANDING, "meow wait train", "meow wait --timeout 2h run_0 run_1"),
                    page(
                            "test",
                            EnumSet.of(OK, FAILED, USAGE, UNKNOWN, UNREACHABLE, DENIED),
                            "meow test && echo the server runs",
                            "meow test train"),
                    page("cancel", CHANGING, "meow cancel eval", "meow cancel -A '^run_'"),
                    page("resume", CHANGING, "meow resume eval"),
                    page("kill", CHANGING, "meow kill train", "meow kill -f 'run_*'"),
                    page("remove", CHANGING, "meow remove train", "meow remove -A"),
                    page("rerun", CHANGING, "meow rerun train", "meow rerun --failed"),
                    page("hold", CHANGING, "meow hold eval --reason 'data is not ready'"),
                    page("unhold", CHANGING, "meow unhold eval"),
                    page(
                            "set",
                            EnumSet.of(OK, USAGE, UNKNOWN, STATE, UNREACHABLE, DENIED),
                            "meow set eval.priority 5",
                            "meow set override-exist-tasks rename"),
                    page("clean", HERE, "meow clean --before 2026-10", "meow clean -A"),
                    page("nodes", ASKING, "meow nodes"),
                    page("gpus", ASKING, "meow gpus"),
                    page("events", ASKING, "meow events"),
                    page(
                            "node",
                            EnumSet.of(OK, USAGE, UNKNOWN, STATE, UNREACHABLE, DENIED),
                            "meow node forget gpu-05"),
                    page(
                            "drain",
                            NAMING,
                            "meow drain gpu-05 --reason 'fan swap'",
                            "meow drain gpu-05 --deadline 1h --wait"),
                    page(
                            "undrain",
                            EnumSet.of(OK, FAILED, USAGE, UNKNOWN, STATE, UNREACHABLE, DENIED),
                            "meow undrain gpu-05",
                            "meow undrain gpu-05 --gpu 3"),
                    page("hold-fences", ASKING, "meow hold-fences", "meow hold-fences 20m"),
                    page("status", ASKING, "meow status"),
                    page("doctor", HERE, "meow doctor"),
                    page(
                            "config",
                            HERE,
                            "meow config set-context lab -H lab-1:19192",
                            "meow config use-context lab"),
                    page("completion", HERE, "meow completion bash"),
                    page("run", HERE, "meow run"),
                    page("coordinator", HERE, "meow coordinator run --help"),
                    page("agent", HERE, "meow agent run --help"),
                    page("zookeeper", HERE, "meow zookeeper run --help"),
                    page(
                            "admin",
                            HERE,
                            "meow admin journal verify",
                            "meow admin journal repair",
                            "meow admin adopt"),
                    page(
                            "exit",
                            EnumSet.of(OK, FAILED, USAGE, UNREACHABLE, DENIED),
                            "meow exit",
                            "meow exit -y"),
                    page("meow", HERE, "meow meow"));

    private Manual() {}

    /** What there is to say of one command. */
    private record Page(Set<Exit> exits, List<String> examples) {}

    private static Map.Entry<String, Page> page(
            String command, Set<Exit> exits, String... examples) {
        return Map.entry(command, new Page(exits, List.of(examples)));
    }

    private static Page page(String command) {
        return PAGES.getOrDefault(command, new Page(HERE, List.of()));
    }

    /** Lines that people can type; none for a command that nobody has written about. */
    static List<String> examples(String command) {
        return page(command).examples();
    }

    /** How a command may end. */
    static Set<Exit> exits(String command) {
        return page(command).exits();
    }

    /** Shows examples in the help of a command. */
    static void addTo(CommandLine line) {
        line.getHelpSectionMap().put(SECTION, help -> section(help.commandSpec()));
        List<String> sections = new ArrayList<>(line.getHelpSectionKeys());
        // What it does, how it is typed, and only then every option.
        sections.remove(SECTION_KEY_DESCRIPTION);
        sections.add(sections.indexOf(SECTION_KEY_SYNOPSIS_HEADING), SECTION_KEY_DESCRIPTION);
        sections.add(sections.indexOf(SECTION_KEY_DESCRIPTION) + 1, SECTION);
        line.setHelpSectionKeys(sections);
    }

    /** Whether a command's own description shows how it is used. */
    static boolean isShown(CommandSpec command) {
        return Arrays.stream(command.usageMessage().description())
                .anyMatch(line -> line.startsWith("  "));
    }

    private static String section(CommandSpec command) {
        List<String> examples = examples(command.name());
        if (command.parent() == null || isShown(command) || examples.isEmpty()) {
            return "";
        }
        String typed = command.root().name();
        StringBuilder text = new StringBuilder("\n");
        examples.forEach(example ->
                text.append("  ").append(typed).append(example.substring(4)).append('\n'));
        return text.append('\n').toString();
    }
}
