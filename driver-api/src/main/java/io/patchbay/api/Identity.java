package io.patchbay.api;

import java.time.Instant;

/** Who answers operators: program, host and store, as {@code /v1/version} shows them. */
public record Identity(String version, String host, String store, Instant started) {}
