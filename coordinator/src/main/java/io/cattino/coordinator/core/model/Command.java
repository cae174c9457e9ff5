package io.cattino.coordinator.core.model;

import java.util.List;

/** Program and arguments as given; with {@code shell} one line for {@code bash -c}. */
public record Command(List<String> argv, boolean shell) {
    public Command {
        argv = List.copyOf(argv);
    }
}
