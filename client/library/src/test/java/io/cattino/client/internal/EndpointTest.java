package io.cattino.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.Test;

class EndpointTest {

    @Test
    void onlySilenceIsDeadly() {
        ErrorInfo info = ErrorInfo.newBuilder().setDomain("cattino").setReason("NODE_AWAY").build();
        com.google.rpc.Status said =
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNAVAILABLE.value())
                        .addDetails(Any.pack(info))
                        .build();
        assertThat(Endpoint.isDeadly(Status.UNAVAILABLE.asRuntimeException())).isTrue();
        assertThat(Endpoint.isDeadly(Status.DEADLINE_EXCEEDED.asRuntimeException())).isTrue();
        assertThat(Endpoint.isDeadly(StatusProto.toStatusRuntimeException(said))).isFalse();
        assertThat(Endpoint.isDeadly(Status.NOT_FOUND.asRuntimeException())).isFalse();
    }
}
