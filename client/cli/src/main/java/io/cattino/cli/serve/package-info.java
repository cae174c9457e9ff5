/** Commands about servers: start, stop, is it up, which version. */
@NullMarked
package io.cattino.cli.serve;

import org.jspecify.annotations.NullMarked;
