package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import java.util.List;

/** The machines of the farm. Thread-safe; made by {@link MeowClient#nodes()}. */
public final class Nodes {

    private final Library library;

    Nodes(Library library) {
        this.library = library;
    }

    /** Every node ever registered and not removed, with its devices. */
    public List<NodeInfo> list() {
        return library.cluster().nodes();
    }

    /**
     * No new tasks for a node; running ones go on, or until the deadline if there is one. Draining
     * it again replaces reason and deadline.
     *
     * @param node name or id
     * @return the node after it
     * @throws MeowException.NotFound if there is no such node
     */
    @CanIgnoreReturnValue
    public NodeInfo drain(String node, Drain drain) {
        return library.cluster().drain(node, drain);
    }

    /**
     * The node takes tasks again.
     *
     * @param node name or id
     * @return the node after it
     * @throws MeowException.NotFound if there is no such node
     */
    @CanIgnoreReturnValue
    public NodeInfo undrain(String node) {
        return library.cluster().undrain(node);
    }

    /**
     * The operator's word that a sick device is well: its agent is told to use it again. A device
     * of which the driver says at this moment that it is lost, or has to be reset, stays sick.
     *
     * @param node name or id
     * @param device its index on the node
     * @return the node as it was when its agent was told
     * @throws MeowException.NotFound if there is no such node or device
     * @throws MeowException.WrongState if the device is not sick, or the node is out of contact
     */
    @CanIgnoreReturnValue
    public NodeInfo undrain(String node, int device) {
        return library.cluster().undrain(node, device);
    }

    /**
     * The operator's word that a machine is gone for good and nothing runs on it any more.
     *
     * @param node name or id
     * @return the node as it was
     * @throws MeowException.NotFound if there is no such node
     * @throws MeowException.WrongState if it is connected
     */
    @CanIgnoreReturnValue
    public NodeInfo forget(String node) {
        return library.cluster().forget(node);
    }
}
