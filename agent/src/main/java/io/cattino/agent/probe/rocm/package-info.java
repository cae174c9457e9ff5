/** AMD's cards, as the kernel shows them. */
@NullMarked
package io.cattino.agent.probe.rocm;

import org.jspecify.annotations.NullMarked;
