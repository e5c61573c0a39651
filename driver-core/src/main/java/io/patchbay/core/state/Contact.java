package io.patchbay.core.state;

import java.time.Instant;

/**
 * Whether the store can be reached, as far as this host knows.
 *
 * @param since when it came to be so
 * @param reason why it cannot, one sentence; empty while it can
 * @param unsent how many records wait to be sent
 */
public record Contact(boolean near, Instant since, String reason, int unsent) {}
