/** Where a task goes: what each device can still promise, who may have it, and why not. Pure. */
@NullMarked
package io.cattino.coordinator.core.placement;

import org.jspecify.annotations.NullMarked;
