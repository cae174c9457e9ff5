/** Durable facts: the journal, its snapshots, and who may write them. */
@NullMarked
package io.cattino.coordinator.journal;

import org.jspecify.annotations.NullMarked;
