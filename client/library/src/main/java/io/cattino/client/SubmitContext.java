package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Surroundings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings in which tasks run: directory, environment, umask, and who submitted. Immutable.
 *
 * <p>Some variables are never taken over by themselves, because they belong to the submitter's
 * machine or are secret: {@code SSH_*}, {@code DISPLAY}, {@code *_VISIBLE_DEVICES}, {@code
 * CATTINO_*}, {@code TOKEN}, {@code *_TOKEN}, {@code *SECRET*}, {@code *PASSWORD*}, in any case.
 * {@link #notSent()} tells which were left out.
 */
public final class SubmitContext {

    private final String workingDirectory;
    private final Map<String, String> environment;
    private final List<String> notSent;
    private final int umask;
    private final String user;
    private final String host;
    private final byte[] script;
    private final @Nullable PythonScript python;
    private final @Nullable Bundle bundle;

    private SubmitContext(Builder builder) {
        this.workingDirectory = builder.workingDirectory;
        this.environment = Collections.unmodifiableMap(new TreeMap<>(builder.environment));
        this.notSent = List.copyOf(builder.notSent);
        this.umask = builder.umask;
        this.user = builder.user;
        this.host = builder.host;
        this.script = builder.script.clone();
        this.python = builder.python;
        this.bundle = builder.bundle;
    }

    /**
     * The present surroundings of this process, without the variables that are never taken over.
     */
    public static SubmitContext current() {
        return builder().build();
    }

    /**
     * Begins a context: directory, umask, user and host of this process, and its environment as
     * {@link #current()}.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether a variable of that name is left out unless it is asked for. */
    public static boolean isDenied(String variable) {
        return Surroundings.isDenied(variable);
    }

    /** Absolute path in which the tasks run. */
    public String workingDirectory() {
        return workingDirectory;
    }

    /** The environment that the tasks get. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Names of the variables that were left out, sorted. */
    public List<String> notSent() {
        return notSent;
    }

    /** Permission bits that new files of the tasks do not get. */
    public int umask() {
        return umask;
    }

    /** Who submits, for display. */
    public String user() {
        return user;
    }

    /** From which machine, for display. */
    public String host() {
        return host;
    }

    /** How the script is run again on nodes; null if no task needs that. */
    public @Nullable PythonScript python() {
        return python;
    }

    /** A folder that travels with the submission; null if the nodes see its files. */
    public @Nullable Bundle bundle() {
        return bundle;
    }

    /** Text of the script that makes the submission, in UTF-8; empty if none does. */
    public byte[] script() {
        return script.clone();
    }

    /** Collects a context; not thread-safe. */
    public static final class Builder {
        private String workingDirectory = Path.of("").toAbsolutePath().toString();
        private final Map<String, String> environment = new TreeMap<>();
        private final Set<String> notSent = new TreeSet<>();
        private int umask = Surroundings.umask();
        private String user = Surroundings.user();
        private String host = Surroundings.host();
        private byte[] script = {};
        private @Nullable PythonScript python;
        private @Nullable Bundle bundle;

        private Builder() {
            environmentFrom(System.getenv(), List.of());
        }

        /** Where the tasks run; a relative path is resolved here. */
        @CanIgnoreReturnValue
        public Builder workingDirectory(Path directory) {
            this.workingDirectory = directory.toAbsolutePath().normalize().toString();
            return this;
        }

        /**
         * Replaces the environment by what may be sent of {@code variables}.
         *
         * @param variables all there is
         * @param alsoSend names that are sent although they would be left out
         */
        @CanIgnoreReturnValue
        public Builder environmentFrom(Map<String, String> variables, Collection<String> alsoSend) {
            environment.clear();
            notSent.clear();
            variables.forEach((name, value) -> {
                if (isDenied(name) && !alsoSend.contains(name)) {
                    notSent.add(name);
                } else {
                    environment.put(name, value);
                }
            });
            return this;
        }

        /** Replaces the environment by exactly this one; nothing is left out. */
        @CanIgnoreReturnValue
        public Builder environment(Map<String, String> variables) {
            environment.clear();
            notSent.clear();
            environment.putAll(variables);
            return this;
        }

        /**
         * Permission bits that new files do not get.
         *
         * @throws IllegalArgumentException unless it is in 0 to 0777
         */
        @CanIgnoreReturnValue
        public Builder umask(int umask) {
            if (umask < 0 || umask > 0777) {
                throw new IllegalArgumentException(
                        "a umask is 0 to 0777, not 0%o".formatted(umask));
            }
            this.umask = umask;
            return this;
        }

        /** Who submits, for display. */
        @CanIgnoreReturnValue
        public Builder user(String user) {
            this.user = user;
            return this;
        }

        /** From which machine, for display. */
        @CanIgnoreReturnValue
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** Text of the script that makes the submission, in UTF-8; at most 256 KiB. */
        @CanIgnoreReturnValue
        public Builder script(byte[] script) {
            this.script = script.clone();
            return this;
        }

        /** How the script is run again on nodes, for tasks that are its objects. */
        @CanIgnoreReturnValue
        public Builder python(PythonScript script) {
            this.python = script;
            return this;
        }

        /**
         * A folder that travels with the submission. Tasks whose working directory lies in it run
         * in its copy.
         */
        @CanIgnoreReturnValue
        public Builder bundle(Bundle bundle) {
            this.bundle = bundle;
            return this;
        }

        /** The context. */
        public SubmitContext build() {
            return new SubmitContext(this);
        }
    }
}
