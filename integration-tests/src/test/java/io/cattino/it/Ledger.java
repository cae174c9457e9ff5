package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What really ran, written by the tasks themselves: each appends a line when it starts and when it
 * ends. The lines of one file are in the order in which they were written, whatever the clocks say,
 * and whatever Cattino believes.
 */
final class Ledger {
    private static final String START = "start";
    private static final String SCRIPT =
            """
            # work.sh SECONDS EXITCODE        works that long
            # work.sh FIFO EXITCODE           works until it can read a line there
            note() {
              printf '%s %s %s %s %s %s\\n' "$CATTINO_FULLNAME" "$CATTINO_ATTEMPT" "$1" $$ \\
                "${CUDA_VISIBLE_DEVICES-unset}," "${CUDA_DEVICE_ORDER-unset}" >>'LEDGER'
            }
            note start
            case $1 in
              /*) read -r _ <"$1" ;;
              0) ;;
              *) sleep "$1" ;;
            esac
            note end
            exit "${2:-0}"
            """;

    private final Path file;
    private final Path script;

    private Ledger(Path file, Path script) {
        this.file = file;
        this.script = script;
    }

    static Ledger in(Path directory) {
        Path file = directory.resolve("ledger");
        Path script = directory.resolve("work.sh");
        try {
            Files.createFile(file);
            Files.writeString(script, SCRIPT.replace("LEDGER", file.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Ledger(file, script);
    }

    /**
     * One line.
     *
     * @param line its number: what happened earlier has the smaller one
     * @param devices value of CUDA_VISIBLE_DEVICES; {@code unset} if it was not set
     */
    record Entry(
            int line,
            String task,
            int attempt,
            boolean start,
            long pid,
            String devices,
            String order) {

        private static Entry parse(int line, String text) {
            String[] words = text.split(" ", -1);
            return new Entry(
                    line,
                    words[0],
                    Integer.parseInt(words[1]),
                    words[2].equals(START),
                    Long.parseLong(words[3]),
                    words[4].substring(0, words[4].length() - 1),
                    words[5]);
        }
    }

    /** A command that works for some time. */
    List<String> work(String seconds, int exitCode) {
        return List.of("bash", script.toString(), seconds, Integer.toString(exitCode));
    }

    /** A command that notes itself and ends at once, successfully. */
    List<String> work() {
        return work("0", 0);
    }

    /** A command that works until a gate lets it go. */
    List<String> work(Gate gate, int exitCode) {
        return work(gate.path().toString(), exitCode);
    }

    /** Everything noted so far. */
    List<Entry> entries() {
        try {
            List<Entry> entries = new ArrayList<>();
            for (String line : Files.readAllLines(file, UTF_8)) {
                entries.add(Entry.parse(entries.size(), line));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The starts, by task. */
    Map<String, List<Entry>> starts() {
        Map<String, List<Entry>> starts = new LinkedHashMap<>();
        entries().stream()
                .filter(Entry::start)
                .forEach(entry ->
                        starts.computeIfAbsent(entry.task(), _ -> new ArrayList<>()).add(entry));
        return starts;
    }

    /** The starts of the tasks in a group. */
    Map<String, List<Entry>> startsIn(String group) {
        Map<String, List<Entry>> starts = starts();
        starts.keySet().removeIf(task -> !task.startsWith(group + "/"));
        return starts;
    }

    /** How many tasks of a group have ended. */
    long endsIn(String group) {
        return entries().stream()
                .filter(entry -> !entry.start() && entry.task().startsWith(group + "/"))
                .count();
    }

    /** The first start of a task. */
    Optional<Entry> start(String task) {
        return entries().stream()
                .filter(entry -> entry.start() && entry.task().equals(task))
                .findFirst();
    }

    /** The last end of a task. */
    Optional<Entry> end(String task) {
        return entries().reversed().stream()
                .filter(entry -> !entry.start() && entry.task().equals(task))
                .findFirst();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
