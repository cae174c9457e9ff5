package io.cattino.agent.exec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The variables by which a platform is told which devices a process may use, as a table.
 *
 * @param indexVariables hold the comma-separated indices; empty for a task without devices
 * @param constants set for every task on such a node
 */
record DeviceControl(List<String> indexVariables, Map<String, String> constants) {

    private static final DeviceControl CUDA =
            new DeviceControl(
                    List.of("CUDA_VISIBLE_DEVICES"), Map.of("CUDA_DEVICE_ORDER", "PCI_BUS_ID"));

    private static final DeviceControl NONE = new DeviceControl(List.of(), Map.of());

    private static final Map<String, DeviceControl> BY_KIND =
            Map.of(
                    "cuda",
                    CUDA,
                    "fake",
                    CUDA,
                    // Not HIP_VISIBLE_DEVICES too: it counts among what the first one left over.
                    "rocm",
                    new DeviceControl(List.of("ROCR_VISIBLE_DEVICES"), Map.of()),
                    "ascend",
                    new DeviceControl(List.of("ASCEND_RT_VISIBLE_DEVICES"), Map.of()),
                    "host",
                    NONE);

    static DeviceControl of(String kind) {
        return BY_KIND.getOrDefault(kind, NONE);
    }

    Map<String, String> variables(List<Integer> indices) {
        Map<String, String> variables = new TreeMap<>(constants);
        String value = indices.stream().map(String::valueOf).collect(Collectors.joining(","));
        indexVariables.forEach(name -> variables.put(name, value));
        return variables;
    }
}
