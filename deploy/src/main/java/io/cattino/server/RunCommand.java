package io.cattino.server;

import java.nio.channels.FileLock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meow run}: coordinator, agent and ZooKeeper in this process. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts a whole Cattino on this host, in the foreground. Its tasks go on when it stops.")
final class RunCommand implements Callable<Integer> {
    @Mixin private ListenOptions listen = new ListenOptions();
    @Mixin private NodeOptions node = new NodeOptions();

    @Option(
            names = "--detached",
            hidden = true,
            description = "Started by create: says nothing if there is one already.")
    private boolean detached;

    @Override
    public Integer call() throws Exception {
        Map<String, String> environment = System.getenv();
        Home home = Home.of(environment);
        int code;
        try {
            code = run(environment, home);
        } catch (Exception e) {
            Startup.complain(e);
            code = Startup.code(e).code();
        }
        if (code == ExitCode.FAILED.code()) {
            DiskRoom.missing(home.root()).ifPresent(System.err::println);
        }
        return code;
    }

    private int run(Map<String, String> environment, Home home) throws Exception {
        home.prepare();
        Optional<FileLock> lock = home.lock();
        if (lock.isEmpty()) {
            if (!detached) {
                String typed = environment.getOrDefault("CATTINO_ARGV0", "meow");
                System.err.println(
                        "Backend is already running. Use `" + typed + " watch` to see the output.");
            }
            return ExitCode.OK.code();
        }
        // Held on to: a lock that nobody refers to goes with its collected channel.
        try (FileLock _ = lock.get();
                AllInOne server = AllInOne.start(home, listen, node)) {
            return server.await().code();
        }
    }
}
