package io.patchbay.store.embedded;

import java.time.Duration;

/**
 * What tests make smaller.
 *
 * @param segmentBytes size of a commit log file; when it is full a snapshot is written
 * @param historyRevisions how many revisions a watch may lag behind
 * @param sealDelay how long after the last commit it is sealed
 */
record EmbeddedSettings(long segmentBytes, int historyRevisions, Duration sealDelay) {
    static final EmbeddedSettings DEFAULT = new EmbeddedSettings(4 << 20, 4096, Duration.ofMillis(100));
}
