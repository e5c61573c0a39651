package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** This network namespace as iproute2 shows and changes it. */
interface Kernel {
    /** The answer of {@code ip -json} to these words; a refusal is a {@code KERNEL} failure with its words. */
    JsonNode json(String... words);

    /** What {@code ip} prints, by lines; empty where it refuses, as for a family that is not there. */
    List<String> lines(String... words);

    /** Settings of a link below {@code /proc/sys/net}, by their path there with {@code %s} for its name. */
    Map<String, String> settings(String link);

    /** Runs lines of {@link Step}s up to the first that is refused, which is a {@code KERNEL} failure. */
    void run(List<String> lines);

    /** Runs all lines whatever is refused. */
    void runAll(List<String> lines);
}
