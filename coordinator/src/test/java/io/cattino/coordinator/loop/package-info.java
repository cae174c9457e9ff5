/** Tests of the loop: the order of law 1, the mailbox, the feed, the clock. */
@NullMarked
package io.cattino.coordinator.loop;

import org.jspecify.annotations.NullMarked;
