/**
 * The core's values as messages of {@code cattino.v1}, both ways: what the journal and the services
 * share.
 */
@NullMarked
package io.cattino.coordinator.wire;

import org.jspecify.annotations.NullMarked;
