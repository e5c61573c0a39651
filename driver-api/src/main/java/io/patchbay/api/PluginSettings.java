package io.patchbay.api;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How dockerd is served.
 *
 * @param socket where dockerd looks: its file name is the driver's name
 * @param deadline of one call, below the ten seconds that dockerd's callers bear
 * @param workers how many calls run at a time
 * @param queue how many more may wait
 * @param maxBodyBytes of one request; a thousand published ports take 100 kB
 * @param global the driver's scope: a swarm's leader allocates for all nodes
 */
public record PluginSettings(Path socket, Duration deadline, int workers, int queue, int maxBodyBytes, boolean global) {

    public PluginSettings {
        if (deadline.toMillis() < 1 || workers < 1 || queue < 0 || maxBodyBytes < 1) {
            throw new IllegalArgumentException(
                    "deadline, workers and body size must be positive, the queue not negative: deadline=" + deadline
                            + " workers=" + workers + " queue=" + queue + " maxBodyBytes=" + maxBodyBytes);
        }
    }

    /** The settings that suit every host. */
    public static PluginSettings of(Path socket, boolean global) {
        return new PluginSettings(socket, Duration.ofSeconds(8), 32, 256, 8 << 20, global);
    }
}
