package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The daemon on the host: its plugin socket and its own account of things, where {@code patchbay ... --json} reads it too. */
public final class Patchbay {
    private final Lab lab;

    Patchbay(Lab lab) {
        this.lab = lab;
    }

    /** The socket dockerd calls. */
    public Path plugin() {
        return lab.folder().resolve("run/docker/plugins/patchbay.sock");
    }

    private Path control() {
        return lab.folder().resolve("run/patchbay/patchbay.sock");
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

    /** True when the daemon says that it serves. */
    public boolean isReady() {
        try {
            return Http.get(control(), "/readyz").status() == 200;
        } catch (UncheckedIOException | AssertionError e) {
            return false;
        }
    }

    public void awaitReady(Duration limit) {
        Await.until("the daemon is ready", limit, this::isReady, lab::daemonLog);
    }
}
