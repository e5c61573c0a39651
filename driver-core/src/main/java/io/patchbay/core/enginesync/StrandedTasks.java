package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.engine.EngineTask;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.repair.GraceTracker;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Repair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills tasks of the swarm that run and have lost their endpoints, so that swarm makes others. An engine that starts a
 * container before its networks (seen with 28.5) can take them away again: the last task that leaves a node takes the
 * swarm's network along, the start of the next one fails for want of it and is tried again, and the end of the failed
 * start, heard late, is taken for the end of the second. The container runs on without a network, and swarm takes it
 * for well.
 */
final class StrandedTasks {
    private static final Logger LOG = LoggerFactory.getLogger(StrandedTasks.class);

    /**
     * A container is shown as running when its networks are there, and until they are let go; calls in between take
     * seconds at most.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String driverName;
    private final Engine engine;
    private final Reconciler reconciler;
    private final Duration patience;
    private final GraceTracker tracker;
    private final Set<String> told = new HashSet<>();
    private volatile Set<String> networks = Set.of();
    private volatile List<String> stranded = List.of();

    /** {@code grace} is how long anything has to look wrong; if it is longer than ten seconds, these are enough. */
    StrandedTasks(String driverName, Engine engine, Reconciler reconciler, TimeSource time, Duration grace) {
        this.driverName = driverName;
        this.engine = engine;
        this.reconciler = reconciler;
        this.tracker = new GraceTracker(time);
        this.patience = grace.compareTo(PATIENCE) < 0 ? grace : PATIENCE;
    }

    /** Whether an endpoint that goes from this network may have been a task's. */
    boolean concern(String networkId) {
        return networks.contains(networkId);
    }

    /**
     * One round on what the engine has just listed; answers when the next should be, if there is a task to look at
     * again. An engine that does not tell its tasks, or does not kill one, stops nothing else.
     */
    Optional<Duration> look(List<EngineNetwork> listed) {
        // one that is listed no more may still be what a task should be on
        Set<String> ours = new HashSet<>(networks);
        listed.stream()
                .filter(n -> !n.plan().isLocal() && n.plan().driver().equals(driverName))
                .forEach(n -> ours.add(n.id()));
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        List<EngineTask> tasks;
        try {
            tasks = engine.tasks();
        } catch (PatchbayException e) {
            networks = Set.copyOf(ours);
            tell("tasks", "the swarm's tasks cannot be looked at", e);
            return Optional.empty();
        }
        keep(ours, listed, tasks);
        List<EngineTask> doubtful = tasks.stream()
                .filter(t -> t.isStranded() && t.endpoints().keySet().stream().anyMatch(ours::contains))
                .toList();
        told.retainAll(doubtful.stream().map(EngineTask::container).toList());
        return end(doubtful.stream().filter(t -> !isListedOn(t, listed)).toList());
    }

    /** A network's own list is another source: what stands between may have left something out of the first. */
    private boolean isListedOn(EngineTask task, List<EngineNetwork> listed) {
        try {
            return isAttached(task, listed);
        } catch (PatchbayException e) {
            tell(task.container(), "whether task " + task.name() + " has a network is not known", e);
            return true;
        }
    }

    private boolean isAttached(EngineTask task, List<EngineNetwork> listed) {
        return listed.stream()
                .map(EngineNetwork::id)
                .filter(task.endpoints()::containsKey)
                .flatMap(id -> engine.attachments(id).stream())
                .anyMatch(attachment -> attachment.container().equals(task.name()));
    }

    private void keep(Set<String> ours, List<EngineNetwork> listed, List<EngineTask> tasks) {
        Set<String> current = new HashSet<>();
        listed.forEach(n -> current.add(n.id()));
        tasks.forEach(t -> current.addAll(t.endpoints().keySet()));
        ours.retainAll(current);
        networks = Set.copyOf(ours);
    }

    private Optional<Duration> end(List<EngineTask> found) {
        List<String> left = new ArrayList<>();
        GraceTracker.Round round = tracker.round();
        for (EngineTask task : found) {
            if (!round.isOverdue(task.container(), patience) || !kill(task)) {
                left.add(task.name());
            }
        }
        round.end();
        stranded = List.copyOf(left);
        return left.isEmpty() ? Optional.empty() : Optional.of(patience);
    }

    private boolean kill(EngineTask task) {
        try {
            engine.kill(task.container());
        } catch (PatchbayException e) {
            tell(task.container(), "task " + task.name() + " runs without a network and cannot be killed", e);
            return false;
        }
        reconciler.repaired(Repair.TASK_WITHOUT_ENDPOINT, task.name());
        return true;
    }

    private void tell(String subject, String what, PatchbayException e) {
        if (told.add(subject)) {
            LOG.warn("{} reason=\"{}\"", what, e.getMessage());
        }
    }

    /** One for each task that was seen so and not killed yet. */
    List<Finding> findings() {
        return stranded.stream()
                .map(name -> new Finding(
                        "task-endpoint",
                        Severity.WARN,
                        name,
                        "task " + name + " runs without an endpoint on any of its networks",
                        "nothing: it is killed by itself, so that swarm makes another; docker kill " + name
                                + " does it at once"))
                .toList();
    }
}
