package io.cattino.cli.show;

import io.cattino.cli.output.Text;
import io.cattino.client.LearnedMemory;
import java.util.List;

/** What a task asks for whose memory is learned from earlier runs, in words. */
final class LearnedWords {

    private LearnedWords() {}

    /** A line for each model; one if nothing is known on any; none if it says what it asks for. */
    static List<String> of(List<LearnedMemory> asks) {
        if (!asks.isEmpty() && asks.stream().allMatch(ask -> ask.runs() == 0)) {
            return List.of("auto: a whole device, until a run has been measured");
        }
        return asks.stream().map(LearnedWords::line).toList();
    }

    private static String line(LearnedMemory ask) {
        String asked = ask.whole() ? "a whole device" : ask.mib() + " MiB";
        return "auto: %s on %s%s"
                .formatted(
                        asked,
                        ask.model(),
                        ask.runs() == 0
                                ? ", until a run there has been measured"
                                : " (%s %d MiB)".formatted(runs(ask), ask.highestMib()));
    }

    private static String runs(LearnedMemory ask) {
        String run = ask.similar() ? "similar run" : "run";
        return (ask.runs() == 1 ? "" : "highest of ") + Text.count(ask.runs(), run);
    }
}
