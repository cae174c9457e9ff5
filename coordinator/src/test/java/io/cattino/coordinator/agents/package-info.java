/** Tests of the agents' side. */
@NullMarked
package io.cattino.coordinator.agents;

import org.jspecify.annotations.NullMarked;
