/** The one thread that owns the core: its mailbox, the order of law 1, and the feed of events. */
@NullMarked
package io.cattino.coordinator.loop;

import org.jspecify.annotations.NullMarked;
