package io.cattino.agent;

import io.cattino.agent.fence.FenceKeeper;
import io.cattino.agent.probe.DiskWatch;
import io.cattino.proto.v1.Trouble;
import java.util.ArrayList;
import java.util.List;

/** What keeps this node from taking tasks. Any thread. */
record Troubles(FenceKeeper fence, DiskWatch disks) {

    /** Those of now; does not block. */
    List<Trouble> now() {
        List<Trouble> troubles = new ArrayList<>();
        if (fence.isDown()) {
            troubles.add(Trouble.TROUBLE_FENCE_DOWN);
        }
        if (disks.isFull()) {
            troubles.add(Trouble.TROUBLE_DISK_FULL);
        }
        return List.copyOf(troubles);
    }
}
