/**
 * What the agent keeps on disk: its identity, the highest epoch it obeyed, its attempts and their
 * ends.
 */
@NullMarked
package io.cattino.agent.store;

import org.jspecify.annotations.NullMarked;
