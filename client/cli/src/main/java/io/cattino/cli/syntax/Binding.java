package io.cattino.cli.syntax;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;

/**
 * Hands on what picocli read, and remembers it: it adds to a list that it finds here.
 *
 * @param <T> the type that the argument was declared with; all that picocli sets is of it
 */
@SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
final class Binding<T> implements IGetter, ISetter {

    private final Consumer<T> target;
    private @Nullable Object value;

    Binding(Consumer<T> target) {
        this.target = target;
    }

    @Override
    public <V> @Nullable V get() {
        return (V) value;
    }

    @Override
    public <V> @Nullable V set(V given) {
        Object before = value;
        value = given;
        target.accept((T) given);
        return (V) before;
    }
}
