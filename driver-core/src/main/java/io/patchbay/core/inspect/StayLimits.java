package io.patchbay.core.inspect;

import java.time.Duration;

/**
 * How much is kept of who had which address.
 *
 * @param age of what is kept at most
 * @param count of what is kept at most, of the whole cluster; 0 keeps nothing
 */
public record StayLimits(Duration age, int count) {
    /** Nothing is kept. */
    public static final StayLimits NONE = new StayLimits(Duration.ZERO, 0);
}
