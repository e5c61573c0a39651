package io.patchbay.core.state;

/**
 * Which host this is.
 *
 * @param host its name, which it may have got lately
 * @param machine the id that it has under any name
 */
public record Self(String host, String machine) {}
