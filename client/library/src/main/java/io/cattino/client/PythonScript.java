package io.cattino.client;

import java.util.List;

/**
 * How a Python script was run for what it exports, and is run again on nodes.
 *
 * @param path absolute
 * @param python the interpreter, as {@code sys.executable} tells it
 * @param searchPath put in front of the module search path
 * @param seed what {@code random} is seeded with
 */
public record PythonScript(String path, String python, List<String> searchPath, String seed) {
    public PythonScript {
        searchPath = List.copyOf(searchPath);
    }
}
