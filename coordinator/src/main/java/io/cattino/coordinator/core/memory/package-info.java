/** What runs of the same work have used of devices, and what the next one asks for. Pure. */
@NullMarked
package io.cattino.coordinator.core.memory;

import org.jspecify.annotations.NullMarked;
