package io.patchbay.core.ipam;

import io.patchbay.core.link.Links;
import io.patchbay.core.record.NetworkRecord;
import java.util.function.Predicate;

/**
 * The LAN that networks of this host are on, as addresses are asked for on it.
 *
 * @param asked whether a network of this host has its addresses asked for
 */
public record Lan(Links links, Predicate<NetworkRecord> asked) {}
