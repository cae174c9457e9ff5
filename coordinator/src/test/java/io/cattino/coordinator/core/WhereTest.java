package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.host;
import static io.cattino.coordinator.core.Specs.mib;
import static io.cattino.coordinator.core.Specs.submission;
import static io.cattino.coordinator.core.Specs.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.Attribute;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Term.Order;
import io.cattino.coordinator.core.model.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tasks that say where they may run. */
class WhereTest {
    private static final String A100 = "NVIDIA A100-SXM4-80GB";
    private static final String H200 = "NVIDIA H200";

    /** Two A100 and two H200, of which one has an unknown driver. */
    private static final NodeInventory MIXED =
            labelled(
                    Map.of("rack", "r1"),
                    new DeviceInfo(0, "a0", A100, "cuda", 81_920, "535.54.03", "", -1, List.of()),
                    new DeviceInfo(1, "a1", A100, "cuda", 81_920, "535.54.03", "", -1, List.of()),
                    new DeviceInfo(2, "h2", H200, "cuda", 143_771, "570.86.15", "", -1, List.of()),
                    new DeviceInfo(3, "h3", H200, "cuda", 143_771, "", "", -1, List.of()));

    private static NodeInventory labelled(Map<String, String> labels, DeviceInfo... devices) {
        return new NodeInventory(List.of(devices), 64, 262_144, 128, new TreeMap<>(labels));
    }

