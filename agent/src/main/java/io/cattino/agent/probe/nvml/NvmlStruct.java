package io.cattino.agent.probe.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;

/** A struct of NVML's public header, as a compiler lays it out on 64 bits. */
record NvmlStruct(MemoryLayout layout) {

    private static final MemoryLayout ALIGN_8 = MemoryLayout.paddingLayout(Integer.BYTES);

    /** {@code nvmlMemory_t}. */
    static final NvmlStruct MEMORY =
            of(JAVA_LONG.withName("total"), JAVA_LONG.withName("free"), JAVA_LONG.withName("used"));

    /** {@code nvmlMemory_v2_t}. */
    static final NvmlStruct MEMORY_2 =
            of(
                    JAVA_INT.withName("version"),
                    ALIGN_8,
                    JAVA_LONG.withName("total"),
                    JAVA_LONG.withName("reserved"),
                    JAVA_LONG.withName("free"),
                    JAVA_LONG.withName("used"));

    /** {@code nvmlProcessInfo_t}, of versions 2 and 3. */
    static final NvmlStruct PROCESS =
            of(
                    JAVA_INT.withName("pid"),
                    ALIGN_8,
                    JAVA_LONG.withName("used"),
                    JAVA_INT.withName("gpuInstance"),
                    JAVA_INT.withName("computeInstance"));

    /** {@code nvmlUtilization_t}. */
    static final NvmlStruct UTILIZATION = of(JAVA_INT.withName("gpu"), JAVA_INT.withName("memory"));

    /** {@code nvmlPciInfo_t}. */
    static final NvmlStruct PCI =
            of(
                    MemoryLayout.sequenceLayout(16, JAVA_BYTE).withName("busIdLegacy"),
                    JAVA_INT.withName("domain"),
                    JAVA_INT.withName("bus"),
                    JAVA_INT.withName("device"),
                    JAVA_INT.withName("deviceId"),
                    JAVA_INT.withName("subsystemId"),
                    MemoryLayout.sequenceLayout(32, JAVA_BYTE).withName("busId"));

    /** {@code nvmlEventData_t}; that of older libraries ends before the last two. */
    static final NvmlStruct EVENT =
            of(
                    ADDRESS.withName("device"),
                    JAVA_LONG.withName("type"),
                    JAVA_LONG.withName("data"),
                    JAVA_INT.withName("gpuInstance"),
                    JAVA_INT.withName("computeInstance"));

    private static NvmlStruct of(MemoryLayout... fields) {
        return new NvmlStruct(MemoryLayout.structLayout(fields));
    }

    /** In bytes. */
    long size() {
        return layout.byteSize();
    }

    /** What a struct with a version begins with: its size, and the version in the highest byte. */
    int version(int number) {
        return (int) size() | number << 24;
    }

    int intIn(MemorySegment struct, String field) {
        return struct.get(JAVA_INT, offset(field));
    }

    long longIn(MemorySegment struct, String field) {
        return struct.get(JAVA_LONG, offset(field));
    }

    MemorySegment addressIn(MemorySegment struct, String field) {
        return struct.get(ADDRESS, offset(field));
    }

    String textIn(MemorySegment struct, String field) {
        return struct.getString(offset(field));
    }

    private long offset(String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }
}
