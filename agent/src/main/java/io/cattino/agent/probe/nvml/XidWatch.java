package io.cattino.agent.probe.nvml;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of the driver's Xid errors, on a thread of its own with a library of its own: the call that
 * waits for them may hang in a driver in trouble, and then nobody notices but who would have heard
 * of the next one.
 */
final class XidWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(XidWatch.class);

    /** After which time it looks whether it is to end. */
    private static final int WAIT_MS = 500;

    private static final long CLOSE_MS = 1_000;
    private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

    private final String library;
    private final Duration again;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("agent-xid").unstarted(this::run);

    /** Only for its thread. */
    private @Nullable String trouble;

    /** Hears of an Xid, on the watch's thread. */
    @FunctionalInterface
    interface Listener {
        void xid(String uuid, int code);
    }

    /**
     * @param library {@link NvmlLibrary#NAME}, or a path
     * @param again after which time it is opened anew when it was lost
     */
    XidWatch(String library, Duration again, Listener listener) {
        this.library = library;
        this.again = again.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : again;
        this.listener = listener;
    }

    /** Once; it may be called again. From one thread at a time. */
    void start() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    private void run() {
        try {
            do {
                try {
                    watch();
                } catch (NvmlException e) {
                    say(String.valueOf(e.getMessage()));
                }
            } while (!closed.await(again.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String message) {
        if (!message.equals(trouble)) {
            LOG.warn("xids_not_heard: {}; tried again every {} s", message, again.toSeconds());
        }
        trouble = message;
    }

    private void watch() throws NvmlException {
        try (NvmlLibrary opened = NvmlLibrary.open(library)) {
            opened.init();
            try (NvmlEvents events = new NvmlEvents(opened)) {
                Map<NvmlLibrary.Card, String> cards = register(opened, events);
                if (cards.isEmpty()) {
                    say("no card tells of them");
                    return;
                }
                LOG.info("xids_heard cards={}", cards.size());
                trouble = null;
                while (closed.getCount() > 0) {
                    events.await(WAIT_MS).ifPresent(event -> tell(event, cards));
                }
            } finally {
                opened.shutdown();
            }
        }
    }

    private static Map<NvmlLibrary.Card, String> register(NvmlLibrary opened, NvmlEvents events)
            throws NvmlException {
        Map<NvmlLibrary.Card, String> cards = new HashMap<>();
        for (int i = 0; i < opened.count(); i++) {
            try {
                NvmlLibrary.Card card = opened.card(i);
                if ((events.supported(card) & NvmlEvents.XID) != 0) {
                    events.register(card, NvmlEvents.XID);
                    cards.put(card, opened.uuid(card));
                }
            } catch (NvmlException e) {
                if (e.code().concernsAll()) {
                    throw e;
                }
                LOG.info("xids_not_heard nvml_index={}: {}", i, e.getMessage());
            }
        }
        return cards;
    }

    private void tell(NvmlEvents.Event event, Map<NvmlLibrary.Card, String> cards) {
        Optional<String> uuid = Optional.ofNullable(cards.get(event.card()));
        if (event.type() == NvmlEvents.XID && uuid.isPresent()) {
            listener.xid(uuid.get(), (int) event.data());
        }
    }

    /** Waits a moment for its thread; if it hangs, it is left to the process's end. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.isAlive() && !thread.join(Duration.ofMillis(CLOSE_MS))) {
                LOG.warn("xid_watch_still_busy");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
