package io.cattino.agent.probe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.Shortage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The last seconds of the devices: what was left to an attempt, and who had the rest. Thread-safe:
 * the sampler writes, who tells of an end reads.
 */
public final class DeviceDiary {

    /** MiB that a driver may keep for itself, or by which two samples differ. */
    private static final long SLACK_MIB = 64;

    /** A neighbour that grew may be dead, too, by the time that one's own end is looked at. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    @GuardedBy("this")
    private final Map<Integer, Long> totalsMib = new TreeMap<>();

    /** Of attempts that came lately: one may be over before it is on a page. */
    @GuardedBy("this")
    private final Map<AttemptId, List<DevicePromise>> arrivals =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<AttemptId, List<DevicePromise>> eldest) {
                    return size() > MOST_ARRIVALS;
                }
            };

    @GuardedBy("this")
    private final Deque<Page> pages = new ArrayDeque<>();

    private static final int MOST_ARRIVALS = 1_000;

    private record Page(
            long nanos,
            List<DeviceProbe.Sample> samples,
            Map<AttemptId, List<DevicePromise>> promises,
            long oomKills) {}

    /** A device as an attempt met it. */
    private record Account(
            DevicePromise promise, long leftMib, Optional<Shortage.Neighbour> neighbour) {
        long lackingMib() {
            return promise.mib() - leftMib;
        }
    }

    /** Notes that an attempt is about to start. */
    public synchronized void arrives(AttemptId id, List<DevicePromise> promises) {
        arrivals.put(id, promises);
    }

    /** Notes what the devices look like now. */
    public synchronized void note(
            List<DeviceProbe.Device> devices,
            List<DeviceProbe.Sample> samples,
            Collection<DeviceProbe.Running> running,
            long oomKills) {
        devices.forEach(device -> totalsMib.put(device.index(), device.totalMib()));
        Map<AttemptId, List<DevicePromise>> promises = new TreeMap<>();
        running.forEach(each -> promises.put(each.id(), each.devices()));
        long now = System.nanoTime();
        pages.addLast(new Page(now, List.copyOf(samples), promises, oomKills));
        while (now - pages.getFirst().nanos() > KEPT_NANOS) {
            pages.removeFirst();
        }
    }

    /** Whether the kernel killed a process for want of memory in these seconds. */
    public synchronized boolean sawOomKill(long oomKillsNow) {
        return !pages.isEmpty() && oomKillsNow > pages.getFirst().oomKills();
    }

    /** Who had the memory of the devices that an attempt was promised. */
    public synchronized Shortage shortage(AttemptId id) {
        List<Account> accounts = new ArrayList<>();
        for (DevicePromise promise : promises(id)) {
            account(id, promise).ifPresent(accounts::add);
        }
        if (accounts.isEmpty()) {
            return Shortage.of(Shortage.Memory.DEVICE);
        }
        Account worst = Collections.max(accounts, Comparator.comparingLong(Account::lackingMib));
        return new Shortage(
                Shortage.Memory.DEVICE,
                Optional.of(worst.promise()),
                OptionalLong.of(worst.leftMib()),
                worst.neighbour(),
                squatter(worst.promise().index()));
    }

    /** The newest that are known of it. */
    @GuardedBy("this")
    private List<DevicePromise> promises(AttemptId id) {
        return pages.reversed().stream()
                .map(page -> page.promises().getOrDefault(id, List.of()))
                .filter(promises -> !promises.isEmpty())
                .findFirst()
                .orElse(arrivals.getOrDefault(id, List.of()));
    }

    /** Those that it is on: what was there before it came is not to blame. Else the newest. */
    @GuardedBy("this")
    private List<Page> pagesOf(AttemptId id) {
        List<Page> its = pages.stream().filter(page -> page.promises().containsKey(id)).toList();
        return its.isEmpty() && !pages.isEmpty() ? List.of(pages.getLast()) : its;
    }

    @GuardedBy("this")
    private Optional<Account> account(AttemptId id, DevicePromise promise) {
        long total = totalsMib.getOrDefault(promise.index(), 0L);
        long left = total;
        boolean known = false;
        Map<AttemptId, Long> excess = new TreeMap<>();
        Map<AttemptId, Long> used = new TreeMap<>();
        for (Page page : pagesOf(id)) {
            for (DeviceProbe.Sample sample : page.samples()) {
                if (sample.index() == promise.index() && !sample.unknown()) {
                    known = true;
                    left = Math.min(left, total - sample.usedMib() + used(sample, id));
                    for (DeviceProbe.Use use : sample.attempts()) {
                        if (!use.id().equals(id)) {
                            long over = use.usedMib() - promised(page, use.id(), promise.index());
                            excess.merge(use.id(), over, Math::max);
                            used.merge(use.id(), use.usedMib(), Math::max);
                        }
                    }
                }
            }
        }
        if (!known) {
            return Optional.empty();
        }
        return Optional.of(
                new Account(
                        promise,
                        Math.max(0, left),
                        excess.entrySet().stream()
                                .filter(each -> each.getValue() > SLACK_MIB)
                                .max(Map.Entry.comparingByValue())
                                .map(each ->
                                        new Shortage.Neighbour(
                                                each.getKey(),
                                                used.getOrDefault(each.getKey(), 0L)))));
    }

    private static long used(DeviceProbe.Sample sample, AttemptId id) {
        return sample.attempts().stream()
                .filter(use -> use.id().equals(id))
                .mapToLong(DeviceProbe.Use::usedMib)
                .sum();
    }

    private static long promised(Page page, AttemptId id, int device) {
        return page.promises().getOrDefault(id, List.of()).stream()
                .filter(promise -> promise.index() == device)
                .mapToLong(DevicePromise::mib)
                .sum();
    }

    @GuardedBy("this")
    private Optional<Shortage.Squatter> squatter(int device) {
        return pages.stream()
                .flatMap(page -> page.samples().stream())
                .filter(sample -> sample.index() == device)
                .flatMap(sample -> sample.squatters().stream())
                .max(Comparator.comparingLong(DeviceProbe.Squatter::usedMib))
                .map(who ->
                        new Shortage.Squatter(who.pid(), who.user(), who.command(), who.usedMib()));
    }
}
