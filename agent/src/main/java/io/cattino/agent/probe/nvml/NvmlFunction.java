package io.cattino.agent.probe.nvml;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * One C function of NVML; all of them return a code.
 *
 * @param name in the library
 * @param handle empty if this version of the library does not have it
 */
record NvmlFunction(String name, Optional<MethodHandle> handle) {

    @SuppressWarnings("restricted") // the C functions of nvml.h
    static NvmlFunction find(SymbolLookup library, String name, MemoryLayout... parameters) {
        FunctionDescriptor signature = FunctionDescriptor.of(JAVA_INT, parameters);
        return new NvmlFunction(
                name,
                library.find(name)
                        .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, signature)));
    }

    /** This one, or an older one of the same signature where this is not there. */
    NvmlFunction or(NvmlFunction older) {
        return handle.isPresent() ? this : older;
    }

    /** Calls it, and throws unless it succeeds. */
    void call(Object... arguments) throws NvmlException {
        int number = number(arguments);
        if (number != NvmlCode.SUCCESS.number()) {
            throw new NvmlException(name, number);
        }
    }

    /** Calls it, for who wants to look at the code. */
    int number(Object... arguments) {
        if (handle.isEmpty()) {
            return NvmlCode.FUNCTION_NOT_FOUND.number();
        }
        try {
            return (int) handle.get().invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // the arguments do not match: a bug
        }
    }
}
