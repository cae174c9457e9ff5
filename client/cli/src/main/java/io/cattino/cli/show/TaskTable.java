package io.cattino.cli.show;

import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Times;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tasks as a tree of groups, for people. */
public final class TaskTable {

    private static final int RANK_PRIO = 3;
    private static final int RANK_AGE = 2;
    private static final int RANK_NODE = 1;

    private final Output output;
    private final Table table =
            new Table(
                    Column.elastic("NAME"),
                    Column.of("STATUS"),
                    Column.of("DEVICES"),
                    Column.optional("NODE", RANK_NODE),
                    Column.optional("PRIO", RANK_PRIO),
                    Column.optional("AGE", RANK_AGE),
                    Column.of("TIME"),
                    Column.elastic("REASON"));

    TaskTable(Output output) {
        this.output = output;
    }

    /** A task, or a group with what lies in it. */
    private static final class Branch {
        private final String name;
        private final @Nullable TaskInfo task;
        private final Map<String, Branch> inside = new LinkedHashMap<>();

        Branch(String name, @Nullable TaskInfo task) {
            this.name = name;
            this.task = task;
        }

        List<TaskInfo> tasks() {
            List<TaskInfo> tasks = new ArrayList<>();
            if (task != null) {
                tasks.add(task);
            }
            inside.values().forEach(branch -> tasks.addAll(branch.tasks()));
            return tasks;
        }
    }

    Table of(List<TaskInfo> tasks) {
        Branch root = new Branch("", null);
        for (TaskInfo task : tasks) {
            Branch branch = root;
            String[] parts = task.fullname().split("/", -1);
            for (int i = 0; i < parts.length - 1; i++) {
                branch =
                        branch.inside.computeIfAbsent(
                                parts[i] + "/", name -> new Branch(name, null));
            }
            branch.inside.put(parts[parts.length - 1], new Branch(parts[parts.length - 1], task));
        }
        root.inside.values().forEach(branch -> add(branch, "", ""));
        return table;
    }

    private void add(Branch branch, String lead, String below) {
        Cell name = Cell.of(lead + branch.name);
        table.row(
                branch.task == null ? groupRow(name, branch.tasks()) : taskRow(name, branch.task));
        int left = branch.inside.size();
        for (Branch inside : branch.inside.values()) {
            left--;
            add(inside, below + (left == 0 ? "└─ " : "├─ "), below + (left == 0 ? "   " : "│  "));
        }
    }

    private List<Cell> groupRow(Cell name, List<TaskInfo> tasks) {
        long done = tasks.stream().filter(task -> task.status() == TaskStatus.DONE).count();
        boolean failed = tasks.stream().anyMatch(task -> task.status() == TaskStatus.FAILED);
        boolean all = done == tasks.size();
        Instant first =
                tasks.stream().map(TaskInfo::createTime).min(Instant::compareTo).orElseThrow();
        Cell empty = Cell.of("");
        Colour colour = failed ? Colour.RED : all ? Colour.DIM : Colour.PLAIN;
        Cell status = new Cell((all ? "✓ " : "◐ ") + done + "/" + tasks.size(), colour);
        return List.of(
                name,
                status,
                empty,
                empty,
                empty,
                Cell.of(Times.rough(output.since(first))),
                empty,
                empty);
    }

    private List<Cell> taskRow(Cell name, TaskInfo task) {
        return List.of(
                name,
                TaskWords.status(task),
                Cell.of(TaskWords.shortNeed(task.devices())),
                Cell.orDash(task.status() == TaskStatus.WAITING ? "" : task.node()),
                Cell.of(Integer.toString(task.priority())),
                Cell.of(Times.rough(output.since(task.createTime()))),
                Cell.of(TaskWords.runTimeWord(task, output)),
                Cell.of(TaskWords.reason(task)));
    }
}
