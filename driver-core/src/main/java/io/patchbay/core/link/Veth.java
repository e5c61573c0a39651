package io.patchbay.core.link;

/**
 * A veth pair that exists.
 *
 * @param host the end that is a port of the bridge
 * @param containerEnd the other end's name as asked for; once dockerd has moved it, it has another one elsewhere
 * @param created false when it was there before
 */
public record Veth(Link host, String containerEnd, boolean created) {}
