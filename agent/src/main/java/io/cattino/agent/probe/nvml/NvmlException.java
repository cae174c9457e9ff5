package io.cattino.agent.probe.nvml;

import java.io.Serial;

/** A function of NVML did not do what it was asked. */
public final class NvmlException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final NvmlCode code;

    /**
     * @param function that was called
     * @param number that it returned
     */
    NvmlException(String function, int number) {
        super("%s: %s (%d)".formatted(function, NvmlCode.of(number), number));
        this.code = NvmlCode.of(number);
    }

    NvmlException(String library, Throwable cause) {
        super("%s cannot be opened: %s".formatted(library, cause.getMessage()), cause);
        this.code = NvmlCode.LIBRARY_NOT_FOUND;
    }

    /** What it returned. */
    public NvmlCode code() {
        return code;
    }
}
