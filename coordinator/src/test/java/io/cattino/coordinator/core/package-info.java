/** Tests of the pure core: table, scenarios, placement, random walks. */
@NullMarked
package io.cattino.coordinator.core;

import org.jspecify.annotations.NullMarked;
