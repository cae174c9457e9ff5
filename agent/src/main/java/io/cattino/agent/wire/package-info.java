/** Translates between cattino.v1, on the wire and on disk, and the agent's values. */
@NullMarked
package io.cattino.agent.wire;

import org.jspecify.annotations.NullMarked;
