package io.patchbay.core.engine;

/** A container's place on a network, by the engine's names. */
public record Attachment(String endpointId, String container) {}
