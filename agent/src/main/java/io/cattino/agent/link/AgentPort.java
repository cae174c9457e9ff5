package io.cattino.agent.link;

import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.Moment;
import io.cattino.agent.exec.LaunchOrder;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.Launch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What the link asks of the agent. Thread-safe; nothing blocks. */
public interface AgentPort {

    /** A Hello with everything it runs and owes as of now. */
    CompletableFuture<Hello> hello();

    /** Hands an input to the core. */
    void post(Function<Moment, AgentInput> input);

    /** Hands a launch to the core; the order is used if the core decides to start it. */
    void postLaunch(PendingLaunch launch, Function<Moment, AgentInput> input);

    /** The cluster it belongs to; empty before the first welcome. */
    String clusterId();

    /**
     * Joins a cluster, durably, and looks for attempts of it whose records are lost. May block.
     *
     * @return why the stream must be broken and another Hello be sent; empty if all is well
     */
    Optional<String> joinCluster(String id);

    /** Keeps whom leaders told of, durably; false if that cannot be now. May block. */
    boolean keepCoordinators(List<String> all);

    /** The highest epoch it obeyed. */
    long highestEpoch();

    /** A leader is known to have heard this node then, by the clock since the boot. */
    void leased(long bootMs);

    /** A leader passes on that a device is well. May wait for the disk. */
    void use(String uuid);

    /** Where the logs of an attempt are, as far as the agent remembers it. */
    Optional<Path> taskDirectory(AttemptId id);

    /** Whether the logs of an attempt are complete. */
    CompletableFuture<Boolean> isOver(AttemptId id);

    /**
     * An order on its way to the core.
     *
     * @param id the attempt
     * @param order what to start, or why that makes no sense
     * @param launch as it came; what a later agent needs to know of it
     */
    record PendingLaunch(AttemptId id, Order order, Launch launch) {}

    /** An order, as far as it makes sense. */
    sealed interface Order {

        /** It does. */
        record Valid(LaunchOrder order) implements Order {}

        /** Trying again would change nothing. */
        record Invalid(String text) implements Order {}

        /** The leader did not send what it refers to; it may try again. */
        record Incomplete(String text) implements Order {}
    }
}
