package io.cattino.coordinator.core.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The submitter's surroundings, stored once per content.
 *
 * @param id SHA-256 of the serialised content, hex; made by the shell
 * @param umask permission bits that new files of the task do not get
 * @param script text of the script that made the submission, or empty
 * @param python how the script is run again; empty if no task needs that
 * @param bundle a folder that travels with it; empty if the files are on the nodes already
 */
public record Context(
        String id,
        String workingDirectory,
        SortedMap<String, String> environment,
        int umask,
        String script,
        String user,
        String host,
        Optional<PythonScript> python,
        Optional<Bundle> bundle) {
    public Context {
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /** The surroundings of a submission that no script made. */
    public Context(
            String id,
            String workingDirectory,
            SortedMap<String, String> environment,
            int umask,
            String script,
            String user,
            String host) {
        this(
                id,
                workingDirectory,
                environment,
                umask,
                script,
                user,
                host,
                Optional.empty(),
                Optional.empty());
    }
}
