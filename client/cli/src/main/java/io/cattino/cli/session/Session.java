package io.cattino.cli.session;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Times;
import io.cattino.cli.server.Config;
import io.cattino.cli.server.Home;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.server.ServerStarter;
import io.cattino.cli.server.Settings;
import io.cattino.cli.server.Target;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of one command: its options, its output, and the client, which is made when it is first
 * needed. One thread; closing it closes the client.
 */
public final class Session implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** A new leader is there sooner, so that of most changes nobody hears. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** For so long it is said once that answers are old, however many there are. */
    private static final Duration SAID = Duration.ofMinutes(1);

    /** Nothing takes a year. */
    private static final Duration NO_DEADLINE = Duration.ofDays(365);

    private final Invocation invocation;
    private final Globals globals;
    private boolean waits;
    private @Nullable Output output;
    private @Nullable Target target;
    private @Nullable MeowClient client;
    private @Nullable Instant toldAge;

    /** A session; looks at nothing yet. */
    public Session(Invocation invocation, Globals globals) {
        this.invocation = invocation;
        this.globals = globals;
    }

    /** What the process was given. */
    public Invocation invocation() {
        return invocation;
    }

    /** The options that every command has. */
    public Globals globals() {
        return globals;
    }

    /** The variables. */
    public Map<String, String> env() {
        return invocation.env();
    }

    /** Where to write; decided when first asked, after the command line was read. */
    public Output output() {
        Output made = output;
        if (made == null) {
            made = output(globals.color());
            output = made;
        }
        return made;
    }

    /** The same where the command line could not be read. */
    public Output outputForErrors() {
        return output != null ? output : output("auto");
    }

    private Output output(String colour) {
        return new Output(
                invocation.out(),
                invocation.err(),
                invocation.terminals(),
                invocation.env(),
                invocation.clock(),
                colour,
                globals.quiet());
    }

    /** Where Cattino keeps its files. */
    public Home home() {
        return Home.of(env());
    }

    /**
     * How long to wait for tasks; empty: until they end. From now on the option says this, and not
     * how long a call may take.
     */
    public Optional<Duration> waitLimit() {
        waits = true;
        return globals.timeout();
    }

    /** The client's settings, as they count here. */
    public Settings settings() {
        return Settings.of(home(), invocation.directory());
    }

    /** Which coordinators are meant. */
    public Target target() {
        Target found = target;
        if (found == null) {
            found =
                    Target.find(
                            globals.coordinator(), globals.context(), env(), home(), settings());
            target = found;
        }
        return found;
    }

    /** The way to the farm. Fails if it is this machine's and nobody is there. */
    public MeowClient client() {
        MeowClient open = client;
        if (open == null) {
            if (!ServerStarter.isReachable(target())) {
                throw unreachable();
            }
            open = open();
        }
        return open;
    }

    /**
     * The way to the farm; empty if it would be this host's own server and there is none. What
     * listens on the usual port may be another user's.
     */
    public Optional<MeowClient> clientIfServerRuns() {
        if (target().chosen() || LocalServer.find(home()).isPresent()) {
            return Optional.of(client());
        }
        if (!ServerStarter.isReachable(target())) {
            return Optional.empty();
        }
        try {
            var _ = client().cluster().status();
            return Optional.of(client());
        } catch (MeowException.PermissionDenied _) {
            return Optional.empty();
        }
    }

    /**
     * The way to the farm; where it would be this host's own server and there is none, one is
     * started.
     */
    public MeowClient clientOfStartedServer() {
        if (client == null && !target().chosen() && !ServerStarter.isReachable(target())) {
            LocalServer started = new ServerStarter(env(), home(), output()).start();
            String address = "localhost:" + started.grpcPort() + "/" + started.httpPort();
            Path token = target().tokenFile();
            target = new Target(address, token == null ? home().token() : token, false);
        }
        return client();
    }

    private MeowClient open() {
        MeowClient.Builder builder = MeowClient.builder().unaryOverHttp(true).deadline(deadline());
        Path token = target().tokenFile();
        if (token != null) {
            builder.tokenFile(token);
        }
        builder.plaintext(insecurePlaintext());
        builder.onWaiting(PATIENCE, () -> output().note("waiting for a coordinator…"));
        builder.acceptStale(this::tellAge);
        try {
            builder.target(target().addresses());
        } catch (IllegalArgumentException e) {
            throw Failure.usage(
                    String.valueOf(e.getMessage()), "write HOST:PORT, or HOST:PORT,HOST:PORT");
        }
        MeowClient made = builder.build();
        client = made;
        return made;
    }

    private void tellAge(Duration age) {
        Instant now = invocation.clock().instant();
        Instant last = toldAge;
        if (last == null || now.isAfter(last.plus(SAID))) {
            toldAge = now;
            output().warn(
                            "as of %s (%s ago): no coordinator leads, the state store may be away"
                                    .formatted(Times.clock(now.minus(age)), Times.rough(age)));
        }
    }

    private boolean insecurePlaintext() {
        return Config.of(env()).insecurePlaintext(env());
    }

    /** Whether other machines are spoken to, and anybody on the way can listen. */
    public boolean isUnencrypted() {
        return !target().isHere() && insecurePlaintext();
    }

    /** Whether other machines are spoken to with TLS. */
    public boolean isEncrypted() {
        return !target().isHere() && !insecurePlaintext();
    }

    /** How long one call may take: the option, unless it means the tasks; else what is set. */
    private Duration deadline() {
        Optional<Duration> told = waits ? Optional.empty() : globals.timeout();
        return told.orElseGet(() -> {
            String here = settings().get(Config.TIMEOUT);
            String set = here.isEmpty() ? Config.of(env()).get(Config.TIMEOUT) : here;
            Duration limit = set.isEmpty() ? DEADLINE : Times.parse(set);
            return limit.isPositive() ? limit : NO_DEADLINE;
        });
    }

    /** Where no port was named, it is looked for at the default one once its own is not served. */
    private boolean isMeant(LocalServer lost) {
        int port = target().port();
        return port == lost.grpcPort() || port == MeowClient.DEFAULT_PORT;
    }

    private Failure unreachable() {
        String address = target().host() + ":" + target().port();
        Optional<LocalServer> lost =
                target().chosen()
                        ? Optional.empty()
                        : LocalServer.findLost(home()).filter(this::isMeant);
        if (lost.isPresent()) {
            return Failure.of(
                    Exit.UNREACHABLE,
                    "the server (PID %d) is gone; its tasks run on".formatted(lost.get().pid()),
                    "start it again:  meow run",
                    "its log:         " + home().log());
        }
        return Failure.of(
                Exit.UNREACHABLE,
                "cannot reach a coordinator at %s (connection refused)".formatted(address),
                "another one:  meow -H HOST:PORT ...   (or export CATTINO_COORDINATOR=HOST:PORT)",
                "this host:    meow run               starts coordinator and agent here");
    }

    /** Asks whether to go on; without anybody to ask, the answer is yes. */
    public boolean confirm(String question) {
        if (globals.yes() || globals.noInput() || !output().canAsk()) {
            return true;
        }
        output().ask(question + " [y/N] ");
        try {
            String answer =
                    new BufferedReader(
                                    new InputStreamReader(invocation.in(), StandardCharsets.UTF_8))
                            .readLine();
            String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
            return word.equals("y") || word.equals("yes");
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        MeowClient open = client;
        if (open != null) {
            open.close();
        }
    }
}
