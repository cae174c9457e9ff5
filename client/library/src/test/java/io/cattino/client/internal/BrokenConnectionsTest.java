package io.cattino.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class BrokenConnectionsTest {

    @Test
    void aConnectionThatBrokeIsUnavailable() {
        Status broken =
                Status.UNKNOWN
                        .withDescription("channel closed")
                        .withCause(new ClosedChannelException());
        assertThat(BrokenConnections.plain(broken).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(BrokenConnections.plain(broken).getDescription()).isEqualTo("channel closed");
    }

    @Test
    void whatAServerSaidStaysAsItIs() {
        for (Status said :
                new Status[] {
                    Status.UNKNOWN.withDescription("a bug"), Status.OK, Status.PERMISSION_DENIED,
                }) {
            assertThat(BrokenConnections.plain(said)).isSameAs(said);
        }
    }
}
