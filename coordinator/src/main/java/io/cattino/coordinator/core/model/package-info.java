/**
 * The values the scheduler thinks in: ids, specs, states, nodes, allocations. Immutable, without
 * behaviour of their own.
 */
@NullMarked
package io.cattino.coordinator.core.model;

import org.jspecify.annotations.NullMarked;
