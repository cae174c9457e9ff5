package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.store.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The supervisor's script on disk. Its name tells its content, so an agent of another version never
 * changes a script that is running.
 *
 * @param script where it is
 */
record SupervisorProgram(Path script) {

    private static final String RESOURCE = "supervisor.sh";

    /**
     * bash where it is: it alone has job control without a terminal, which gives the command its
     * own process group. {@code -p}: it takes no start file, function or option from the
     * environment.
     */
    private static final List<String> SHELL =
            Files.isExecutable(Path.of("/bin/bash"))
                    ? List.of("/bin/bash", "-p")
                    : List.of("/bin/sh");

    /** Writes it unless it is there. */
    static SupervisorProgram install(Path directory) throws IOException {
        byte[] text;
        try (InputStream in = SupervisorProgram.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("no " + RESOURCE + " beside " + SupervisorProgram.class);
            }
            text = in.readAllBytes();
        }
        CRC32C checksum = new CRC32C();
        checksum.update(text);
        Path script = directory.resolve("supervisor-%08x.sh".formatted(checksum.getValue()));
        if (!Files.exists(script) || !Files.readString(script).equals(new String(text, UTF_8))) {
            DurableFiles.write(script, text);
        }
        return new SupervisorProgram(script);
    }

    List<String> argv(
            Path attemptDirectory, int umask, Optional<Cgroup> cgroup, List<String> command) {
        List<String> argv = new ArrayList<>();
        argv.addAll(SHELL);
        argv.add(script.toString());
        argv.add(attemptDirectory.toString());
        argv.add("%03o".formatted(umask));
        argv.add(cgroup.map(each -> each.path().toString()).orElse(""));
        argv.addAll(command);
        return argv;
    }
}