    private static NodeInventory cards(String model, int count, String... labels) {
        List<DeviceInfo> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(new DeviceInfo(i, "GPU-" + i, model, "cuda", 81_920));
        }
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            map.put(labels[i], labels[i + 1]);
        }
        return labelled(map, devices.toArray(DeviceInfo[]::new));
    }

    private static Where must(Term... terms) {
        return new Where(List.of(), List.of(), List.of(terms), List.of());
    }

    private static Where prefer(Term... terms) {
        return new Where(List.of(), List.of(), List.of(), List.of(terms));
    }

    private static Where on(String... nodes) {
        return new Where(List.of(nodes), List.of(), List.of(), List.of());
    }

    private static Where notOn(String... nodes) {
        return new Where(List.of(), List.of(nodes), List.of(), List.of());
    }

    private static Term model(String... models) {
        return new Term.Model(true, List.of(models));
    }

    private static Term rack(String value) {
        return new Term.Label("rack", true, List.of(value));
    }

    private static String place(CoreScenario s, String task) {
        return s.task(task)
                .lastAttempt()
                .map(at -> at.nodeName() + at.devices().stream().map(DeviceShare::index).toList())
                .orElse("nowhere");
    }

    /** Where it goes on an empty farm. */
    private static String place(CoreScenario farm, TaskSpec spec, Where where) {
        farm.submit(spec.withWhere(where)).tick();
        String place = place(farm, spec.fullname());
        farm.remove(spec.fullname()).tick();
        return place;
    }

    @Test
    void onAMixedNodeOnlyDevicesThatAreAsAskedCount() {
        CoreScenario s = CoreScenario.with(MIXED);
        assertThat(place(s, mib("a", 1_000), must(model("h200")))).isIn("n1[2]", "n1[3]");
        s = CoreScenario.with(MIXED);
        assertThat(place(s, whole("b", 2), must(model("H200")))).isEqualTo("n1[2, 3]");
        s = CoreScenario.with(MIXED);
        assertThat(place(s, mib("c", 2, 1_000), must(model("B200", "A100*"))))
                .isEqualTo("n1[0, 1]");
        s = CoreScenario.with(MIXED);
        Term large = new Term.Memory(Order.ABOVE, 100_000);
        Term driver = new Term.Driver(Order.AT_LEAST, "570");
        assertThat(place(s, whole("d", 1), must(large, driver))).isEqualTo("n1[2]");
    }

    @Test
    void whatIsNotThereIsWaitedForAmongTheRightDevices() {
        CoreScenario s = CoreScenario.with(MIXED);
        s.submit(whole("both", 2).withWhere(must(model("H200")))).tick();
        s.submit(mib("w", 1_000).withWhere(must(model("H200")))).tick();
        assertThat(s.status("w")).isEqualTo("Waiting Memory");
        assertThat(s.reason("w").text())
                .isEqualTo("n1: 0M free on device 2, 1000M asked; 0 of 1 devices have enough");
        s.submit(whole("x", 1).withWhere(must(model("H200")))).tick();
        assertThat(s.reason("x").text()).isEqualTo("n1: 0 of 2 devices are wholly free");
        s.submit(mib("others", 1_000)).tick();
        assertThat(place(s, "others")).isEqualTo("n1[0]");
    }

    @Test
    void aDriverIsComparedAsExactlyAsItIsWritten() {
        for (Object[] row :
                new Object[][] {
                    {Order.EQUAL, "535", true},
                    {Order.EQUAL, "535.54.3", true},
                    {Order.EQUAL, "535.104", false},
                    {Order.AT_LEAST, "535.54", true},
                    {Order.AT_LEAST, "535.54.4", false},
                    {Order.ABOVE, "535", false},
                    {Order.ABOVE, "530.99", true},
                    {Order.BELOW, "535.104", true},
                    {Order.AT_MOST, "535", true},
                    {Order.NOT_EQUAL, "535", false},
                    {Order.NOT_EQUAL, "570", true}
                }) {
            var term = new Term.Driver((Order) row[0], (String) row[1]);
            assertThat(term.holds(MIXED.devices().getFirst())).as(term.text()).isEqualTo(row[2]);
            assertThat(term.holds(MIXED.devices().getLast())).as("not known").isFalse();
        }
    }

    @Test
    void termsOfGpusHoldOfNoMachineWithout() {
        CoreScenario s = CoreScenario.with(host(4, 6));
        Term small = new Term.Memory(Order.AT_LEAST, 1);
        Term other = new Term.Model(false, List.of("H200"));
        for (Term term : List.of(small, other)) {
            s.submit(mib("m", 100).withWhere(must(term)));
            assertThat(s.rejection()).isInstanceOf(Rejection.NeverFits.class);
        }
        Term kind = new Term.Kind(true, List.of("HOST"));
        assertThat(place(s, mib("m", 100), must(kind))).isEqualTo("n1[0]");
    }

    @Test
    void aTaskWithoutDevicesAsksForANodeThatHasOne() {
        CoreScenario s = CoreScenario.started().node("n1", host(4, 6)).node("n2", MIXED);
        assertThat(place(s, cpu("c"), Where.ANYWHERE)).isEqualTo("n1[]");
        s = CoreScenario.started().node("n1", host(4, 6)).node("n2", MIXED);
        assertThat(place(s, cpu("c"), must(model("H200")))).isEqualTo("n2[]");
    }

    @Test
    void nodesAreNamedAndRuledOut() {
        CoreScenario s =
                CoreScenario.started()
                        .node("gpu-01", gpus(1, 1_000))
                        .node("gpu-02", gpus(1, 1_000))
                        .node("gpu-09", gpus(1, 1_000));
        s.submit(mib("a", 1_000).withWhere(on("gpu-0[2-3]", "gpu-09")));
        s.submit(mib("b", 1_000).withWhere(on("gpu-0[2-3]")));
        s.submit(mib("c", 1_000).withWhere(notOn("gpu-0[1-2]"))).tick();
        assertThat(place(s, "a")).isEqualTo("gpu-02[0]");
        assertThat(s.status("b")).isEqualTo("Waiting Memory");
        assertThat(place(s, "c")).isEqualTo("gpu-09[0]");
        assertThat(s.core().explain(s.task("b")).vetoes())
                .extracting(veto -> veto.node() + ": " + veto.code().word() + ": " + veto.text())
                .containsExactly(
                        "gpu-02: Memory: 0M free on device 0, 1000M asked; 0 of 1 devices have enough",
                        "gpu-01: NodeList: not in the node list",
                        "gpu-09: NodeList: not in the node list");
    }

    @Test
    void labelsAreThereAreNotAndHaveValues() {
        CoreScenario s =
                CoreScenario.started()
                        .node("n1", cards("A", 1))
                        .node("n2", cards("A", 1, "rack", "r1"))
                        .node("n3", cards("A", 1, "rack", "r2"));
        Term not = new Term.Label("rack", false, List.of("r1", "r2"));
        assertThat(place(s, mib("a", 10), must(not))).isEqualTo("n1[0]");
        Term absent = new Term.Label("rack", false, List.of());
        assertThat(place(s, mib("b", 10), must(absent))).isEqualTo("n1[0]");
        Term present = new Term.Label("rack", true, List.of());
        assertThat(place(s, mib("c", 10), must(present))).isEqualTo("n2[0]");
        assertThat(place(s, mib("d", 10), must(rack("r2")))).isEqualTo("n3[0]");
        assertThat(place(s, mib("e", 10), must(rack("*2")))).isEqualTo("n3[0]");
    }

    @Test
    void everyNodeSaysWhatItHasInstead() {
        CoreScenario s =
                CoreScenario.started()
                        .node("n1", cards(H200, 2))
                        .node("n2", MIXED)
                        .node("n3", host(4, 6))
                        .node("n4", cards(A100, 2, "rack", "r2"));
        s.submit(
                        whole("busy", 2).withWhere(on("n2")),
                        whole("t", 2).withWhere(must(model("A100"), rack("r1"))))
                .tick();
        assertThat(s.status("t")).isEqualTo("Waiting Devices");
        assertThat(s.core().explain(s.task("t")).vetoes())
                .extracting(veto -> veto.node() + ": " + veto.text())
                .containsExactly(
                        "n2: 0 of 2 devices are wholly free",
                        "n1: no label.rack",
                        "n3: no label.rack",
                        "n4: other label.rack (r2, asked r1)");
        s.submit(submission(whole("u", 3).withWhere(must(model("A100")))).unfit()).tick();
        assertThat(s.core().explain(s.task("u")).vetoes())
                .extracting(veto ->
                        "%s: %d/%d %s"
                                .formatted(veto.node(), veto.have(), veto.want(), veto.text()))
                .containsExactly(
                        "n2: 2/3 2 of 3 devices as asked; other model (NVIDIA H200, asked A100)",
                        "n4: 2/3 2 of 3 devices as asked",
                        "n1: 0/3 other model (NVIDIA H200, asked A100)",
                        "n3: 0/3 no GPU (asked gpu.model=A100)");
    }

    @Test
    void patienceComesBeforeWhatNeverHelps() {
        CoreScenario s =
                CoreScenario.started().node("n1", cards(H200, 1)).node("n2", cards(A100, 1));
        s.drain("n2").submit(mib("t", 10).withWhere(must(model("A100")))).tick();
        assertThat(s.status("t")).isEqualTo("Waiting NodesDraining");
        assertThat(s.reason("t").hint()).isEqualTo("meow undrain n2");
    }

    @Test
    void whatNoNodeHasIsRefusedWithWhatThereIs() {
        CoreScenario s =
                CoreScenario.started()
                        .node("gpu-01", cards(H200, 1, "rack", "r1"))
                        .node("gpu-02", cards(A100, 2, "zone", "b"));
        TaskSpec task = mib("t", 10);
        assertRefused(
                s,
                task.withWhere(must(model("H2O0"))),
                "never fits: no node has gpu.model 'H2O0'; known: NVIDIA A100-SXM4-80GB, NVIDIA H200",
                "did you mean: H200 ?, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(must(new Term.Memory(Order.AT_LEAST, 200_000))),
                "never fits: no node has gpu.memory>=200000MiB; known: 81920MiB",
                "ask for less, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(must(new Term.Driver(Order.AT_LEAST, "535"))),
                "never fits: no node has gpu.driver>=535; none is known",
                "ask for less, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(must(rack("r2"))),
                "never fits: no node has label.rack 'r2'; known: r1",
                "did you mean: r1 ?, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(must(new Term.Label("zome", true, List.of()))),
                "never fits: no node has a label 'zome'; labels there are: rack, zone",
                "did you mean: zone ?, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(on("gpu-03")),
                "never fits: no node is named 'gpu-03'; known: gpu-01, gpu-02",
                "did you mean: gpu-01, gpu-02 ?, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(notOn("*")),
                "never fits: every node is excluded: gpu-01, gpu-02",
                "ask for less, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                task.withWhere(must(model("H200"), new Term.Label("zone", true, List.of("b")))),
                "never fits: no node has all of gpu.model=H200, label.zone=b",
                "ask for less, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                whole("t", 2).withWhere(must(model("H200"))),
                "never fits: 2 whole devices, gpu.model=H200 asked, no node has more than 1 such",
                "ask for less, or queue it all the same: --allow-unfit");
        assertRefused(
                s,
                mib("t", 90_000).withWhere(must(model("H200"))),
                "never fits: 1 device × 90000 MiB, gpu.model=H200 asked, the largest such device is NVIDIA H200 with 81920 MiB (gpu-01), no node has more than 1",
                "ask for less, or queue it all the same: --allow-unfit");
    }

    private static void assertRefused(CoreScenario s, TaskSpec spec, String text, String hint) {
        Rejection rejection = s.submit(spec).rejection();
        assertThat(rejection).isInstanceOf(Rejection.NeverFits.class);
        assertThat(rejection.text()).isEqualTo(text);
        assertThat(rejection.hint()).isEqualTo(hint);
    }

    @Test
    void onlyTheNameThatIsNoneIsCorrected() {
        CoreScenario s = CoreScenario.started().node("n1", cards(A100, 1));
        s.submit(submission(mib("t", 10).withWhere(on("n2", "n22"))).unfit()).tick();
        assertThat(s.reason("t").hint()).isEqualTo("meow set t.nodelist 'n1,n22'");
    }

    @Test
    void queuedAllTheSameItWaitsForSuchANode() {
        CoreScenario s = CoreScenario.started().node("n1", cards(A100, 1));
        s.submit(submission(mib("t", 10).withWhere(must(model("H2O0")))).unfit());
        s.submit(submission(mib("l", 10).withWhere(on("n2"))).unfit()).tick();
        assertThat(s.status("t")).isEqualTo("Waiting Constraint");
        assertThat(s.reason("t").text())
                .isEqualTo("no node has gpu.model 'H2O0'; known: NVIDIA A100-SXM4-80GB");
        assertThat(s.reason("t").hint()).isEqualTo("meow set t.constraint ''");
        assertThat(s.status("l")).isEqualTo("Waiting NodeList");
        assertThat(s.reason("l").hint()).isEqualTo("meow set l.nodelist 'n1'");
        s.node("n3", cards(H200, 1)).tick();
        assertThat(s.reason("t").hint()).isEqualTo("meow set t.constraint 'gpu.model=H200'");
        s.node("n2", cards("H2O0", 1)).tick();
        assertThat(place(s, "l")).isEqualTo("n2[0]");
        assertThat(place(s, "t")).isEqualTo("n2[0]");
    }

    @Test
    void whatIsPreferredComesFirstAndIsNotWaitedFor() {
        CoreScenario s =
                CoreScenario.started()
                        .node("n1", cards(A100, 1))
                        .node("n2", cards(H200, 1))
                        .node("n3", MIXED);
        Where where = prefer(model("H200"), rack("r1"));
        s.submit(
                        whole("a", 1).withWhere(where),
                        whole("b", 1).withWhere(where),
                        whole("c", 1).withWhere(where),
                        whole("d", 1).withWhere(prefer(new Term.Name(true, List.of("n2")))))
                .tick();
        assertThat(place(s, "a")).isEqualTo("n3[2]");
        assertThat(place(s, "b")).isEqualTo("n3[3]");
        assertThat(place(s, "c")).isNotEqualTo("nowhere");
        assertThat(place(s, "d")).isEqualTo("n2[0]");
    }

    @Test
    void aTaskWithoutDevicesPrefersToo() {
        CoreScenario s = CoreScenario.started().node("n1", host(4, 6)).node("n2", MIXED);
        assertThat(place(s, cpu("c"), prefer(model("H200")))).isEqualTo("n2[]");
    }

    @Test
    void aPreferenceDoesNotMakeANodeDrawATaskThatItCannotStart() {
        CoreScenario s =
                CoreScenario.started().node("n1", cards(A100, 1)).node("n2", cards(H200, 1));
        s.submit(mib("t", 10).withWhere(prefer(model("H200")))).tick();
        assertThat(place(s, "t")).isEqualTo("n2[0]");
        s.ended("t", new io.cattino.coordinator.core.model.AttemptResult.NotStarted("disk full"));
        s.pass(2_000);
        assertThat(place(s, "t")).isEqualTo("n1[0]");
    }

    @Test
    void tasksOfOneNeedAndOtherPlacesWaitApart() {
        CoreScenario s =
                CoreScenario.started().node("n1", cards(A100, 1)).node("n2", cards(H200, 1));
        s.submit(whole("busy", 1).withWhere(must(model("A100")))).tick();
        s.submit(
                        whole("first", 1).withWhere(must(model("A100"))),
                        whole("second", 1).withWhere(must(model("H200"))))
                .tick();
        assertThat(s.status("first")).isEqualTo("Waiting Devices");
        assertThat(place(s, "second")).isEqualTo("n2[0]");
    }

    /** Who is on other devices of its node does not pass it. */
    @Test
    void onlyWhatItCouldHaveHadCountsAsPassingOver() {
        CoreScenario s = CoreScenario.with(MIXED);
        s.submit(whole("busy", 2).withWhere(must(model("H200")))).tick();
        s.submit(whole("t", 1).withWhere(must(model("H200")))).tick();
        s.submit(mib("small", 10).withWhere(must(model("A100")))).tick();
        assertThat(s.core().explain(s.task("t")).passedOver()).isZero();
    }

    @Test
    void theDevicesThatAreKeptForItAreThoseItMayHave() {
        CoreScenario s = CoreScenario.with(MIXED);
        s.submit(
                        mib("busy", 10)
                                .withWhere(
                                        must(model("H200"), new Term.Driver(Order.AT_LEAST, "1"))))
                .tick();
        s.submit(whole("t", 2).withWhere(must(model("H200")))).tick();
        for (int i = 0; i < 12; i++) {
            s.submit(mib("s" + i, 10).withWhere(must(model("H200")))).tick();
        }
        assertThat(s.core().explain(s.task("t")).passedOver()).isEqualTo(PlacementPass.PATIENCE);
        assertThat(s.status("s11")).isEqualTo("Waiting Reserved");
        s.submit(mib("other", 10)).tick();
        assertThat(place(s, "other")).isEqualTo("n1[0]");
    }

    @Test
    void whatItCouldHaveNowIsSuggestedOfTheRightDevices() {
        CoreScenario s = CoreScenario.with(MIXED);
        s.submit(mib("busy", 60_000).withWhere(must(model("A100"))));
        s.submit(mib("busy2", 50_000).withWhere(must(model("A100")))).tick();
        s.submit(mib("t", 80_000).withWhere(must(model("A100")))).tick();
        assertThat(s.core().explain(s.task("t")).suggestion().orElseThrow().devices())
                .isEqualTo(mib("x", 31_920).devices());
    }

    @Test
    void aWaitingTaskIsSentElsewhere() {
        CoreScenario s =
                CoreScenario.started().node("n1", cards(A100, 1)).node("n2", cards(H200, 1));
        s.submit(whole("busy", 1).withWhere(must(model("A100")))).tick();
        s.submit(whole("t", 1).withWhere(must(model("A100")))).tick();
        s.set("t", new Attribute.Place(must(model("B200"))));
        assertThat(s.rejection().text()).contains("no node has gpu.model 'B200'");
        s.set("t", new Attribute.Place(Where.ANYWHERE)).tick();
        assertThat(place(s, "t")).isEqualTo("n2[0]");
        assertThat(Invariants.broken(s.state())).isEmpty();
    }

    @Test
    void aForecastSeesItToo() {
        CoreScenario s =
                CoreScenario.started().node("n1", cards(A100, 1)).node("n2", cards(H200, 1));
        Outlook outlook =
                s.outlook(
                        submission(
                                whole("a", 1).withWhere(must(model("H200"))),
                                whole("b", 1).withWhere(must(model("H200"))),
                                whole("c", 1).withWhere(must(model("A100")))));
        assertThat(outlook)
                .isInstanceOfSatisfying(
                        Outlook.Accepted.class,
                        accepted ->
                                assertThat(accepted.prospects())
                                        .extracting(prospect ->
                                                prospect.node() + prospect.reason().code().word())
                                        .containsExactly("n2", "Devices", "n1"));
    }
}
