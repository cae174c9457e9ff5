/** The agent's side of the wire: the session with the leader, and the logs that somebody reads. */
@NullMarked
package io.cattino.agent.link;

import org.jspecify.annotations.NullMarked;
