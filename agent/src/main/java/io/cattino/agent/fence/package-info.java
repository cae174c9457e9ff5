/**
 * The fence: a small process of its own that kills what must not outlive the node's contact with
 * the leader; and how the agent leases its time and keeps it alive.
 */
@NullMarked
package io.cattino.agent.fence;

import org.jspecify.annotations.NullMarked;
