/**
 * Filters over tasks: the part of Python's expressions that people write there, read and worked out
 * without Python. Pure: values in, truth out.
 */
@NullMarked
package io.cattino.cli.filter;

import org.jspecify.annotations.NullMarked;
