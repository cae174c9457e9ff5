/** Commands about the command line itself: completion, configuration, and what is wrong with it. */
@NullMarked
package io.cattino.cli.shell;

import org.jspecify.annotations.NullMarked;
