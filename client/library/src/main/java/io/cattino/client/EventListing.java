package io.cattino.client;

import java.util.List;

/**
 * What a coordinator remembers of what happened: a ring of 100,000 events, begun afresh by every
 * leader.
 *
 * @param events oldest first
 * @param revision to watch from, so that nothing is missed and nothing comes twice
 * @param truncated more matched than the query's limit lets through; the oldest were left out
 * @param forgottenRevision nothing at or before this revision is remembered
 */
public record EventListing(
        List<TaskEvent> events, long revision, boolean truncated, long forgottenRevision) {

    public EventListing {
        events = List.copyOf(events);
    }
}
