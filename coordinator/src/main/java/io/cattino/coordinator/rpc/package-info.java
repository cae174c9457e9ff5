/**
 * The gRPC services for people and programs: checks at the edge, the core's values as messages,
 * errors as statuses.
 */
@NullMarked
package io.cattino.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
