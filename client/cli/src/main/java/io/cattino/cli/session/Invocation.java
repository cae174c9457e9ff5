package io.cattino.cli.session;

import io.cattino.cli.output.SystemTerminals;
import io.cattino.cli.output.Terminals;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a process is given: tests give it something else.
 *
 * @param env the variables
 * @param directory the working directory
 * @param in what people type
 * @param out data
 * @param err everything else
 * @param terminals which of them are terminals
 * @param clock tells how long ago something was
 */
public record Invocation(
        Map<String, String> env,
        Path directory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Terminals terminals,
        InstantSource clock) {

    public Invocation {
        env = Map.copyOf(env);
    }

    /** Those of this process. */
    public static Invocation ofProcess() {
        return new Invocation(
                ProcessText.variables(),
                Path.of("").toAbsolutePath(),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                new SystemTerminals(),
                InstantSource.system());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)),
                false,
                StandardCharsets.UTF_8);
    }
}
