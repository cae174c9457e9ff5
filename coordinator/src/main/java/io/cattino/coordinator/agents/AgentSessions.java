package io.cattino.coordinator.agents;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.loop.EffectSink;
import io.cattino.proto.v1.SessionResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sessions of one leadership, by node, and the way of effects to them. At most one session of a
 * node is open: a newer one replaces it once the leader has welcomed it. Until then the newer one
 * collects what is ordered of its node, so that nothing falls between the two; orders are
 * idempotent. Never blocks. Any thread.
 */
public final class AgentSessions implements EffectSink {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<NodeId, AgentSession> open = new HashMap<>();

    @GuardedBy("lock")
    private final Map<NodeId, List<AgentSession>> pending = new HashMap<>();

    private final AtomicLong generations = new AtomicLong();

    @Override
    public void release(List<Effect> effects) {
        for (Effect effect : effects) {
            for (AgentSession session : of(effect.node())) {
                session.order(effect);
            }
        }
    }

    private List<AgentSession> of(NodeId node) {
        synchronized (lock) {
            List<AgentSession> all = new ArrayList<>(pending.getOrDefault(node, List.of()));
            AgentSession current = open.get(node);
            if (current != null) {
                all.add(current);
            }
            return all;
        }
    }

    /** Nodes whose agents are connected. */
    public int connected() {
        synchronized (lock) {
            return open.size();
        }
    }

    /** The leadership is over: every agent is told to look for the next one. */
    public void end() {
        List<AgentSession> all = new ArrayList<>();
        synchronized (lock) {
            all.addAll(open.values());
            pending.values().forEach(all::addAll);
        }
        all.forEach(AgentSession::endWithLeadership);
    }

    long nextGeneration() {
        return generations.incrementAndGet();
    }

    /** A message to the node's agent; false if it is not connected. */
    boolean send(NodeId node, SessionResponse.Builder message) {
        AgentSession session;
        synchronized (lock) {
            session = open.get(node);
        }
        return session != null && session.send(message);
    }

    /** The session has said hello, and the leader is asked. */
    void awaits(NodeId node, AgentSession session) {
        synchronized (lock) {
            pending.computeIfAbsent(node, _ -> new ArrayList<>()).add(session);
        }
    }

    /**
     * The leader has welcomed the session: it takes the place of an older one. False if a newer one
     * has taken it already.
     */
    boolean opened(NodeId node, AgentSession session) {
        AgentSession older;
        synchronized (lock) {
            if (!forget(node, session)) {
                // It ended meanwhile.
                return false;
            }
            AgentSession current = open.get(node);
            if (current != null && current.generation() > session.generation()) {
                return false;
            }
            older = open.put(node, session);
        }
        if (older != null) {
            older.replaced();
        }
        return true;
    }

    /** The session is over. True if it was one that the leader knows, or is about to. */
    boolean closed(NodeId node, AgentSession session) {
        synchronized (lock) {
            boolean waited = forget(node, session);
            return open.remove(node, session) || waited;
        }
    }

    @GuardedBy("lock")
    private boolean forget(NodeId node, AgentSession session) {
        List<AgentSession> waiting = pending.get(node);
        if (waiting == null || !waiting.remove(session)) {
            return false;
        }
        if (waiting.isEmpty()) {
            pending.remove(node);
        }
        return true;
    }
}
