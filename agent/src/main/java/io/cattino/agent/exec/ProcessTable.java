package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes of this machine, from {@code /proc}. Stateless; any thread. */
public final class ProcessTable {

    private static final String MARKER = "CATTINO_ATTEMPT_ID=";

    private static final String EPOCH = "CATTINO_ATTEMPT_EPOCH=";

    private static final String ENVIRON = "environ";

    /** Where the size of its memory is in a process's stat, counted from its state. */
    private static final int VSIZE = 20;

    private final Path proc;
    private final Reader reader;

    /** Reads a file of {@code /proc} as a whole. */
    interface Reader {
        byte[] read(Path file) throws IOException;
    }

    /**
     * @param proc {@code /proc}, or what stands for it in a test
     */
    public ProcessTable(Path proc) {
        this(proc, Files::readAllBytes);
    }

    ProcessTable(Path proc, Reader reader) {
        this.proc = proc;
        this.reader = reader;
    }

    /**
     * One process.
     *
     * @param pid its number
     * @param state R, S, D, T, Z, ...
     * @param session its session
     * @param startTicks when it started, in clock ticks since the boot
     * @param rssPages pages of memory it has resident
     */
    public record Entry(long pid, char state, long session, long startTicks, long rssPages) {

        /** Whether it can still do anything; a zombie cannot. */
        public boolean isAlive() {
            return state != 'Z' && state != 'X';
        }
    }

    /**
     * The process of that number, dead or alive; empty if there is none, or it is hidden from us.
     *
     * @throws UncheckedIOException if that cannot be told now: nobody may believe that it is gone
     */
    public Optional<Entry> find(long pid) {
        Optional<String> stat = read(pid, "stat").map(bytes -> new String(bytes, ISO_8859_1));
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        Optional<Entry> entry = parse(stat.get());
        if (entry.isEmpty()) {
            throw new UncheckedIOException(new IOException("no stat of " + pid + ": " + stat));
        }
        return entry;
    }

    /**
     * A file about a process; empty if the process is gone or somebody else's.
     *
     * @throws UncheckedIOException for any other reason, such as too many open files
     */
    private Optional<byte[]> read(long pid, String file) {
        Path directory = proc.resolve(Long.toString(pid));
        try {
            return Optional.of(reader.read(directory.resolve(file)));
        } catch (NoSuchFileException | AccessDeniedException _) {
            return Optional.empty();
        } catch (IOException e) {
            // Gone while it was read, or hidden: asked in a way that needs no file descriptor, and
            // not by the message, which depends on the locale.
            if (Files.notExists(directory) || isOthers(directory)) {
                return Optional.empty();
            }
            if (file.equals(ENVIRON) && !hasMemory(pid)) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }

    /** A thread of the kernel and a process that is just ending have none, so no environment. */
    private boolean hasMemory(long pid) {
        return read(pid, "stat")
                .map(bytes -> fields(new String(bytes, ISO_8859_1)))
                .filter(fields -> fields.length > VSIZE && !fields[VSIZE].equals("0"))
                .isPresent();
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    }

    private boolean isOthers(Path directory) {
        try {
            return !Files.getAttribute(directory, "unix:uid")
                    .equals(Files.getAttribute(proc.resolve("self"), "unix:uid"));
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether the very process lives that is meant. */
    boolean isAlive(long pid, long startTicks) {
        return find(pid)
                .filter(entry -> entry.startTicks() == startTicks && entry.isAlive())
                .isPresent();
    }

    /** All processes that are alive, in no order. */
    public List<Entry> living() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path directory : directories) {
                find(Long.parseLong(directory.getFileName().toString()))
                        .filter(Entry::isAlive)
                        .ifPresent(entries::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    /**
     * The attempt that a process belongs to, from its environment; empty if it belongs to none, is
     * gone, or is somebody else's.
     *
     * @throws UncheckedIOException if that cannot be told now
     */
    Optional<String> marker(long pid) {
        return environment(pid).flatMap(environment -> value(environment, MARKER));
    }

    /**
     * The cgroups that a process is in, as {@code /proc/PID/cgroup} lists them; empty if it is gone
     * or somebody else's.
     *
     * @throws UncheckedIOException if that cannot be told now
     */
    Optional<String> cgroup(long pid) {
        return read(pid, "cgroup").map(bytes -> new String(bytes, UTF_8));
    }

    /** The epoch of that attempt; 0 if its agent was too old to say. */
    long epoch(long pid) {
        return environment(pid)
                .flatMap(environment -> value(environment, EPOCH))
                .filter(digits -> digits.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    /**
     * Whether a process has all of these in its environment, each {@code NAME=VALUE}; not if it is
     * gone, or somebody else's.
     *
     * @throws UncheckedIOException if that cannot be told now
     */
    boolean carries(long pid, List<String> variables) {
        return environment(pid)
                .filter(environment ->
                        variables.stream()
                                .allMatch(
                                        each -> ("\0" + environment).contains("\0" + each + "\0")))
                .isPresent();
    }

    /**
     * Whether a process sees the same files as this one: by the same names, the container of
     * somebody else has other ones. Not if it is gone, or somebody else's.
     *
     * @throws UncheckedIOException if that cannot be told now
     */
    boolean sharesRoot(long pid) {
        Optional<List<Object>> theirs = root(Long.toString(pid));
        return theirs.isPresent() && theirs.equals(root("self"));
    }

    private Optional<List<Object>> root(String process) {
        Path directory = proc.resolve(process);
        try {
            Path root = directory.resolve("root");
            return Optional.of(
                    List.of(
                            Files.getAttribute(root, "unix:dev"),
                            Files.getAttribute(root, "unix:ino")));
        } catch (NoSuchFileException | AccessDeniedException _) {
            return Optional.empty();
        } catch (IOException e) {
            if (Files.notExists(directory)) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> environment(long pid) {
        return read(pid, ENVIRON).map(bytes -> new String(bytes, UTF_8));
    }

    private static Optional<String> value(String environment, String name) {
        int at = environment.startsWith(name) ? 0 : environment.indexOf('\0' + name) + 1;
        if (at == 0 && !environment.startsWith(name)) {
            return Optional.empty();
        }
        int end = environment.indexOf('\0', at);
        return Optional.of(
                environment.substring(at + name.length(), end < 0 ? environment.length() : end));
    }

    /** Parses the content of {@code /proc/PID/stat}; the name in it may hold anything. */
    static Optional<Entry> parse(String stat) {
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 1 || close < open) {
            return Optional.empty();
        }
        String[] fields = fields(stat);
        if (fields.length < 22) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Entry(
                            Long.parseLong(stat.substring(0, open).strip()),
                            fields[0].charAt(0),
                            Long.parseLong(fields[3]),
                            Long.parseLong(fields[19]),
                            Long.parseLong(fields[21])));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
