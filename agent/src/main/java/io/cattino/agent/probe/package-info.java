/** What devices the node has and how much of each is in use. */
@NullMarked
package io.cattino.agent.probe;

import org.jspecify.annotations.NullMarked;
