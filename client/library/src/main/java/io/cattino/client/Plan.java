package io.cattino.client;

import java.util.List;

/**
 * What would become of a submission if it were handed in now.
 *
 * @param runDir directory that it would get
 * @param fullnames final names of its tasks, in its order
 * @param prospects where the first 100 of them would start
 */
public record Plan(String runDir, List<String> fullnames, List<Prospect> prospects) {

    public Plan {
        fullnames = List.copyOf(fullnames);
        prospects = List.copyOf(prospects);
    }
}
