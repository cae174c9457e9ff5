package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What every task of this node is told alike.
 *
 * @param name of the node
 * @param deviceKind {@code cuda}, {@code rocm}, {@code ascend}, {@code fake} or {@code host}
 * @param cluster id of the cluster it belongs to; asked anew, because it comes with the first
 *     welcome
 * @param data the agent's directory, absolute; what it left is found by it when that was deleted
 * @param tokenFile where {@code meow} in a task finds the coordinator's token
 * @param insecurePlaintext whether {@code meow} in a task may speak to other machines unencrypted
 * @param pythonZip the package {@code cattino} for tasks in Python
 * @param numaNode that a device is nearest to, by its index, if that is known; does not block
 */
public record NodeFacts(
        String name,
        String deviceKind,
        Supplier<String> cluster,
        Path data,
        Optional<Path> tokenFile,
        boolean insecurePlaintext,
        Optional<Path> pythonZip,
        IntFunction<OptionalInt> numaNode) {

    private static final Pattern MARKED = Pattern.compile("([1-9]\\d{0,17})\\.([1-9]\\d{0,8})");

    /** The mark that every process of the attempt inherits; its leftovers are found by it. */
    String marker(AttemptId id) {
        return cluster.get() + "/" + name + "/" + id.taskId() + "." + id.number();
    }

    /** The attempt that a marker names, if that is of this cluster and node. */
    Optional<AttemptId> attempt(String marker, long epoch) {
        String ours = cluster.get() + "/" + name + "/";
        Matcher rest =
                MARKED.matcher(marker.startsWith(ours) ? marker.substring(ours.length()) : "");
        return !cluster.get().isEmpty() && rest.matches()
                ? Optional.of(
                        new AttemptId(
                                Long.parseLong(rest.group(1)),
                                Integer.parseInt(rest.group(2)),
                                epoch))
                : Optional.empty();
    }

    boolean hasAccelerators() {
        return !deviceKind.equals("host");
    }
}
