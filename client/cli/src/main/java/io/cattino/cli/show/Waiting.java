package io.cattino.cli.show;

import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.client.Explanation;
import io.cattino.client.MeowClient;
import io.cattino.client.NodeInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import io.cattino.client.Veto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a task waits, and where in the queue it is. */
final class Waiting {

    private static final int MOST_VETOES = 20;
    private static final int MOST_AHEAD = 3;

    /** Those do not wait for a place. */
    private static final Set<String> ELSEWHERE =
            Set.of("Dependency", "Held", "RetryBackoff", "Starting");

    private final MeowClient client;
    private final Explanation why;
    private @Nullable List<TaskInfo> queue;

    private Waiting(MeowClient client, Explanation why) {
        this.client = client;
        this.why = why;
    }

    /** Asks for it. */
    static Waiting find(MeowClient client, TaskInfo task) {
        return new Waiting(client, client.explain(task.fullname()));
    }

    /** What the leader says. */
    Explanation why() {
        return why;
    }

    /** The tasks that wait for a place, first one first: asked for when somebody looks at them. */
    List<TaskInfo> queue() {
        List<TaskInfo> known = queue;
        if (known == null) {
            known =
                    client.tasks().statuses(TaskStatus.WAITING).list().stream()
                            .filter(waiting -> !ELSEWHERE.contains(waiting.reason().code()))
                            .sorted(
                                    Comparator.comparingInt(TaskInfo::priority)
                                            .reversed()
                                            .thenComparing(TaskInfo::createTime)
                                            .thenComparingLong(TaskInfo::id))
                            .toList();
            queue = known;
        }
        return known;
    }

    /** The machines, where one of them cannot take it. */
    List<NodeInfo> nodes() {
        return why.vetoes().isEmpty() ? List.of() : client.nodes().list();
    }

    /** Tells it, with commands as people would have to type them here. */
    void tell(Told told, Output output) {
        queue(told);
        LearnedWords.of(why.learnedMemory()).forEach(line -> told.add("Memory", line));
        reason(told);
        String label = "What helps";
        for (String help : new Helps(this).all()) {
            told.whole(label, output.named(help));
            label = "";
        }
    }

    private void queue(Told told) {
        int ahead = why.ahead();
        if (ahead == 0 && why.passedOver() == 0) {
            return;
        }
        List<String> names =
                ahead == 0 ? List.of() : ahead().stream().map(TaskInfo::fullname).toList();
        String position =
                ahead == 0
                        ? "first"
                        : "%s%s ahead%s"
                                .formatted(
                                        names.size() == ahead
                                                ? ordinal(ahead + 1)
                                                        + " of "
                                                        + queue().size()
                                                        + ", "
                                                : "",
                                        Text.count(ahead, "task"),
                                        names.isEmpty() ? "" : ": " + Text.some(names, MOST_AHEAD));
        String passed =
                why.passedOver() == 0
                        ? ""
                        : "; passed over %d× by smaller ones".formatted(why.passedOver());
        told.add("Queue", position + passed);
    }

    /** Those that get their place before it does, as far as that can be seen. */
    List<TaskInfo> ahead() {
        List<TaskInfo> all = queue();
        int at = 0;
        while (at < all.size() && all.get(at).id() != why.task().id()) {
            at++;
        }
        return at == all.size() ? List.of() : all.subList(0, at);
    }

    private static String ordinal(int number) {
        int tens = number % 100;
        boolean teen = tens >= 11 && tens <= 13;
        return number
                + switch (teen ? 0 : number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
    }

    private void reason(Told told) {
        String code = why.reason().code();
        String text = why.reason().text();
        if (why.vetoes().isEmpty()) {
            boolean both = !code.isEmpty() && !text.isEmpty() && !code.equalsIgnoreCase(text);
            told.add("Why waiting", both ? code + ": " + text : code.isEmpty() ? text : code);
            return;
        }
        Map<String, Long> counts =
                why.vetoes().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Veto::code, LinkedHashMap::new, Collectors.counting()));
        List<String> parts = new ArrayList<>();
        counts.forEach((veto, count) -> parts.add(veto + " on " + count));
        told.add(
                "Why waiting",
                why.vetoes().size() == 1
                        ? code + ": the only node cannot take it now"
                        : "%s: none of %s can take it now (%s)"
                                .formatted(
                                        code,
                                        Text.count(why.vetoes().size(), "node"),
                                        String.join(", ", parts)));
        vetoes(told);
    }

    private void vetoes(Told told) {
        List<Veto> shown = why.vetoes().subList(0, Math.min(MOST_VETOES, why.vetoes().size()));
        int width = shown.stream().mapToInt(veto -> veto.node().length()).max().orElse(0);
        boolean first = why.vetoes().size() > 1;
        for (Veto veto : shown) {
            String node = veto.node() + " ".repeat(width - veto.node().length());
            told.more("  %s  %s%s".formatted(node, text(veto), first ? "   ← nearest" : ""));
            first = false;
        }
        if (why.vetoes().size() > MOST_VETOES) {
            told.more("  and %d more nodes".formatted(why.vetoes().size() - MOST_VETOES));
        }
    }

    private static String text(Veto veto) {
        return veto.text().isEmpty() ? veto.code() : veto.text();
    }
}
