package io.cattino.cli.command;

import io.cattino.client.AttemptInfo;
import io.cattino.client.DeviceInfo;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.NodeInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says where attempts run. What their devices are is only known from their nodes, which are asked
 * for once, when it first matters. One thread.
 */
public final class Places {

    private static final String HOST = "host";

    private final MeowClient client;
    private @Nullable Set<String> withCards;

    public Places(MeowClient client) {
        this.client = client;
    }

    /** Whether it is a card, and not the memory of a machine without cards. */
    public static boolean isCard(DeviceInfo device) {
        return !device.kind().equals(HOST);
    }

    /** {@code gpu-03 [GPU 0,1]}, {@code laptop [device 0]}. */
    public String of(AttemptInfo attempt) {
        if (attempt.devices().isEmpty()) {
            return attempt.node();
        }
        String indices =
                attempt.devices().stream()
                        .map(device -> Integer.toString(device.index()))
                        .collect(Collectors.joining(","));
        String word = withCards().contains(attempt.node()) ? "GPU" : "device";
        return "%s [%s %s]".formatted(attempt.node(), word, indices);
    }

    private Set<String> withCards() {
        Set<String> known = withCards;
        if (known == null) {
            known = new HashSet<>();
            for (NodeInfo node : nodes()) {
                List<DeviceInfo> devices = node.devices();
                if (!devices.isEmpty() && devices.stream().allMatch(Places::isCard)) {
                    known.add(node.name());
                }
            }
            withCards = known;
        }
        return known;
    }

    private List<NodeInfo> nodes() {
        try {
            return client.nodes().list();
        } catch (MeowException _) {
            // It is about one word: "device" is right everywhere.
            return List.of();
        }
    }
}
