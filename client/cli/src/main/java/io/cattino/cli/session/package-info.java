/** What every command is given: the global options, the output, and the way to the farm. */
@NullMarked
package io.cattino.cli.session;

import org.jspecify.annotations.NullMarked;
