/**
 * The agents' side of the coordinator: their sessions, the effects sent over them, and the logs
 * fetched from them.
 */
@NullMarked
package io.cattino.coordinator.agents;

import org.jspecify.annotations.NullMarked;
