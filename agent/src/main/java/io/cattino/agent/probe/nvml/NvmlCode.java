package io.cattino.agent.probe.nvml;

import java.util.Arrays;

/** What a function of NVML returns, by the numbers of its public header. */
public enum NvmlCode {
    SUCCESS(0),
    UNINITIALIZED(1),
    INVALID_ARGUMENT(2),
    NOT_SUPPORTED(3),
    NO_PERMISSION(4),
    ALREADY_INITIALIZED(5),
    NOT_FOUND(6),
    INSUFFICIENT_SIZE(7),
    INSUFFICIENT_POWER(8),
    DRIVER_NOT_LOADED(9),
    TIMEOUT(10),
    IRQ_ISSUE(11),
    LIBRARY_NOT_FOUND(12),
    FUNCTION_NOT_FOUND(13),
    CORRUPTED_INFOROM(14),
    /** The card fell off the bus, or cannot be reached for another reason. */
    GPU_IS_LOST(15),
    RESET_REQUIRED(16),
    OPERATING_SYSTEM(17),
    /** The library is of another version than the driver that is loaded. */
    LIB_RM_VERSION_MISMATCH(18),
    IN_USE(19),
    MEMORY(20),
    NO_DATA(21),
    VGPU_ECC_NOT_SUPPORTED(22),
    INSUFFICIENT_RESOURCES(23),
    FREQ_NOT_SUPPORTED(24),
    ARGUMENT_VERSION_MISMATCH(25),
    DEPRECATED(26),
    NOT_READY(27),
    GPU_NOT_FOUND(28),
    INVALID_STATE(29),
    /** An internal error of the driver; also what a newer library says that is not listed here. */
    UNKNOWN(999);

    private final int number;

    NvmlCode(int number) {
        this.number = number;
    }

    /** The number in the header. */
    public int number() {
        return number;
    }

    static NvmlCode of(int number) {
        return Arrays.stream(values())
                .filter(code -> code.number == number)
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** Whether it is not about one card: the library has to be opened anew. */
    boolean concernsAll() {
        return this == UNINITIALIZED
                || this == DRIVER_NOT_LOADED
                || this == LIBRARY_NOT_FOUND
                || this == LIB_RM_VERSION_MISMATCH;
    }

    /** Whether the card cannot be used by anybody before it, or the machine, was reset. */
    boolean saysCardIsLost() {
        return this == GPU_IS_LOST || this == RESET_REQUIRED;
    }

    /** Whether it says, at the start, that this machine has no card that could be used. */
    boolean saysThereAreNone() {
        return this == LIBRARY_NOT_FOUND || this == DRIVER_NOT_LOADED || this == GPU_NOT_FOUND;
    }

    /** Whether this card, or this driver, does not have what was asked for. */
    boolean saysNotHere() {
        return this == NOT_SUPPORTED || this == FUNCTION_NOT_FOUND;
    }
}
