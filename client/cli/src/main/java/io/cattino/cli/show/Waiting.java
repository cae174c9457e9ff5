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

/**
 * Why a task waits, and where in the queue it is.
 *
 * @param why what the leader says
 * @param queue the tasks that wait for a place, first one first
 * @param nodes the machines
 */
record Waiting(Explanation why, List<TaskInfo> queue, List<NodeInfo> nodes) {

    private static final int MOST_VETOES = 20;
    private static final int MOST_AHEAD = 3;

    /** Those do not wait for a place. */
    private static final Set<String> ELSEWHERE =
            Set.of("Dependency", "Held", "RetryBackoff", "Starting");

    /** Asks for it. */
    static Waiting find(MeowClient client, TaskInfo task) {
        Explanation why = client.explain(task.fullname());
        List<TaskInfo> queue =
                client.tasks().statuses(TaskStatus.WAITING).list().stream()
                        .filter(waiting -> !ELSEWHERE.contains(waiting.reason().code()))
                        .sorted(
                                Comparator.comparingInt(TaskInfo::priority)
                                        .reversed()
                                        .thenComparing(TaskInfo::createTime)
                                        .thenComparingLong(TaskInfo::id))
                        .toList();
        return new Waiting(why, queue, why.vetoes().isEmpty() ? List.of() : client.nodes().list());
    }

    /** Tells it, with commands as people would have to type them here. */
    void tell(Told told, Output output) {
        queue(told);
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
        List<String> names = ahead().stream().map(TaskInfo::fullname).toList();
        String position =
                ahead == 0
                        ? "first"
                        : "%s%s ahead%s"
                                .formatted(
                                        names.size() == ahead
                                                ? ordinal(ahead + 1) + " of " + queue.size() + ", "
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
        int at = 0;
        while (at < queue.size() && queue.get(at).id() != why.task().id()) {
            at++;
        }
        return at == queue.size() ? List.of() : queue.subList(0, at);
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
