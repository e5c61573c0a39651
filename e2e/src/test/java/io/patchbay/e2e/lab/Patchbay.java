package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The daemon on the host: its plugin socket and its own account of things, where {@code patchbay ... --json} reads it
 * too.
 */
public final class Patchbay {
    private final Host host;

    Patchbay(Host host) {
        this.host = host;
    }

    /** The socket dockerd calls. */
    public Path plugin() {
        return host.folder().resolve("run/docker/plugins/patchbay.sock");
    }

    /** The socket commands ask. */
    public Path control() {
        return host.folder().resolve("run/patchbay/patchbay.sock");
    }

    /** A libnetwork call. */
    public Http.Answer call(String method, String body) {
        return Http.post(plugin(), "/" + method, body);
    }

    /** networks, endpoints, pools or claims. */
    public List<JsonNode> list(String what) {
        Http.Answer answer = Http.get(control(), "/v1/" + what);
        if (answer.status() != 200) {
            throw new AssertionError("the daemon answered " + what + " with " + answer.status() + " " + answer.body());
        }
        List<JsonNode> rows = new ArrayList<>();
        answer.json().path(what).forEach(rows::add);
        return rows;
    }

    /** A metric without labels. */
    public double metric(String name) {
        return Http.get(control(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the daemon of " + host + " has no metric " + name));
    }

    /** How many calls of dockerd have taken longer since it was started; its histogram must have a limit there. */
    public long callsOver(Duration limit) {
        String within = ",le=\"" + limit.toSeconds() + ".0\"} ";
        long calls = 0;
        for (String line : Http.get(control(), "/metrics").body().lines().toList()) {
            String count = line.substring(line.lastIndexOf(' ') + 1);
            if (line.startsWith("patchbay_calls_seconds_count{")) {
                calls += (long) Double.parseDouble(count);
            } else if (line.startsWith("patchbay_calls_seconds_bucket{") && line.contains(within)) {
                calls -= (long) Double.parseDouble(count);
            }
        }
        return calls;
    }

    /** The page that says whether it serves, and why not; status 0 when there is nobody to ask. */
    public Http.Answer readiness() {
        try {
            return Http.get(control(), "/readyz");
        } catch (UncheckedIOException | AssertionError e) {
            return new Http.Answer(0, String.valueOf(e.getMessage()));
        }
    }

    /** True when the daemon says that it serves. */
    public boolean isReady() {
        return readiness().status() == 200;
    }

    public void awaitReady(Duration limit) {
        Await.until("the daemon of " + host + " is ready", limit, this::isReady, host::daemonLog);
    }
}
