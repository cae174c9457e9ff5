package io.cattino.agent.probe.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How cards reach each other, as NVML tells. As for its {@link NvmlLibrary}: it belongs to one
 * thread, and any call may block.
 */
final class NvmlTopology {

    /** {@code NVML_P2P_CAPS_INDEX_NVLINK}. */
    private static final int NVLINK = 2;

    /** {@code NVML_P2P_STATUS_OK}. */
    private static final int CAN = 0;

    /** {@code NVML_TOPOLOGY_MULTIPLE}: over switches of the PCI bus, not over the processor. */
    private static final int SWITCHES = 20;

    private final NvmlFunction peers;
    private final NvmlFunction ancestor;

    NvmlTopology(NvmlLibrary library) {
        this.peers =
                library.function("nvmlDeviceGetP2PStatus", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
        this.ancestor =
                library.function("nvmlDeviceGetTopologyCommonAncestor", ADDRESS, ADDRESS, ADDRESS);
    }

    /** Whether they reach each other over NVLink, with a switch of it or without. */
    boolean nvlink(NvmlLibrary.Card one, NvmlLibrary.Card other) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment status = call.allocate(JAVA_INT);
            peers.call(one.handle(), other.handle(), NVLINK, status);
            return status.get(JAVA_INT, 0) == CAN;
        }
    }

    /** Whether nothing but switches of the PCI bus is between them. */
    boolean behindOneSwitch(NvmlLibrary.Card one, NvmlLibrary.Card other) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment level = call.allocate(JAVA_INT);
            ancestor.call(one.handle(), other.handle(), level);
            return level.get(JAVA_INT, 0) <= SWITCHES;
        }
    }
}
