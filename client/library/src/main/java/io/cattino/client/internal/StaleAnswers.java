package io.cattino.client.internal;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Answers from what a coordinator last knew, which it gives only to those who ask for them. */
final class StaleAnswers {

    /** Of the request: {@code accept}; of the response: seconds. */
    static final Metadata.Key<String> HEADER =
            Metadata.Key.of("cattino-stale", Metadata.ASCII_STRING_MARSHALLER);

    private StaleAnswers() {}

    /**
     * A way to ask for them.
     *
     * @param headers what comes with the answer
     */
    static Channel accepted(Channel channel, AtomicReference<Metadata> headers) {
        Metadata accept = new Metadata();
        accept.put(HEADER, "accept");
        return marking(channel, accept, headers);
    }

    /** Calls with these headers, and tells those of the answer. */
    static Channel marking(Channel channel, Metadata request, AtomicReference<Metadata> response) {
        return ClientInterceptors.intercept(
                channel,
                MetadataUtils.newAttachHeadersInterceptor(request),
                MetadataUtils.newCaptureMetadataInterceptor(response, new AtomicReference<>()));
    }

    /** How old an answer is; empty: it is the leader's. */
    static Optional<Duration> age(Metadata headers) {
        String seconds = headers.get(HEADER);
        return seconds == null
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(Long.parseLong(seconds)));
    }
}
