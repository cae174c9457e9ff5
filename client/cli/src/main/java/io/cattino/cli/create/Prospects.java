package io.cattino.cli.create;

import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.client.DeviceShare;
import io.cattino.client.Prospect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells where tasks start, or would start, and why others wait. */
final class Prospects {

    private static final int REASONS_SHOWN = 3;

    private Prospects() {}

    /** In words, one or more lines; none if nothing is known. */
    static List<String> inWords(List<Prospect> prospects) {
        if (prospects.isEmpty()) {
            return List.of();
        }
        if (prospects.size() == 1) {
            return List.of(one(prospects.getFirst()));
        }
        Map<String, List<Prospect>> waiting =
                prospects.stream()
                        .filter(prospect -> !prospect.startsNow())
                        .collect(
                                Collectors.groupingBy(
                                        prospect -> prospect.reason().toString(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        long starting = prospects.stream().filter(Prospect::startsNow).count();
        List<String> reasons =
                waiting.entrySet().stream()
                        .limit(REASONS_SHOWN)
                        .map(reason ->
                                "%d wait%s: %s"
                                        .formatted(
                                                reason.getValue().size(),
                                                reason.getValue().size() == 1 ? "s" : "",
                                                reason.getKey()))
                        .toList();
        String start =
                starting == 0
                        ? "none can start now"
                        : starting == prospects.size()
                                ? "all can start now"
                                : starting + " can start now";
        return Stream.concat(Stream.of(start), reasons.stream()).toList();
    }

    private static String one(Prospect prospect) {
        if (!prospect.startsNow()) {
            return "waits: " + Text.oneLine(prospect.reason().toString());
        }
        return "can start now on " + place(prospect);
    }

    /** {@code gpu-03 [4,5]}. */
    private static String place(Prospect prospect) {
        return prospect.devices().isEmpty()
                ? prospect.node()
                : "%s [%s]".formatted(prospect.node(), indices(prospect));
    }

    private static String indices(Prospect prospect) {
        return prospect.devices().stream()
                .map(device -> Integer.toString(device.index()))
                .collect(Collectors.joining(","));
    }

    /** One line for each, for programs: fullname, node, devices, reason. */
    static void values(Output output, List<Prospect> prospects) {
        for (Prospect prospect : prospects) {
            output.values(
                    List.of(
                            prospect.fullname(),
                            prospect.startsNow() ? prospect.node() : "-",
                            prospect.devices().isEmpty() ? "-" : indices(prospect),
                            prospect.startsNow() ? "-" : prospect.reason().toString()));
        }
    }

    /** As a document. */
    static void json(Output output, List<Prospect> prospects) {
        output.json(prospects.stream().map(Prospects::object).toList());
    }

    private static Map<String, Object> object(Prospect prospect) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("fullname", prospect.fullname());
        object.put("node", prospect.node());
        object.put(
                "assigned_device_indices",
                prospect.devices().stream().map(DeviceShare::index).toList());
        object.put("reason", prospect.reason().code());
        object.put("reason_text", prospect.reason().text());
        return object;
    }
}
