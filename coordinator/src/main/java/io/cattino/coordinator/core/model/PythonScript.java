package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * How a script was run for what it exports.
 *
 * @param path absolute
 * @param python the interpreter
 * @param searchPath put in front of the module search path
 * @param seed of its random numbers
 */
public record PythonScript(String path, String python, List<String> searchPath, String seed) {
    public PythonScript {
        searchPath = List.copyOf(searchPath);
    }
}
