package io.cattino.cli.server;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts this host's server in the background, in a session of its own, so that it outlives whoever
 * started it. Of several at once one server remains: it holds a lock, and the others leave without
 * a word.
 */
public final class ServerStarter {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    /** How long another server may take to show up after ours has left it the field. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** The same after ours has failed: somebody waits to hear why. */
    private static final Duration FAILED_GRACE = Duration.ofSeconds(1);

    private static final int LOG_LINES = 12;

    /**
     * Bytes; with less on its disk, a server is likely to have failed for it, and to say nothing.
     */
    private static final long LITTLE_ROOM = 1 << 20;

    private final Map<String, String> env;
    private final Home home;
    private final Output output;

    /** A starter for a home. */
    public ServerStarter(Map<String, String> env, Home home, Output output) {
        this.env = env;
        this.home = home;
        this.output = output;
    }

    /**
     * Whether somebody listens at the target, if it is on this machine; others are not looked at.
     */
    public static boolean isReachable(Target target) {
        return !target.isLoopback() || Reach.listens(target.host(), target.port());
    }

    /** Starts a server unless one is starting, and waits until it takes work. */
    public LocalServer start() {
        Process process = launch();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - end < 0) {
            Optional<LocalServer> server = LocalServer.find(home);
            if (server.isPresent() && Reach.isReady(server.get(), home.token())) {
                announce(server.get(), process);
                return server.get();
            }
            if (server.isEmpty() && !process.isAlive()) {
                process = afterEndOf(process);
            }
            pause();
        }
        throw Failure.of(
                Exit.UNREACHABLE,
                "the server is not ready after %d s".formatted(LIMIT.toSeconds()),
                "its log: " + home.log());
    }

    /**
     * Our server has ended, and no other one has said where it is. It may have left the field to
     * one that is still starting, or to one that was just ending: then ours has to be started
     * again. Its failure counts only if none shows up.
     */
    private Process afterEndOf(Process process) {
        boolean failed = process.exitValue() != 0;
        long end = System.nanoTime() + (failed ? FAILED_GRACE : GRACE).toNanos();
        while (System.nanoTime() - end < 0) {
            if (LocalServer.find(home).isPresent()) {
                return process;
            }
            pause();
        }
        if (failed) {
            throw died(process.exitValue());
        }
        return launch();
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while a server starts");
        }
    }

    private Failure died(int code) {
        List<String> next = new ArrayList<>();
        if (home.root().toFile().getUsableSpace() < LITTLE_ROOM) {
            next.add("no room is left on the disk of " + home.root());
        }
        next.add("its log, " + home.log() + ", ends with:");
        try {
            List<String> lines = Files.readAllLines(home.log(), StandardCharsets.UTF_8);
            next.addAll(lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            next.add(String.valueOf(e.getMessage()));
        }
        return Failure.of(
                Exit.UNREACHABLE,
                "a server could not be started (it exited with %d)".formatted(code),
                next.toArray(String[]::new));
    }

    /** Only whoever started it says so. */
    private void announce(LocalServer server, Process process) {
        if (server.pid() == process.pid()) {
            output.warn(
                    "Started a server: localhost:%d, PID %d, files in %s. It keeps running; stop it: meow exit"
                            .formatted(server.grpcPort(), server.pid(), home.root()));
        }
    }

    private Process launch() {
        Path log = home.log();
        try {
            Files.createDirectories(home.server().getParent());
            if (!Files.isDirectory(home.server())) {
                Files.createDirectories(
                        home.server(),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            ProcessBuilder builder =
                    new ProcessBuilder(command())
                            .directory(new File("/"))
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .redirectErrorStream(true);
            Map<String, String> variables = builder.environment();
            variables.clear();
            variables.putAll(env);
            variables.remove("CATTINO_ARGV0");
            variables.put("CATTINO_HOME", home.root().toString());
            return builder.start();
        } catch (IOException e) {
            throw Failure.of(
                    Exit.UNREACHABLE,
                    "cannot start a server (%s)".formatted(reason(e)),
                    "files of Cattino: %s   (another place: export CATTINO_HOME=DIR)"
                            .formatted(home.root()));
        }
    }

    /** The message of a file that is not there is its name only. */
    private static String reason(IOException failure) {
        return failure instanceof NoSuchFileException missing
                ? "cannot make " + missing.getFile()
                : String.valueOf(failure.getMessage());
    }

    /** {@code setsid} becomes the launcher, which becomes Java: one process, whose id we know. */
    private List<String> command() {
        List<String> command = new ArrayList<>();
        for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (Files.isExecutable(Path.of(setsid))) {
                command.add(setsid);
                break;
            }
        }
        command.add(launcher().toString());
        command.add("run");
        command.add("--detached");
        return command;
    }

    private Path launcher() {
        String told =
                System.getProperty("cattino.launcher", env.getOrDefault("CATTINO_LAUNCHER", ""));
        if (!told.isEmpty()) {
            return Path.of(told);
        }
        try {
            Path jar =
                    Path.of(
                            ServerStarter.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            Path launcher = jar.resolve("../../../bin/meow").normalize();
            if (Files.isExecutable(launcher)) {
                return launcher;
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path that is no URI", e);
        }
        throw Failure.of(
                Exit.UNREACHABLE,
                "cannot start a server: this is no installed Cattino",
                "start one: meow run");
    }
}
