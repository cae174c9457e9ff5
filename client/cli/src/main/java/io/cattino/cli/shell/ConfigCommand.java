package io.cattino.cli.shell;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.server.Config;
import io.cattino.cli.server.Settings;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code meow config}: the user's own configuration, and the farms that they work on. */
public final class ConfigCommand extends MeowCommand {

    private static final int LAST_PORT = 65_535;
    private static final String CONTEXT_NAME = "[A-Za-z0-9][A-Za-z0-9._@-]*";

    /** What to do, and how many words follow. */
    static final Map<String, Integer> ACTIONS = actions();

    private static Map<String, Integer> actions() {
        Map<String, Integer> actions = new LinkedHashMap<>();
        actions.put("list", 0);
        actions.put("get", 1);
        actions.put("set", 2);
        actions.put("unset", 1);
        actions.put("path", 0);
        actions.put("contexts", 0);
        actions.put("get-contexts", 0);
        actions.put("current-context", 0);
        actions.put("use-context", 1);
        actions.put("set-context", 1);
        actions.put("delete-context", 1);
        return actions;
    }

    private String action = "list";
    private List<String> words = List.of();
    private @Nullable Path tokenFile;
    private boolean json;

    public ConfigCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Read and change your own configuration, above all the farms that you work on.",
                "",
                "  config list                        what is set",
                "  config get KEY                     one value; exit 1 if it is not set",
                "  config set KEY VALUE               keys: coordinator, host, port, token-file, timeout",
                "  config unset KEY",
                "  config path                        the file",
                "  config contexts                    your farms; * is the one that counts",
                "  config current-context",
                "  config use-context NAME            from now on that farm",
                "  config set-context NAME -H HOST:PORT[,HOST:PORT] [--token-file FILE]",
                "  config delete-context NAME");
        syntax.word("ACTION").arity("0..1").says("What to do").text(it -> action = it);
        syntax.words("KEY|NAME")
                .says("A key and its value, or the name of a context")
                .texts(it -> words = it);
        syntax.option("--token-file")
                .label("FILE")
                .says("With set-context: where its token is")
                .path(it -> tokenFile = it);
        syntax.option("--json").says("With list and contexts: as JSON").flag(it -> json = it);
    }

    @Override
    public boolean speaksJson() {
        return json;
    }

    @Override
    protected Exit execute() {
        Integer needed = ACTIONS.get(action);
        if (needed == null) {
            throw Failure.usage(
                    "there is no 'config %s'".formatted(action),
                    Text.nearest(action, ACTIONS.keySet())
                            .map("did you mean: meow config %s ?"::formatted)
                            .orElse("there are: " + String.join(", ", ACTIONS.keySet())));
        }
        if (words.size() != needed) {
            throw Failure.usage(
                    "config %s takes %s".formatted(action, Text.count(needed, "word")),
                    "all of it: meow config --help");
        }
        Config config = Config.of(session().env());
        return switch (action) {
            case "get" -> get(config, key());
            case "set" -> set(config, key(), words.get(1));
            case "unset" -> store(config.without(key()));
            case "path" -> say(config.file().path().toString());
            case "contexts", "get-contexts" -> contexts(config);
            case "current-context" -> current(config);
            case "use-context" -> use(config, words.getFirst());
            case "set-context" -> setContext(config, words.getFirst());
            case "delete-context" -> delete(config, words.getFirst());
            default -> list(config);
        };
    }

    private Exit say(String text) {
        output().line(text);
        return Exit.OK;
    }

    private static Exit store(Config config) {
        config.file().write();
        return Exit.OK;
    }

    private String key() {
        String key = words.getFirst().replace('_', '-');
        if (!Config.KEYS.containsKey(key)) {
            throw Failure.usage(
                    "there is no setting '%s' of yours".formatted(words.getFirst()),
                    Text.nearest(key, Config.KEYS.keySet())
                            .map("did you mean: %s ?"::formatted)
                            .orElse("yours: " + String.join(", ", Config.KEYS.keySet())),
                    "the cluster's: meow set SETTING VALUE");
        }
        return key;
    }

    private Exit get(Config config, String key) {
        String value = config.get(key);
        if (value.isEmpty()) {
            throw Failure.of(
                    Exit.FAILED,
                    "%s is not set".formatted(key),
                    "set it: meow config set %s VALUE".formatted(key));
        }
        warnOfSettings(key);
        return say(value);
    }

    /** What {@code meow set} stored comes before the user's configuration. */
    private void warnOfSettings(String key) {
        Settings settings = session().settings();
        settings.origin(key)
                .ifPresent(file ->
                        output().warn(
                                        "%s sets %s = %s, which comes before it; change it: meow set %s VALUE"
                                                .formatted(file, key, settings.get(key), key)));
    }

    private Exit set(Config config, String key, String value) {
        if (key.equals(Config.CURRENT)) {
            return use(config, value);
        }
        Exit stored = store(config.with(key, checked(key, value)));
        warnOfSettings(key);
        if (key.equals(Config.COORDINATOR)) {
            config.current()
                    .ifPresent(context ->
                            output().warn(
                                            "The context %s comes before it; without it: meow config unset current-context"
                                                    .formatted(context.name())));
        }
        return stored;
    }

    private String checked(String key, String value) {
        if (value.isBlank()) {
            throw Failure.usage("%s cannot be empty".formatted(key), "meow config unset " + key);
        }
        switch (key) {
            case "port" -> {
                if (!value.matches("\\d{1,5}")
                        || Integer.parseInt(value) < 1
                        || Integer.parseInt(value) > LAST_PORT) {
                    throw Failure.usage("'%s' is no port: 1 to 65535".formatted(value));
                }
            }
            case Config.TIMEOUT -> {
                Duration _ = Times.parse(value);
            }
            case Config.TOKEN_FILE -> {
                return absolute(Path.of(value)).toString();
            }
            default -> {
                // Any text will do.
            }
        }
        return value;
    }

    /** It must mean the same from every directory. */
    private Path absolute(Path path) {
        return path.startsWith("~")
                ? path
                : session().invocation().directory().resolve(path).normalize();
    }

    private Exit list(Config config) {
        Map<String, String> set = config.file().all("");
        if (json) {
            output().json(set);
        } else if (output().toPeople() && set.isEmpty()) {
            output().line("Nothing is set in %s.".formatted(config.file().path()));
        } else {
            set.forEach((key, value) -> {
                if (output().toPeople()) {
                    output().line(key + " = " + Text.oneLine(value));
                } else {
                    output().values(List.of(key, value));
                }
            });
        }
        return Exit.OK;
    }

    private Exit contexts(Config config) {
        String current = config.get(Config.CURRENT);
        List<Config.Context> contexts = config.contexts();
        if (json) {
            output().json(contexts.stream().map(context -> fields(context, current)).toList());
        } else if (!output().toPeople()) {
            contexts.forEach(context ->
                    output().values(
                                    List.of(
                                            context.name().equals(current) ? "*" : "",
                                            context.name(),
                                            context.coordinator(),
                                            token(context))));
        } else if (contexts.isEmpty()) {
            output().line("You have no contexts.");
            output().hint("Make one: meow config set-context NAME -H HOST:PORT");
        } else {
            output().table(table(contexts, current));
        }
        return Exit.OK;
    }

    private static String token(Config.Context context) {
        Path token = context.tokenFile();
        return token == null ? "" : token.toString();
    }

    private static Map<String, Object> fields(Config.Context context, String current) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", context.name());
        fields.put("current", context.name().equals(current));
        fields.put("coordinator", context.coordinator());
        fields.put("token_file", token(context));
        return fields;
    }

    private static Table table(List<Config.Context> contexts, String current) {
        Table table =
                new Table(
                        Column.of(""),
                        Column.of("NAME"),
                        Column.elastic("COORDINATOR"),
                        Column.elastic("TOKEN FILE"));
        for (Config.Context context : contexts) {
            boolean now = context.name().equals(current);
            Colour colour = now ? Colour.GREEN : Colour.PLAIN;
            table.row(
                    new Cell(now ? "*" : "", colour),
                    new Cell(context.name(), colour),
                    Cell.of(context.coordinator()),
                    Cell.orDash(token(context)));
        }
        return table;
    }

    private Exit current(Config config) {
        return get(config, Config.CURRENT);
    }

    private Exit use(Config config, String name) {
        Config.Context context = config.context(name);
        Exit stored = store(config.with(Config.CURRENT, name));
        output().note(
                        "From now on: %s, %s. Only once: meow --context NAME ..."
                                .formatted(name, context.coordinator()));
        for (String variable : List.of("CATTINO_COORDINATOR", "CATTINO_HOST", "CATTINO_PORT")) {
            if (!session().env().getOrDefault(variable, "").isEmpty()) {
                output().warn(
                                "%s is set and comes before it; unset %s"
                                        .formatted(variable, variable));
            }
        }
        return stored;
    }

    private Exit setContext(Config config, String name) {
        if (!name.matches(CONTEXT_NAME)) {
            throw Failure.usage(
                    "'%s' is no name of a context: letters, digits, and . _ @ -".formatted(name));
        }
        boolean known = config.contextNames().contains(name);
        String coordinator = session().globals().coordinator();
        if (coordinator == null && !known) {
            throw Failure.usage(
                    "where is '%s'?".formatted(name),
                    "meow config set-context %s -H HOST:PORT[,HOST:PORT]".formatted(name));
        }
        String where = coordinator != null ? coordinator : config.context(name).coordinator();
        Path token = tokenFile == null ? null : absolute(tokenFile);
        Exit stored = store(config.with(new Config.Context(name, where, token)));
        output().hint("Use it: meow config use-context " + name);
        return stored;
    }

    private Exit delete(Config config, String name) {
        Exit stored = store(config.withoutContext(name));
        output().note("The context %s is gone.".formatted(name));
        return stored;
    }
}
