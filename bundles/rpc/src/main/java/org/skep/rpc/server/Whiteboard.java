package org.skep.rpc.server;

import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The services that are there at present. A call goes to the newest of its service's name; calls under way stay with the
 * service they began with, whose business it is to end them when it goes. Safe for use from any thread.
 */
final class Whiteboard extends HandlerRegistry {

    private final Map<String, Deque<ServerServiceDefinition>> services = new ConcurrentHashMap<>();
    private final Map<BindableService, ServerServiceDefinition> definitions = new ConcurrentHashMap<>();
    private volatile Function<String, ServerMethodDefinition<?, ?>> elsewhere = method -> null;

    /** @param other what to do with a method that no service here has; null for nothing */
    void otherwise(Function<String, ServerMethodDefinition<?, ?>> other) {
        elsewhere = other;
    }

    void add(BindableService service) {
        ServerServiceDefinition definition = service.bindService();
        definitions.put(service, definition);
        services.compute(name(definition), (name, present) -> {
            Deque<ServerServiceDefinition> all = present == null ? new ArrayDeque<>() : new ArrayDeque<>(present);
            all.addFirst(definition);
            return all;
        });
    }

    void remove(BindableService service) {
        ServerServiceDefinition definition = definitions.remove(service);
        services.computeIfPresent(name(definition), (name, present) -> {
            Deque<ServerServiceDefinition> rest = new ArrayDeque<>(present);
            rest.remove(definition);
            return rest.isEmpty() ? null : rest;
        });
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String method, String authority) {
        int slash = method.lastIndexOf('/');
        Deque<ServerServiceDefinition> present = slash < 0 ? null : services.get(method.substring(0, slash));
        return present == null ? elsewhere.apply(method) : present.getFirst().getMethod(method);
    }

    private static String name(ServerServiceDefinition definition) {
        return definition.getServiceDescriptor().getName();
    }
}
