package io.patchbay.api;

/** One condition of being ready, with a sentence on how it stands. */
public record ReadinessCheck(String name, boolean ready, String sentence) {}
