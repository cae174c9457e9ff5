package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What really ran, as the attempts themselves write it down. Each holds a lock of its task, which
 * the kernel gives back when the last of its processes is gone: a second attempt beside it is seen,
 * whatever the clocks say.
 */
final class Witness {
    private static final int SHOWN = 50;
    private static final String SCRIPT =
            """
            # work.sh SECONDS
            exec 9>>'LOCKS'/"${CATTINO_FULLNAME//\\//_}"
            note() {
              printf '%s %s %s\\n' "$CATTINO_FULLNAME" "$CATTINO_ATTEMPT" "$1" >>'LEDGER'
            }
            flock -n 9 || note overlap
            note start
            [ "$1" = 0 ] || sleep "$1"
            note end
            """;

    private final Path ledger;
    private final Path script;

    private Witness(Path ledger, Path script) {
        this.ledger = ledger;
        this.script = script;
    }

    static Witness of(Farm farm) throws IOException {
        Path locks = Files.createDirectory(farm.path("locks"));
        Path ledger = Files.createFile(farm.path("witness"));
        Path script = farm.path("witnessed.sh");
        Files.writeString(
                script,
                SCRIPT.replace("LOCKS", locks.toString()).replace("LEDGER", ledger.toString()));
        return new Witness(ledger, script);
    }

    /** A command that works so many seconds. */
    List<String> work(int seconds) {
        return List.of("bash", script.toString(), Integer.toString(seconds));
    }

    /**
     * What clients were told, beside what ran.
     *
     * @param findings what must not be
     */
    record Report(int acknowledged, int ran, int repeatedAttempts, List<String> findings) {
        @Override
        public String toString() {
            return "acknowledged=%d ran=%d further_attempts=%d findings=%d"
                    .formatted(acknowledged, ran, repeatedAttempts, findings.size());
        }
    }

    /** What one task wrote. */
    private static final class History {
        final List<Integer> started = new ArrayList<>();
        int ended;
    }

    /**
     * Compares.
     *
     * @param acknowledged tasks by name
     */
    Report report(Set<String> acknowledged) {
        Map<String, History> histories = new HashMap<>();
        List<String> findings = new ArrayList<>();
        try (Stream<String> lines = Files.lines(ledger, UTF_8)) {
            lines.forEach(line -> {
                String[] words = line.split(" ", -1);
                History history = histories.computeIfAbsent(words[0], _ -> new History());
                int attempt = Integer.parseInt(words[1]);
                switch (words[2]) {
                    case "start" -> {
                        if (history.started.contains(attempt)) {
                            findings.add("one attempt ran twice: " + line);
                        }
                        history.started.add(attempt);
                    }
                    case "end" -> history.ended++;
                    case "overlap" -> findings.add("two attempts at once: " + line);
                    default -> findings.add("what is this: " + line);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int repeated = 0;
        for (String task : acknowledged) {
            History history = histories.get(task);
            if (history == null || history.ended == 0) {
                findings.add("acknowledged and lost: " + task);
            } else {
                repeated += history.started.size() - 1;
            }
        }
        histories.keySet().stream()
                .filter(task -> !acknowledged.contains(task))
                .forEach(task -> findings.add("ran though nobody was told: " + task));
        return new Report(
                acknowledged.size(),
                histories.size(),
                repeated,
                findings.subList(0, Math.min(SHOWN, findings.size())));
    }

    /** How many have come to their end so far. */
    long ends() {
        try (Stream<String> lines = Files.lines(ledger, UTF_8)) {
            return lines.filter(line -> line.endsWith(" end")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What one task has written: {@code 1 start}. */
    List<String> of(String task) {
        try (Stream<String> lines = Files.lines(ledger, UTF_8)) {
            return lines.filter(line -> line.startsWith(task + " "))
                    .map(line -> line.substring(task.length() + 1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
