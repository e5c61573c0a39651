package io.patchbay.core.engine;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.NetworkPlan;
import java.util.List;
import java.util.Optional;

/**
 * The Docker engine of this host, asked through its own API.
 *
 * <p>Never to be called by a thread that answers one of the engine's calls: {@link #create} and {@link #remove} make
 * the engine call the driver before they return, and what the engine does meanwhile is its own affair. All methods are
 * thread-safe, block, and fail with a {@link PatchbayException}: {@code UNAVAILABLE} when the engine cannot be reached,
 * is starting, or reports a failure of its own or of a driver; {@code TIMEOUT} when it does not answer in time (10 s to
 * read, 60 s to change), and then it is not known whether a change was made; {@code INVALID} when it finds the request
 * wrong. An engine answers only once it has read its own networks, so what it does not list it does not have.
 */
public interface Engine {

    /** All networks of every driver and scope; no order. */
    List<EngineNetwork> networks();

    /** The running containers on a network; an unknown network has none. */
    List<Attachment> attachments(String networkId);

    /**
     * Names of the containers that are to be on this network when they run, running or not; an unknown network has
     * none.
     */
    List<String> containersOf(String networkId);

    /** The addresses that its containers, running or not, ask for by name, on networks of every driver. */
    List<FixedAddress> fixedAddresses();

    /**
     * Makes a network and answers its id. {@code CONFLICT} when one of that name exists, whatever its driver; that one
     * is left as it is.
     */
    String create(NetworkPlan plan);

    /** Removes a network; unknown: nothing happens. {@code CONFLICT} when a container is on it. */
    void remove(String networkId);

    /** Whether it can be told that a subnet has no gateway, as engines from 28 on can. */
    boolean takesNoGateway();

    /** The swarm's services; empty where this engine is no manager of a swarm. */
    Optional<List<EngineService>> services();

    /** The running containers that are tasks of a swarm's service; empty where there is no swarm. */
    List<EngineTask> tasks();

    /** Ends a container at once (SIGKILL); unknown or not running: nothing happens. */
    void kill(String containerId);

    /**
     * What this engine is, for log lines and {@code doctor}: for instance {@code the engine at /var/run/docker.sock}.
     */
    String description();
}
