package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.model.Blob;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Term;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes random values of any record or sealed type, so that a new field is tested the moment it
 * exists.
 */
final class RandomRecords {
    private final SplittableRandom random;

    RandomRecords(long seed) {
        this.random = new SplittableRandom(seed);
    }

    <T> T next(Class<T> type) {
        return type.cast(value(type, ""));
    }

    private Object value(Type type, String name) {
        if (type instanceof ParameterizedType generic) {
            return container((Class<?>) generic.getRawType(), generic.getActualTypeArguments()[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return text(name);
        } else if (plain == long.class) {
            // no length of time is below 0
            return name.equals("lostAfterMs")
                    ? random.nextLong(1L << 40)
                    : random.nextBoolean() ? random.nextLong() : random.nextInt(3);
        } else if (plain == int.class || plain == Integer.class) {
            // 0 devices are no devices
            return name.equals("count")
                    ? random.nextInt(1, 1024)
                    : random.nextBoolean() ? random.nextInt() : 0;
        } else if (plain == boolean.class) {
            return random.nextBoolean();
        } else if (plain == OptionalInt.class) {
            return random.nextBoolean() ? OptionalInt.of(random.nextInt(3)) : OptionalInt.empty();
        } else if (plain == Blob.class) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            return Blob.of(bytes);
        } else if (plain == Term.class) {
            return pick(Samples.TERMS); // their texts have a form
        } else if (plain.isEnum()) {
            return pick(plain.getEnumConstants());
        } else if (plain.isSealed()) {
            return value(pick(stored(plain)), name);
        }
        return record(plain);
    }

    /** What it comes to in placement is never written. */
    private static Class<?>[] stored(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .filter(kind -> kind != MemoryAsk.Learned.class)
                .toArray(Class<?>[]::new);
    }

    private Object container(Class<?> raw, Type element) {
        if (raw == Optional.class) {
            return random.nextBoolean() ? Optional.of(value(element, "")) : Optional.empty();
        }
        int size = random.nextInt(4);
        if (raw == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                list.add(value(element, ""));
            }
            return list;
        }
        TreeMap<Object, Object> map = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            map.put(text(""), text(""));
        }
        return map;
    }

    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] =
                    nullable && random.nextBoolean()
                            ? null
                            : value(components[i].getGenericType(), components[i].getName());
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot make a " + type, e);
        }
    }

    /** A null directory is not an empty one; otherwise anything goes. */
    private String text(String name) {
        StringBuilder text = new StringBuilder(name.equals("workingDirectory") ? "/" : "");
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(
                    random.nextInt(4) == 0
                            ? random.nextInt(0x10000, 0x110000)
                            : random.nextInt(0xd800));
        }
        return text.toString();
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }
}
