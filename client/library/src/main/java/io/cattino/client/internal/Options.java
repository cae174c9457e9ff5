package io.cattino.client.internal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's settings.
 *
 * @param addresses the coordinators, in the order to try them
 * @param token the token; null: see {@code tokenFile}
 * @param tokenFile where it is; null: none is sent
 * @param retry intervals and number of attempts
 * @param deadline of one attempt
 * @param executor where listeners are called
 * @param plaintext whether connections to other machines go without TLS
 * @param unaryOverHttp whether calls that are no streams go over the HTTP port
 * @param waiting who is told that a call takes long
 * @param stale who is told how old an answer is that is not the leader's; null: none is accepted
 */
public record Options(
        List<Address> addresses,
        @Nullable String token,
        @Nullable Path tokenFile,
        RetryConfig retry,
        Duration deadline,
        Executor executor,
        boolean plaintext,
        boolean unaryOverHttp,
        Waiting waiting,
        @Nullable Consumer<Duration> stale) {

    /**
     * Who is told that a call takes long.
     *
     * @param after how long
     * @param told once for a client
     */
    public record Waiting(Duration after, Runnable told) {}

    /** The port of coordinators. */
    public static final int DEFAULT_PORT = 19192;

    public Options {
        addresses = List.copyOf(addresses);
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings. */
    public static final class Builder {

        /**
         * Close together at first, as a new leader is there within a second or two of most ends of
         * the old one; all of them take some 10 s, which is longer than a session.
         */
        private static final int ATTEMPTS = 12;

        private static final Duration FIRST_INTERVAL = Duration.ofMillis(100);
        private static final double GROWTH = 1.5;
        private static final Duration LONGEST_INTERVAL = Duration.ofMillis(1_500);

        private List<Address> addresses = List.of(Address.parse("localhost"));
        private @Nullable String token;
        private @Nullable Path tokenFile;
        private @Nullable RetryConfig retry;
        private Duration deadline = Duration.ofSeconds(5);
        private @Nullable Executor executor;
        private boolean plaintext;
        private boolean unaryOverHttp;
        private Waiting waiting = new Waiting(Duration.ofDays(1), () -> {});
        private @Nullable Consumer<Duration> stale;

        private Builder() {}

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder target(String target) {
            this.addresses = Address.parseList(target);
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder token(String token) {
            this.token = token.strip();
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder tokenFile(Path file) {
            this.tokenFile = file;
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder retry(RetryConfig config) {
            this.retry = config;
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder deadline(Duration deadline) {
            if (!deadline.isPositive()) {
                throw new IllegalArgumentException("the deadline must be above 0, not " + deadline);
            }
            this.deadline = deadline;
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder plaintext(boolean plaintext) {
            this.plaintext = plaintext;
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder unaryOverHttp(boolean unaryOverHttp) {
            this.unaryOverHttp = unaryOverHttp;
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder onWaiting(Duration after, Runnable told) {
            this.waiting = new Waiting(after, told);
            return this;
        }

        /** See the client's builder. */
        @CanIgnoreReturnValue
        public Builder acceptStale(Consumer<Duration> told) {
            this.stale = told;
            return this;
        }

        /** The settings. */
        public Options build() {
            Executor chosen =
                    executor != null ? executor : Executors.newVirtualThreadPerTaskExecutor();
            return new Options(
                    addresses,
                    token,
                    tokenFile,
                    retry != null ? retry : defaultRetry(),
                    deadline,
                    chosen,
                    plaintext,
                    unaryOverHttp,
                    waiting,
                    stale);
        }

        private static RetryConfig defaultRetry() {
            return RetryConfig.custom()
                    .maxAttempts(ATTEMPTS)
                    .intervalFunction(
                            IntervalFunction.ofExponentialRandomBackoff(
                                    FIRST_INTERVAL, GROWTH, 0.5, LONGEST_INTERVAL))
                    .build();
        }
    }
}
