/** Tests of the choice of a place. */
@NullMarked
package io.cattino.coordinator.core.placement;

import org.jspecify.annotations.NullMarked;
