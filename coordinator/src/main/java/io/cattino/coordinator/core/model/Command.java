package io.cattino.coordinator.core.model;

import java.util.List;
import java.util.Optional;

/**
 * Program and arguments as given; with {@code shell} one line for {@code bash -c}.
 *
 * @param python the object of a script that runs it; empty: the node runs it by itself
 */
public record Command(List<String> argv, boolean shell, Optional<PythonObject> python) {
    public Command {
        argv = List.copyOf(argv);
    }

    /** A command that needs no Python. */
    public Command(List<String> argv, boolean shell) {
        this(argv, shell, Optional.empty());
    }
}
