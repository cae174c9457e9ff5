package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The nodes and what is held of them. */
final class NodeLedger {
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final TreeMap<AttemptId, Allocation> allocations = new TreeMap<>();
    private final Map<NodeId, NodeBook> books = new HashMap<>();

    void put(Node node) {
        nodes.put(node.id(), node);
        books.computeIfAbsent(node.id(), _ -> new NodeBook());
    }

    void forget(NodeId id) {
        nodes.remove(id);
        NodeBook book = books.remove(id);
        if (book != null) {
            book.allocations().forEach(allocation -> allocations.remove(allocation.attempt()));
        }
    }

    void hold(Allocation allocation) {
        allocations.put(allocation.attempt(), allocation);
        books.computeIfAbsent(allocation.node(), _ -> new NodeBook()).add(allocation);
    }

    void change(AttemptId attempt, UnaryOperator<Allocation> change) {
        Allocation old = allocations.get(attempt);
        if (old != null) {
            Allocation changed = change.apply(old);
            allocations.put(attempt, changed);
            book(old.node()).replace(changed);
        }
    }

    void release(AttemptId attempt) {
        Allocation old = allocations.remove(attempt);
        if (old != null) {
            book(old.node()).remove(attempt);
        }
    }

    Optional<Node> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    Collection<Node> nodes() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    Optional<Allocation> allocation(AttemptId attempt) {
        return Optional.ofNullable(allocations.get(attempt));
    }

    Collection<Allocation> allocations() {
        return Collections.unmodifiableCollection(allocations.values());
    }

    NodeBook book(NodeId id) {
        return books.getOrDefault(id, NodeBook.EMPTY);
    }
}
