package io.patchbay.e2e.lab;

import java.util.HashMap;
import java.util.Map;

/**
 * A fault of swarm. When a service is to have fewer tasks, the leader tells the tasks in excess once to end. If the
 * state of such a task changes in that moment, as it does when its node has just come back, the leader logs the words
 * below with "update out of sequence" and leaves the task running until the service changes again
 * (swarmkit: manager/orchestrator/replicated/services.go). A person would give the order again.
 */
final class LostOrders {
    private static final String WORDS = "failed to update task to REMOVE";

    private final Swarm swarm;
    private final Map<String, Order> last = new HashMap<>();

    /** How many orders had been lost before it was given. */
    private record Order(int replicas, long lostBefore) {}

    LostOrders(Swarm swarm) {
        this.swarm = swarm;
    }

    /** So many tasks of the service have been ordered. */
    void ordered(String service, int replicas) {
        last.put(service, new Order(replicas, lost()));
    }

    /** True if as many tasks run. If more do, and a leader has lost an order since the last, that is given again. */
    boolean runs(String service, int replicas) {
        int running = swarm.running(service);
        if (running > replicas) {
            orderAgain(service);
        }
        return running == replicas;
    }

    private void orderAgain(String service) {
        Order order = last.get(service);
        if (order != null && lost() > order.lostBefore()) {
            System.out.println("Swarm has lost an order for service " + service + "; it is given again.");
            swarm.order(service, order.replicas());
        }
    }

    private long lost() {
        return swarm.lab().engineLogs().filter(line -> line.contains(WORDS)).count();
    }
}
