package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.RandomNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A task that runs a command. Immutable; compared by identity, so that a {@link TaskGraph} knows
 * which of two tasks that look alike is meant.
 */
public final class ProcTask implements TaskItem {

    /** The priority of a task that sets none. */
    public static final int DEFAULT_PRIORITY = 1;

    private final String name;
    private final List<String> command;
    private final boolean shell;
    private final DeviceNeed devices;
    private final int cpus;
    private final int priority;
    private final Map<String, String> env;
    private final Map<String, String> labels;
    private final String workingDirectory;
    private final OnDisconnect onDisconnect;
    private final @Nullable Duration lostAfter;
    private final double oomRetry;
    private final boolean hold;
    private final @Nullable PythonObject python;
    private final Where where;

    private ProcTask(Builder builder, String name, DeviceNeed devices) {
        this.name = name;
        this.command = List.copyOf(builder.command);
        this.shell = builder.shell;
        this.devices = devices;
        this.cpus = builder.cpus;
        this.priority = builder.priority;
        this.env = Collections.unmodifiableMap(new LinkedHashMap<>(builder.env));
        this.labels = Collections.unmodifiableMap(new LinkedHashMap<>(builder.labels));
        this.workingDirectory = builder.workingDirectory;
        this.onDisconnect = builder.onDisconnect;
        this.lostAfter = builder.lostAfter;
        this.oomRetry = builder.oomRetry;
        this.hold = builder.hold;
        this.python = builder.python;
        this.where = builder.where;
    }

    /**
     * Begins a task of that name.
     *
     * @throws IllegalArgumentException if the name breaks a rule of {@link Names#checkName}
     */
    public static Builder builder(String name) {
        return new Builder(Names.checkName(name));
    }

    /** Begins a task with a random name of five characters. */
    public static Builder builder() {
        return new Builder(null);
    }

    /** Its name, without the groups around it. */
    @Override
    public String name() {
        return name;
    }

    /** The program and its arguments; one element, the line, if {@link #shell()}. */
    public List<String> command() {
        return command;
    }

    /** Whether {@code bash -c} runs the command. */
    public boolean shell() {
        return shell;
    }

    /** What it asks of the devices of its node. */
    public DeviceNeed devices() {
        return devices;
    }

    /** CPU cores; 0 is not counted. */
    public int cpus() {
        return cpus;
    }

    /** Higher first. */
    public int priority() {
        return priority;
    }

    /** Variables put over the submission's environment. */
    public Map<String, String> env() {
        return env;
    }

    /** The task's labels. */
    public Map<String, String> labels() {
        return labels;
    }

    /** Absolute path; empty: that of the submission. */
    public String workingDirectory() {
        return workingDirectory;
    }

    /** What becomes of it when its node stays out of contact. */
    public OnDisconnect onDisconnect() {
        return onDisconnect;
    }

    /** How long that has to be; null: as the farm's setting {@code lost-after} says. */
    public @Nullable Duration lostAfter() {
        return lostAfter;
    }

    /** By how much its request is multiplied when it ends for want of memory; 0: it fails. */
    public double oomRetry() {
        return oomRetry;
    }

    /** Whether it is accepted held: it waits until it is resumed. */
    public boolean hold() {
        return hold;
    }

    /** The object of a Python script that runs it; null: the node runs the command by itself. */
    public @Nullable PythonObject python() {
        return python;
    }

    /** Where it may run, and where it would rather. */
    public Where where() {
        return where;
    }

    /** The name and the command, for people. */
    @Override
    public String toString() {
        return name + ": " + (shell ? command.getFirst() : CommandLine.join(command));
    }

    /** Collects what a task is; not thread-safe. Methods check what they are given at once. */
    public static final class Builder {
        private final @Nullable String name;
        private List<String> command = List.of();
        private boolean shell;
        private @Nullable Integer minDevices;
        private @Nullable Memory memory;
        private int cpus;
        private int priority = DEFAULT_PRIORITY;
        private final Map<String, String> env = new LinkedHashMap<>();
        private final Map<String, String> labels = new LinkedHashMap<>();
        private String workingDirectory = "";
        private OnDisconnect onDisconnect = OnDisconnect.DEFAULT;
        private @Nullable Duration lostAfter;
        private double oomRetry;
        private boolean hold;
        private @Nullable PythonObject python;
        private Where where = Where.anywhere();

        private Builder(@Nullable String name) {
            this.name = name;
        }

        /**
         * The command as a line, split once by {@link CommandLine#split}; no shell is involved.
         *
         * @throws IllegalArgumentException if it is blank or a quote is not closed
         */
        @CanIgnoreReturnValue
        public Builder command(String line) {
            return command(CommandLine.split(line));
        }

        /** The program and its arguments, exactly as given. */
        @CanIgnoreReturnValue
        public Builder command(String program, String... arguments) {
            List<String> argv = new ArrayList<>();
            argv.add(program);
            argv.addAll(List.of(arguments));
            return command(argv);
        }

        /**
         * The program and its arguments, exactly as given.
         *
         * @throws IllegalArgumentException if there is no program, or an argument holds a NUL
         *     character
         */
        @CanIgnoreReturnValue
        public Builder command(List<String> argv) {
            if (argv.isEmpty() || argv.getFirst().isEmpty()) {
                throw new IllegalArgumentException(
                        "the command is empty: give a program and its arguments");
            }
            argv.forEach(argument -> TaskWords.noNul("an argument of the command", argument));
            this.command = List.copyOf(argv);
            this.shell = false;
            return this;
        }

