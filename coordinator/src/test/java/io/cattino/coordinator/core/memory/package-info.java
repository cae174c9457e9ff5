/** Tests of what is learned of memory. */
@NullMarked
package io.cattino.coordinator.core.memory;

import org.jspecify.annotations.NullMarked;
