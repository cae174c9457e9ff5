package io.cattino.client.internal;

import io.cattino.client.ProcTask;
import io.cattino.client.TaskGraph;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a cycle among tasks and groups. A group counts as two points, one before its first task
 * and one after its last, so that an edge of a group costs as much as its tasks and not their
 * square.
 */
public final class Cycles {

    private final IdentityHashMap<TaskItem, Point> starts = new IdentityHashMap<>();
    private final IdentityHashMap<TaskItem, Point> ends = new IdentityHashMap<>();
    private final List<Point> points = new ArrayList<>();

    private Cycles() {}

    /** A point of the expanded graph; null name: not shown. */
    private static final class Point {
        final @Nullable String name;
        final List<Point> next = new ArrayList<>();
        boolean done;

        Point(@Nullable String name) {
            this.name = name;
        }
    }

    /** A point on the way and where to go on from it. */
    private record Step(Point point, Iterator<Point> rest) {}

    /**
     * Checks a graph.
     *
     * @throws IllegalArgumentException if there is a cycle; the message names one, {@code a → b →
     *     a}
     */
    public static void check(Collection<TaskItem> items, Collection<TaskGraph.Edge> edges) {
        Cycles graph = new Cycles();
        items.forEach(graph::add);
        for (TaskGraph.Edge edge : edges) {
            graph.add(edge.from());
            graph.add(edge.to());
            graph.end(edge.from()).next.add(graph.start(edge.to()));
        }
        graph.search();
    }

    private Point start(TaskItem item) {
        return known(starts, item);
    }

    private Point end(TaskItem item) {
        return known(ends, item);
    }

    private static Point known(IdentityHashMap<TaskItem, Point> points, TaskItem item) {
        Point point = points.get(item);
        if (point == null) {
            throw new AssertionError("not added: " + item.name());
        }
        return point;
    }

    private void add(TaskItem item) {
        if (starts.containsKey(item)) {
            return;
        }
        switch (item) {
            case ProcTask task -> {
                Point point = point(task.name());
                starts.put(task, point);
                ends.put(task, point);
            }
            case TaskGroup group -> {
                Point start = point(null);
                Point end = point(group.name());
                starts.put(group, start);
                ends.put(group, end);
                for (TaskItem child : group.items()) {
                    add(child);
                    start.next.add(start(child));
                    end(child).next.add(end);
                }
                for (TaskGraph.Edge edge : group.edges()) {
                    end(edge.from()).next.add(start(edge.to()));
                }
            }
        }
    }

    private Point point(@Nullable String name) {
        Point point = new Point(name);
        points.add(point);
        return point;
    }

    private void search() {
        for (Point root : points) {
            searchFrom(root);
        }
    }

    /** Depth first, without recursion: chains of 100,000 tasks are allowed. */
    private static void searchFrom(Point root) {
        if (root.done) {
            return;
        }
        Deque<Step> path = new ArrayDeque<>();
        Set<Point> onPath = new HashSet<>();
        path.addLast(new Step(root, root.next.iterator()));
        onPath.add(root);
        while (!path.isEmpty()) {
            Step step = path.getLast();
            if (!step.rest().hasNext()) {
                path.removeLast();
                onPath.remove(step.point());
                step.point().done = true;
                continue;
            }
            Point next = step.rest().next();
            if (onPath.contains(next)) {
                throw new IllegalArgumentException("the graph has a cycle: " + shown(path, next));
            }
            if (!next.done) {
                path.addLast(new Step(next, next.next.iterator()));
                onPath.add(next);
            }
        }
    }

    private static String shown(Deque<Step> path, Point closing) {
        List<String> names = new ArrayList<>();
        boolean inCycle = false;
        for (Step step : path) {
            inCycle |= step.point() == closing;
            if (inCycle && step.point().name != null) {
                names.add(step.point().name);
            }
        }
        names.add(names.getFirst());
        return String.join(" → ", names);
    }
}
