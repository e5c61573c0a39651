package io.patchbay.api;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Published ports. A container on the LAN is reached at its own address, so there is nothing to program; a person who
 * gave {@code -p} is told once per endpoint, in the log.
 */
final class ExternalConnectivity {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalConnectivity.class);
    private static final String PORTS = "com.docker.network.portmap";
    private static final int REMEMBERED = 1024;

    private final Set<String> told = new LinkedHashSet<>();

    Map<String, Object> program(Fields request) {
        String network = request.required("NetworkID");
        String endpoint = request.required("EndpointID");
        if (request.object("Options").hasElements(PORTS) && firstTime(endpoint)) {
            LOG.info(
                    "network={} endpoint={}: published ports (-p) do nothing here, "
                            + "the container answers at its own address on the LAN",
                    Log.clean(network),
                    Log.clean(endpoint));
        }
        return Map.of();
    }

    Map<String, Object> revoke(Fields request) {
        request.required("NetworkID");
        request.required("EndpointID");
        return Map.of();
    }

    private synchronized boolean firstTime(String endpoint) {
        if (!told.add(endpoint)) {
            return false;
        }
        if (told.size() > REMEMBERED) {
            told.remove(told.iterator().next());
        }
        return true;
    }
}
