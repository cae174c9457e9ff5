package io.cattino.coordinator.rpc;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The services of people and programs as the gRPC port serves them, interceptors and all, for
 * callers inside this process that bring their requests from somewhere else. Any thread.
 */
public final class LocalCalls implements AutoCloseable {
    private static final Set<String> SERVICES =
            Set.of("cattino.v1.TaskService", "cattino.v1.ClusterService");

    private final Server server;
    private final ManagedChannel channel;
    private final List<ServiceDescriptor> services;

    private LocalCalls(Server server, ManagedChannel channel, List<ServiceDescriptor> services) {
        this.server = server;
        this.channel = channel;
        this.services = services;
    }

    /**
     * @param described the services with the types of their messages
     * @param guarded the same, as they are served
     */
    static LocalCalls open(
            List<ServerServiceDefinition> described,
            List<ServerServiceDefinition> guarded,
            Executor executor) {
        String name = InProcessServerBuilder.generateName();
        Server server =
                InProcessServerBuilder.forName(name)
                        .executor(executor)
                        .addServices(guarded.stream().filter(LocalCalls::isPublic).toList())
                        .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("a name that was generated is taken", e);
        }
        return new LocalCalls(
                server,
                InProcessChannelBuilder.forName(name).directExecutor().build(),
                described.stream()
                        .filter(LocalCalls::isPublic)
                        .map(ServerServiceDefinition::getServiceDescriptor)
                        .toList());
    }

    private static boolean isPublic(ServerServiceDefinition service) {
        return SERVICES.contains(service.getServiceDescriptor().getName());
    }

    /** Where to call them; messages may be given as bytes. */
    public Channel channel() {
        return channel;
    }

    /** What there is to call. */
    public List<ServiceDescriptor> services() {
        return services;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
