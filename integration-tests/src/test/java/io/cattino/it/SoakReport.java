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
 * Compares what clients were told with what the tasks themselves wrote down.
 *
 * @param findings what must not be
 */
record SoakReport(int acknowledged, int ran, int repeatedAttempts, List<String> findings) {
    private static final int SHOWN = 50;

    /** What one task wrote. */
    private static final class History {
        final List<Integer> started = new ArrayList<>();
        int ended;
    }

    static SoakReport of(Path ledger, Set<String> acknowledged) {
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
        return new SoakReport(
                acknowledged.size(),
                histories.size(),
                repeated,
                findings.subList(0, Math.min(SHOWN, findings.size())));
    }

    /** How many have come to their end so far. */
    static long ends(Path ledger) {
        try (Stream<String> lines = Files.lines(ledger, UTF_8)) {
            return lines.filter(line -> line.endsWith(" end")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String summary() {
        return "acknowledged=%d ran=%d further_attempts=%d findings=%d"
                .formatted(acknowledged, ran, repeatedAttempts, findings.size());
    }
}
