package io.cattino.cli.shell;

import io.cattino.cli.output.Failure;
import io.cattino.cli.server.Config;
import io.cattino.cli.server.Home;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.session.Session;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is looked at on this machine, whoever its server is. */
final class HostChecks {

    private static final int JAVA = 25;
    private static final int OLDEST_PYTHON = 8;
    private static final long GIB = 1L << 30;
    private static final long LITTLE_SPACE = 5 * GIB;
    private static final long FEW_FILES = 4096;
    private static final long ANSWER_SECONDS = 10;
    private static final Pattern OPEN_FILES =
            Pattern.compile("^Max open files\\s+(\\d+)", Pattern.MULTILINE);

    private final Session session;
    private final Home home;

    HostChecks(Session session) {
        this.session = session;
        this.home = session.home();
    }

    Check java() {
        Runtime.Version version = Runtime.version();
        String text = version + " (" + System.getProperty("java.home") + ")";
        return version.feature() >= JAVA
                ? Check.ok("java", text)
                : Check.error("java", text, "install Java 25 or newer, or set JAVA_HOME");
    }

    Check config() {
        try {
            Config config = Config.of(session.env());
            // They count too, and fail alike if they cannot be read.
            var _ = session.settings();
            List<String> unknown =
                    config.file().all("").keySet().stream()
                            .filter(key -> !Config.KEYS.containsKey(key))
                            .toList();
            String where = config.file().path().toString();
            return unknown.isEmpty()
                    ? Check.ok("config", where)
                    : Check.warning(
                            "config",
                            "%s has settings that nobody reads: %s"
                                    .formatted(where, String.join(", ", unknown)),
                            "those there are: meow config --help");
        } catch (Failure e) {
            return Check.error(
                    "config", String.valueOf(e.getMessage()), String.join("; ", e.next()));
        }
    }

    Check home() {
        Path root = home.root();
        String fix = "another place: export CATTINO_HOME=DIR";
        try {
            Path existing = existing(root);
            if (!Files.isWritable(existing)) {
                return Check.error("home", "%s cannot be written".formatted(existing), fix);
            }
            String type = Files.getFileStore(existing).type();
            return type.startsWith("nfs")
                    ? Check.ok(
                            "home",
                            "%s (on %s: each host has a server of its own)".formatted(root, type))
                    : Check.ok("home", "%s (%s)".formatted(root, type));
        } catch (IOException e) {
            return Check.error("home", "%s: %s".formatted(root, e.getMessage()), fix);
        }
    }

    Check disk() {
        try {
            FileStore store = Files.getFileStore(existing(home.root()));
            long free = store.getUsableSpace();
            String text = "%.1f GiB free for logs".formatted((double) free / GIB);
            String fix = "old runs: meow clean --before DATE";
            return free < GIB
                    ? Check.error("disk", text, fix)
                    : free < LITTLE_SPACE
                            ? Check.warning("disk", text, fix)
                            : Check.ok("disk", text);
        } catch (IOException e) {
            return Check.error("disk", String.valueOf(e.getMessage()), "");
        }
    }

    /** The directory, or the nearest one above it that is there. */
    private static Path existing(Path directory) throws IOException {
        Path there = directory;
        while (!Files.exists(there)) {
            Path parent = there.getParent();
            if (parent == null) {
                throw new IOException("there is no " + directory);
            }
            there = parent;
        }
        return there;
    }

    Check python() {
        for (String directory :
                session.env().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path python = Path.of(directory, "python3");
            if (!directory.isEmpty() && Files.isExecutable(python)) {
                return python(python);
            }
        }
        return Check.warning(
                "python", "there is no python3 on PATH", "needed for .py tasks only; install it");
    }

    private static Check python(Path python) {
        try {
            Process process =
                    new ProcessBuilder(
                                    python.toString(),
                                    "-c",
                                    "import sys; print('%d.%d' % sys.version_info[:2])")
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            boolean ended = process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS);
            String text = "%s (%s)".formatted(said, python);
            boolean fine =
                    ended
                            && said.matches("3\\.\\d+")
                            && Integer.parseInt(said.substring(2)) >= OLDEST_PYTHON;
            return fine
                    ? Check.ok("python", text)
                    : Check.warning("python", text, "tasks in Python need 3.8 or newer");
        } catch (IOException e) {
            return Check.warning("python", String.valueOf(e.getMessage()), "install python3");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Check.warning("python", "interrupted", "");
        }
    }

    /** Of the server, if there is one: its limit is that of its tasks. */
    Check files() {
        Optional<LocalServer> server = LocalServer.find(home);
        String whose = server.map(own -> Long.toString(own.pid())).orElse("self");
        Path limits = Path.of("/proc", whose, "limits");
        try {
            Matcher limit = OPEN_FILES.matcher(Files.readString(limits));
            if (!limit.find()) {
                return Check.ok("files", "no limit");
            }
            String text = "%s open files at most".formatted(limit.group(1));
            return Long.parseLong(limit.group(1)) < FEW_FILES
                    ? Check.warning("files", text, "ulimit -n 65536, then start the server again")
                    : Check.ok("files", text);
        } catch (IOException e) {
            return Check.ok("files", "unknown (%s)".formatted(e.getMessage()));
        }
    }

    /** A server that ended without a word. */
    Optional<Check> lost() {
        return LocalServer.findLost(home)
                .map(lost ->
                        Check.warning(
                                "server.json",
                                "%s names PID %d, which is gone; its tasks run on"
                                        .formatted(home.serverFile(), lost.pid()),
                                "start it again: meow run"));
    }
}
