/** What commands take from the command line: their options and words, said to picocli. */
@NullMarked
package io.cattino.cli.syntax;

import org.jspecify.annotations.NullMarked;
