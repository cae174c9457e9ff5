package io.cattino.coordinator.core;

import java.util.List;

/** What would become of a submission if it were handed in now. */
public sealed interface Outlook {
    /** Tasks of a submission that are told where they would start: the first ones. */
    int TOLD = 100;

    /** It would be refused. */
    record Refused(Rejection rejection) implements Outlook {}

    /**
     * It would be stored.
     *
     * @param names final fullnames, in the order of the request
     * @param prospects of the first of its tasks
     */
    record Accepted(String runDir, List<String> names, List<Prospect> prospects)
            implements Outlook {
        public Accepted {
            names = List.copyOf(names);
            prospects = List.copyOf(prospects);
        }
    }
}
