package io.cattino.agent.probe.nvml;

import static io.cattino.agent.probe.nvml.NvmlStruct.EVENT;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A set of events of NVML: what the driver tells by itself of the cards that are registered. As for
 * its {@link NvmlLibrary}: it belongs to one thread, and any call may block; it is closed before
 * that is shut down.
 */
final class NvmlEvents implements AutoCloseable {

    /** {@code nvmlEventTypeXidCriticalError}. */
    static final long XID = 0x8;

    private final NvmlFunction supported;
    private final NvmlFunction register;
    private final NvmlFunction await;
    private final NvmlFunction free;
    private final MemorySegment set;

    /**
     * Something that happened.
     *
     * @param card as the library knows it
     * @param type {@link #XID}, or one of those that were registered
     * @param data of an Xid its code
     */
    record Event(NvmlLibrary.Card card, long type, long data) {}

    /** {@code nvmlEventSetCreate}. */
    NvmlEvents(NvmlLibrary library) throws NvmlException {
        this.supported = library.function("nvmlDeviceGetSupportedEventTypes", ADDRESS, ADDRESS);
        this.register = library.function("nvmlDeviceRegisterEvents", ADDRESS, JAVA_LONG, ADDRESS);
        this.await = awaiting(library, "_v2").or(awaiting(library, ""));
        this.free = library.function("nvmlEventSetFree", ADDRESS);
        try (Arena call = Arena.ofConfined()) {
            MemorySegment created = call.allocate(ADDRESS);
            library.function("nvmlEventSetCreate", ADDRESS).call(created);
            this.set = created.get(ADDRESS, 0);
        }
    }

    private static NvmlFunction awaiting(NvmlLibrary library, String version) {
        return library.function("nvmlEventSetWait" + version, ADDRESS, ADDRESS, JAVA_INT);
    }

    /** {@code nvmlDeviceGetSupportedEventTypes}: their bits. */
    long supported(NvmlLibrary.Card card) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment types = call.allocate(JAVA_LONG);
            supported.call(card.handle(), types);
            return types.get(JAVA_LONG, 0);
        }
    }

    /** {@code nvmlDeviceRegisterEvents}: tells of these from now on. */
    void register(NvmlLibrary.Card card, long types) throws NvmlException {
        register.call(card.handle(), types, set);
    }

    /** {@code nvmlEventSetWait_v2}, or the older one: the next, if it comes in time. */
    Optional<Event> await(int millis) throws NvmlException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment event = call.allocate(EVENT.layout());
            int number = await.number(set, event, millis);
            if (number == NvmlCode.TIMEOUT.number()) {
                return Optional.empty();
            }
            if (number != NvmlCode.SUCCESS.number()) {
                throw new NvmlException(await.name(), number);
            }
            return Optional.of(
                    new Event(
                            new NvmlLibrary.Card(EVENT.addressIn(event, "device")),
                            EVENT.longIn(event, "type"),
                            EVENT.longIn(event, "data")));
        }
    }

    /** {@code nvmlEventSetFree}; of no consequence if the driver is gone. */
    @Override
    public void close() {
        int _ = free.number(set);
    }
}
