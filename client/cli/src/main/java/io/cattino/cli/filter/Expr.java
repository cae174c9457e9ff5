package io.cattino.cli.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression that was understood. */
sealed interface Expr {

    /** A constant. */
    record Constant(@Nullable Object value) implements Expr {}

    /** The task itself. */
    record Task() implements Expr {}

    /** {@code (a, b)} or {@code [a, b]}. */
    record Sequence(List<Expr> elements, boolean tuple) implements Expr {}

    /** {@code of.name}. */
    record Attribute(Expr of, String name) implements Expr {}

    /** {@code of[index]}. */
    record Subscript(Expr of, Expr index) implements Expr {}

    /** {@code of.name(arguments)}. */
    record Method(Expr of, String name, List<Expr> arguments) implements Expr {}

    /** {@code len(of)}. */
    record Length(Expr of) implements Expr {}

    /** {@code -of}, {@code +of}. */
    record Sign(boolean minus, Expr of) implements Expr {}

    /** {@code left + right} and the like. */
    record Arithmetic(Expr left, String operator, Expr right) implements Expr {}

    /**
     * {@code first < second == third}: each with the next one, and the first that fails ends it.
     */
    record Comparison(Expr first, List<Step> steps) implements Expr {
        /** An operator and what stands behind it. */
        record Step(String operator, Expr right) {}
    }

    /** {@code not of}. */
    record Not(Expr of) implements Expr {}

    /** {@code a and b}, {@code a or b}: the first that decides. */
    record Junction(boolean and, List<Expr> parts) implements Expr {}
}
