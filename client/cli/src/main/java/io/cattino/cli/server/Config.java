package io.cattino.cli.server;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.toml.TomlDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user's own configuration: {@code $XDG_CONFIG_HOME/cattino/config.toml}, with the farms that
 * they work on as contexts.
 *
 * @param file its file, as it was read
 * @param userHome what {@code ~} stands for
 */
public record Config(TomlDocument file, Path userHome) {

    /** Which context counts. */
    public static final String CURRENT = "current-context";

    /** Where the coordinators are. */
    public static final String COORDINATOR = "coordinator";

    /** Where the token for them is. */
    public static final String TOKEN_FILE = "token-file";

    /** How long one call may take. */
    public static final String TIMEOUT = "timeout";

    /** Whether other machines are spoken to although nothing is encrypted. */
    public static final String INSECURE_PLAINTEXT = "insecure-plaintext";

    private static final String PLAINTEXT_VARIABLE = "CATTINO_INSECURE_PLAINTEXT";
    private static final Set<String> YES = Set.of("1", "true", "yes");

    private static final String CONTEXTS = "contexts";

    /** What can be set, and what it means. */
    public static final Map<String, String> KEYS = keys();

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(COORDINATOR, "HOST:PORT,...: the coordinators, where no context says it");
        keys.put("host", "host of a single server");
        keys.put("port", "its port");
        keys.put(TOKEN_FILE, "the file with the token");
        keys.put(TIMEOUT, "how long one call may take (5s); 0: as long as it needs");
        keys.put(
                INSECURE_PLAINTEXT,
                "true: speak to other machines unencrypted, the token too; on a network that you trust");
        keys.put(CURRENT, "the context that counts: meow config use-context NAME");
        return keys;
    }

    /**
     * One farm.
     *
     * @param name what people call it
     * @param coordinator {@code host:port,host:port}
     * @param tokenFile where the token is; null: where this host's server has it
     */
    public record Context(String name, String coordinator, @Nullable Path tokenFile) {}

    /** That of a user. */
    public static Config of(Map<String, String> env) {
        String set = env.getOrDefault("HOME", "");
        Path home = Path.of(set.isEmpty() ? System.getProperty("user.home") : set);
        return new Config(TomlDocument.readOwn(path(env, home)), home);
    }

    private static Path path(Map<String, String> env, Path home) {
        String xdg = env.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".config");
        return base.resolve("cattino").resolve("config.toml");
    }

    /** A value; empty if it is not set. */
    public String get(String key) {
        return file.get("", key).orElse("");
    }

    /**
     * Whether other machines are spoken to although nothing is encrypted: a variable says it, or
     * this file. A project's file cannot.
     */
    public boolean insecurePlaintext(Map<String, String> env) {
        String said = env.getOrDefault(PLAINTEXT_VARIABLE, "");
        return YES.contains(said.isEmpty() ? get(INSECURE_PLAINTEXT) : said);
    }

    /** A value that names a file. */
    public Optional<Path> path(String key) {
        return file.get("", key).map(this::withHome);
    }

    private Path withHome(String text) {
        return text.equals("~") || text.startsWith("~/")
                ? userHome.resolve(text.substring(Math.min(2, text.length())))
                : Path.of(text);
    }

    /** The names of all contexts. */
    public Set<String> contextNames() {
        return file.tablesIn(CONTEXTS);
    }

    /** All contexts. */
    public List<Context> contexts() {
        return contextNames().stream().map(this::context).toList();
    }

    /** The context that counts when none is named; empty if there is none. */
    public Optional<Context> current() {
        String name = get(CURRENT);
        return name.isEmpty() ? Optional.empty() : Optional.of(context(name));
    }

    /** The context of that name. */
    public Context context(String name) {
        if (!contextNames().contains(name)) {
            throw unknown(name);
        }
        String table = CONTEXTS + "." + name;
        String coordinator =
                file.get(table, COORDINATOR)
                        .orElseThrow(() ->
                                Failure.usage(
                                        "the context '%s' names no coordinator (%s)"
                                                .formatted(name, file.path()),
                                        "meow config set-context %s -H HOST:PORT".formatted(name)));
        return new Context(
                name, coordinator, file.get(table, TOKEN_FILE).map(this::withHome).orElse(null));
    }

    private Failure unknown(String name) {
        List<String> next = new ArrayList<>();
        Text.nearest(name, contextNames())
                .ifPresent(near -> next.add("did you mean: %s ?".formatted(near)));
        next.add(
                contextNames().isEmpty()
                        ? "make it: meow config set-context %s -H HOST:PORT".formatted(name)
                        : "all there are: meow config contexts");
        return Failure.of(
                Exit.UNKNOWN,
                "there is no context '%s'".formatted(name),
                next.toArray(String[]::new));
    }

    /** The same with a value. */
    public Config with(String key, String value) {
        return new Config(file.with("", key, value), userHome);
    }

    /** The same without a value. */
    public Config without(String key) {
        return new Config(file.without("", key), userHome);
    }

    /** The same with another context. */
    public Config with(Context context) {
        String table = CONTEXTS + "." + context.name();
        TomlDocument changed = file.with(table, COORDINATOR, context.coordinator());
        Path token = context.tokenFile();
        return new Config(
                token == null ? changed : changed.with(table, TOKEN_FILE, token.toString()),
                userHome);
    }

    /** The same without a context. */
    public Config withoutContext(String name) {
        var _ = context(name);
        Config rest = new Config(file.withoutTable(CONTEXTS + "." + name), userHome);
        return get(CURRENT).equals(name) ? rest.without(CURRENT) : rest;
    }
}
