package io.cattino.cli.command;

import java.nio.file.Path;
import java.util.Map;

/** The user's own Python. */
public final class Interpreter {

    private Interpreter() {}

    /** {@code $CATTINO_PYTHON}, the active virtual environment's, or the one on the PATH. */
    public static String of(Map<String, String> env) {
        String named = env.getOrDefault("CATTINO_PYTHON", "");
        String venv = env.getOrDefault("VIRTUAL_ENV", "");
        if (!named.isEmpty()) {
            return named;
        }
        return venv.isEmpty() ? "python3" : Path.of(venv, "bin", "python").toString();
    }
}
