package io.patchbay.core.state;

/** A record and the revision at which it was last written. */
public record Versioned<T>(T value, long revision) {}
