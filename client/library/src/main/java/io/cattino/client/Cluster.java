package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import java.time.Duration;
import java.util.List;

/** The farm as a whole. Thread-safe; made by {@link MeowClient#cluster()}. */
public final class Cluster {

    private static final Duration SHORTEST_HOLD = Duration.ofSeconds(1);
    private static final Duration LONGEST_HOLD = Duration.ofHours(24);

    private final Library library;

    Cluster(Library library) {
        this.library = library;
    }

    /** Who leads, since when, and how much is going on. */
    public ClusterStatus status() {
        return library.cluster().status();
    }

    /** The cluster's settings. */
    public List<Setting> settings() {
        return library.cluster().settings();
    }

    /**
     * One of them.
     *
     * @param key with hyphens or underscores
     * @throws MeowException.NotFound if there is no such setting
     */
    public Setting setting(String key) {
        return library.cluster().setting(key);
    }

    /**
     * Changes one of them.
     *
     * @param key with hyphens or underscores
     * @return the setting after it
     * @throws MeowException.NotFound if there is no such setting
     * @throws MeowException.InvalidTask if it does not take that value
     */
    @CanIgnoreReturnValue
    public Setting set(String key, String value) {
        return library.cluster().set(key, value);
    }

    /**
     * For planned outages of networks or coordinators: no node that is in contact now is given up
     * for a while, and no attempt on it is replaced or killed for that. It ends by itself, and a
     * shorter one does not shorten it: nodes may rely on it already.
     *
     * @param duration 1 second to 24 hours, from now
     * @return how much is left of the hold that stands after it
     * @throws IllegalArgumentException if it is shorter or longer
     */
    @CanIgnoreReturnValue
    public Duration holdFences(Duration duration) {
        Spans.check("the duration of a fence hold", duration, SHORTEST_HOLD, LONGEST_HOLD);
        return library.cluster().holdFences(duration);
    }

    /**
     * Ends an all-in-one server: running tasks are cancelled with reason {@code ServerExit},
     * waiting ones are kept. Returns when every attempt has ended; the process exits after it.
     *
     * @param limit how long to wait for that; the server goes on ending if it takes longer
     * @return fullnames of the tasks that were stopped for it
     * @throws MeowException.WrongState if the server is not all-in-one
     * @throws MeowException.Unavailable if it took longer
     */
    @CanIgnoreReturnValue
    public List<String> shutdown(Duration limit) {
        return library.cluster().shutdown(limit);
    }
}
