package io.cattino.client.internal;

import io.cattino.client.MeowException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What goes on until somebody ends it, so that closing the client ends it too. Thread-safe. */
final class Running {

    private final Set<Ending> things = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /** Something that can be ended from outside. */
    interface Ending {
        void end(MeowException why);
    }

    /** Remembers something that begins; ends it at once if the client is closed already. */
    void add(Ending thing) {
        things.add(thing);
        if (over && things.remove(thing)) {
            thing.end(Errors.closed());
        }
    }

    void remove(Ending thing) {
        things.remove(thing);
    }

    void endAll() {
        over = true;
        for (Ending thing : List.copyOf(things)) {
            if (things.remove(thing)) {
                thing.end(Errors.closed());
            }
        }
    }
}
