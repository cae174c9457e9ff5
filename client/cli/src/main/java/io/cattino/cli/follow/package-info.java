/** Commands that follow tasks: their logs, and their end. */
@NullMarked
package io.cattino.cli.follow;

import org.jspecify.annotations.NullMarked;
