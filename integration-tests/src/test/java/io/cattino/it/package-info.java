/** Tests of whole clusters made of real processes. */
@NullMarked
package io.cattino.it;

import org.jspecify.annotations.NullMarked;