        /**
         * A line that {@code bash -c} runs on the node; no magic strings are resolved in it.
         *
         * @throws IllegalArgumentException if it is blank
         */
        @CanIgnoreReturnValue
        public Builder shell(String line) {
            if (line.isBlank()) {
                throw new IllegalArgumentException("the shell line is empty");
            }
            TaskWords.noNul("the shell line", line);
            this.command = List.of(line);
            this.shell = true;
            return this;
        }

        /**
         * How many devices, 0 to 1024. Without {@link #memoryPerDevice} these are whole free
         * devices. Default: 1 if memory is given, else 0, a CPU task.
         *
         * @throws IllegalArgumentException for a number out of range
         */
        @CanIgnoreReturnValue
        public Builder minDevices(int count) {
            var checked = new DeviceNeed(count, null);
            this.minDevices = checked.count();
            return this;
        }

        /** Memory on each device; null, the default: whole free devices. */
        @CanIgnoreReturnValue
        public Builder memoryPerDevice(@Nullable Memory memory) {
            this.memory = memory;
            return this;
        }

        /**
         * CPU cores; 0, the default, is not counted.
         *
         * @throws IllegalArgumentException if negative
         */
        @CanIgnoreReturnValue
        public Builder cpus(int cpus) {
            if (cpus < 0) {
                throw new IllegalArgumentException("cpus must be 0 or more, not " + cpus);
            }
            this.cpus = cpus;
            return this;
        }

        /** Higher first; default 1. */
        @CanIgnoreReturnValue
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /**
         * A variable put over the submission's environment.
         *
         * @throws IllegalArgumentException if the name is empty or holds {@code =}, or either holds
         *     a NUL character
         */
        @CanIgnoreReturnValue
        public Builder env(String name, String value) {
            TaskWords.variable(env, name, value);
            return this;
        }

        /** Variables put over the submission's environment. */
        @CanIgnoreReturnValue
        public Builder env(Map<String, String> variables) {
            variables.forEach(this::env);
            return this;
        }

        /**
         * A label; at most 64, keys and values at most 256 bytes.
         *
         * @throws IllegalArgumentException if that is exceeded or the key is empty
         */
        @CanIgnoreReturnValue
        public Builder label(String key, String value) {
            TaskWords.label(labels, key, value);
            return this;
        }

        /** Labels. */
        @CanIgnoreReturnValue
        public Builder labels(Map<String, String> labels) {
            labels.forEach(this::label);
            return this;
        }

        /**
         * Directory in which the command runs; a relative one is resolved here, against this
         * process's.
         */
        @CanIgnoreReturnValue
        public Builder workingDirectory(Path directory) {
            this.workingDirectory = directory.toAbsolutePath().normalize().toString();
            return this;
        }

        /**
         * What becomes of the task when its node stays out of contact for {@link #lostAfter} while
         * it runs there. Default: as the farm's setting {@code on-disconnect} says.
         */
        @CanIgnoreReturnValue
        public Builder onDisconnect(OnDisconnect onDisconnect) {
            this.onDisconnect = onDisconnect;
            return this;
        }

        /**
         * How long the task's node may be out of contact before {@link #onDisconnect} is applied.
         * Default: as the farm's setting {@code lost-after} says. It has no effect on a task that
         * waits for its node.
         *
         * @throws IllegalArgumentException if it is shorter than 15 seconds or longer than 30 days
         */
        @CanIgnoreReturnValue
        public Builder lostAfter(Duration duration) {
            TaskWords.lostAfter(duration);
            this.lostAfter = duration;
            return this;
        }

        /**
         * Tries it again when it ends for want of memory: with this times what it asked for, if it
         * wanted more than that, else as it is. Default: it fails.
         *
         * @throws IllegalArgumentException if the factor is not between 1.1 and 10
         */
        @CanIgnoreReturnValue
        public Builder oomRetry(double factor) {
            TaskWords.oomRetry(factor);
            this.oomRetry = factor;
            return this;
        }

        /**
         * The object of a Python script that runs it; the submission's context names the script.
         */
        @CanIgnoreReturnValue
        public Builder python(PythonObject object) {
            this.python = object;
            return this;
        }

        /**
         * Where it may run, and where it would rather, from what was said before: {@code it ->
         * it.withConstraint("gpu.model=A100")}. Default: anywhere.
         */
        @CanIgnoreReturnValue
        public Builder where(UnaryOperator<Where> change) {
            this.where = change.apply(where);
            return this;
        }

        /** Whether it is accepted held: it waits until it is resumed. Default: it is not. */
        @CanIgnoreReturnValue
        public Builder hold(boolean hold) {
            this.hold = hold;
            return this;
        }

        /**
         * The task. May be called again: an unnamed task gets another name.
         *
         * @throws IllegalArgumentException if there is no command, or memory was asked for on 0
         *     devices
         */
        public ProcTask build() {
            if (command.isEmpty()) {
                throw new IllegalArgumentException(
                        "the task%s has no command"
                                .formatted(name == null ? "" : " '" + name + "'"));
            }
            int count = minDevices != null ? minDevices : memory != null ? 1 : 0;
            return new ProcTask(
                    this, name != null ? name : RandomNames.next(), new DeviceNeed(count, memory));
        }
    }
}
