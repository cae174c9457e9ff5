package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be started.
 *
 * @param id the attempt
 * @param fullname of the task: {@code group/sub/name}
 * @param argv the program and its arguments, or one line with {@code shell}
 * @param shell run the line by {@code bash -c}
 * @param submitted the environment of the submission
 * @param added put over it, by the task's own specification
 * @param workingDirectory absolute
 * @param umask permission bits that new files do not get
 * @param runDir absolute; the task's own directory is {@code runDir/fullname}
 * @param devices what it was promised
 * @param coordinator {@code host:port} for meow inside the task
 * @param user who submitted it
 * @param bundle a folder that travelled with it; the paths here are those of this node
 * @param python what Python does for it; empty: its program is started as it is
 */
public record LaunchOrder(
        AttemptId id,
        String fullname,
        List<String> argv,
        boolean shell,
        Map<String, String> submitted,
        Map<String, String> added,
        Path workingDirectory,
        int umask,
        Path runDir,
        List<DevicePromise> devices,
        String coordinator,
        String user,
        Optional<Bundle> bundle,
        Optional<PythonWork> python) {

    public LaunchOrder {
        argv = List.copyOf(argv);
        submitted = Map.copyOf(submitted);
        added = Map.copyOf(added);
        devices = List.copyOf(devices);
        if (argv.isEmpty() || (shell && argv.size() != 1)) {
            throw new IllegalArgumentException("a command has a program, a shell line is one");
        }
        if (umask < 0 || umask > 0777) {
            throw new IllegalArgumentException("no umask: " + umask);
        }
        TaskPaths.taskDirectory(runDir, fullname);
        if (!workingDirectory.isAbsolute()) {
            throw new IllegalArgumentException("not absolute: " + workingDirectory);
        }
    }

    /** The task's own directory, where its logs are. */
    public Path taskDirectory() {
        return TaskPaths.taskDirectory(runDir, fullname);
    }

    /** The last part of the fullname. */
    public String taskName() {
        return fullname.substring(fullname.lastIndexOf('/') + 1);
    }
}
