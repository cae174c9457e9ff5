/**
 * Starts, watches and ends the processes of attempts, whether this agent or an earlier one started
 * them.
 */
@NullMarked
package io.cattino.agent.exec;

import org.jspecify.annotations.NullMarked;
