package io.cattino.it;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A random graph of layers between one first and one last task: a diamond with many ways through.
 *
 * @param names of the tasks, parents before children
 * @param seconds how long each works
 */
record Dag(List<String> names, List<String> seconds, Set<Edge> edges) {

    /** A child waits for its parent. */
    record Edge(int parent, int child) {}

    /** One of that many tasks; the same for the same seed. */
    static Dag layered(long seed, int tasks) {
        Random random = new Random(seed);
        int widest = Math.max(3, tasks / 7);
        List<List<Integer>> layers = new ArrayList<>();
        layers.add(List.of(0));
        int next = 1;
        while (next < tasks - 1) {
            int width = Math.min(1 + random.nextInt(widest), tasks - 1 - next);
            List<Integer> layer = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                layer.add(next++);
            }
            layers.add(layer);
        }
        layers.add(List.of(tasks - 1));
        List<String> names = new ArrayList<>();
        List<String> seconds = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            names.add("t%03d".formatted(i));
            seconds.add("0.0%d".formatted(10 + random.nextInt(71)));
        }
        return new Dag(names, seconds, edges(random, layers));
    }

    private static Set<Edge> edges(Random random, List<List<Integer>> layers) {
        Set<Edge> edges = new LinkedHashSet<>();
        for (int i = 1; i < layers.size(); i++) {
            List<Integer> above = layers.get(i - 1);
            for (int child : layers.get(i)) {
                int parents = 1 + random.nextInt(3);
                for (int j = 0; j < parents; j++) {
                    edges.add(new Edge(above.get(random.nextInt(above.size())), child));
                }
                // Some edges go over several layers.
                List<Integer> far = layers.get(random.nextInt(i));
                edges.add(new Edge(far.get(random.nextInt(far.size())), child));
            }
        }
        List<Integer> beforeLast = layers.get(layers.size() - 2);
        beforeLast.forEach(parent -> edges.add(new Edge(parent, layers.getLast().getFirst())));
        return edges;
    }

    /** Names of the parents of a task, with commas between them; empty for the first. */
    String parents(int child) {
        return edges.stream()
                .filter(edge -> edge.child() == child)
                .map(edge -> names.get(edge.parent()))
                .collect(Collectors.joining(","));
    }

    /** Its tasks and edges, to be handed in. */
    Submission.Builder submission(Ledger ledger) {
        List<ProcTask> tasks = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            tasks.add(
                    ProcTask.builder(names.get(i)).command(ledger.work(seconds.get(i), 0)).build());
        }
        Submission.Builder submission = Submission.builder().add(tasks);
        edges.forEach(edge -> submission.edge(tasks.get(edge.parent()), tasks.get(edge.child())));
        return submission;
    }
}
