package io.cattino.cli.show;

import io.cattino.cli.command.TaskFields;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tasks as a tree of groups, for people. */
public final class TaskTable {

    private static final List<String> MORE_FIELDS =
            List.of("attempt", "assigned_device_indices", "pid", "user", "labels", "cmd");
    private static final int AGE = 5;
    private static final int RANK_PRIO = 4;
    private static final int RANK_AGE = 3;
    private static final int RANK_NEED = 2;
    private static final int RANK_NODE = 1;

    private static final List<Column> USUAL =
            List.of(
                    Column.elastic("NAME"),
                    Column.of("STATUS"),
                    Column.optional("DEVICES", RANK_NEED),
                    Column.optional("NODE", RANK_NODE),
                    Column.optional("PRIO", RANK_PRIO),
                    Column.optional("AGE", RANK_AGE),
                    Column.of("TIME"),
                    Column.elastic("REASON"));
    private static final List<Column> MORE =
            List.of(
                    Column.of("TRY"),
                    Column.of("ON"),
                    Column.of("PID"),
                    Column.of("USER"),
                    Column.of("LABELS"),
                    Column.of("COMMAND"));

    private final Output output;
    private final boolean wide;
    private final Table table;

    /**
     * Tables for an output.
     *
     * @param wide with everything
     */
    TaskTable(Output output, boolean wide) {
        this.output = output;
        this.wide = wide;
        this.table =
                new Table(wide ? Stream.concat(USUAL.stream(), MORE.stream()).toList() : USUAL);
    }

    /** One task a row, by its fullname. */
    Table flat(List<TaskInfo> tasks) {
        tasks.forEach(task -> table.row(taskRow(Cell.of(task.fullname()), task)));
        return table;
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
        List<Cell> row = new ArrayList<>();
        row.add(name);
        row.add(status);
        row.addAll(Collections.nCopies(USUAL.size() - row.size(), empty));
        row.set(AGE, Cell.of(Times.rough(output.since(first))));
        row.addAll(Collections.nCopies(wide ? MORE.size() : 0, empty));
        return row;
    }

    private List<Cell> taskRow(Cell name, TaskInfo task) {
        List<Cell> row = new ArrayList<>();
        row.add(name);
        row.add(TaskWords.status(task));
        row.add(Cell.of(TaskWords.shortNeed(task.devices())));
        row.add(Cell.orDash(task.status() == TaskStatus.WAITING ? "" : task.node()));
        row.add(Cell.of(Integer.toString(task.priority())));
        row.add(Cell.of(Times.rough(output.since(task.createTime()))));
        row.add(Cell.of(TaskWords.runTimeWord(task, output)));
        row.add(Cell.of(TaskWords.reason(task)));
        if (wide) {
            MORE_FIELDS.forEach(field -> row.add(Cell.of(TaskFields.ALL.text(task, field))));
        }
        return row;
    }
}
