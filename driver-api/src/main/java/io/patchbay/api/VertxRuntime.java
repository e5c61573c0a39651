package io.patchbay.api;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.Map;

/** The Vert.x that both servers share, with everything left out that they do not use. */
public final class VertxRuntime {
    /**
     * Switches of the libraries that cost start-up time or memory and bring us nothing; a value given to the JVM wins.
     * Flight recorder events alone take 70 ms of the first answer; the machine id would be made from all of the host's
     * links, of which we make many; pooled buffers keep megabytes for messages of a few hundred bytes.
     */
    private static final Map<String, String> SWITCHES = Map.of(
            "io.netty.jfr.enabled", "false",
            "io.netty.machineId", "00:00:00:00:00:00:00:01",
            "io.netty.processId", "1",
            "io.netty.leakDetection.level", "disabled",
            "io.netty.allocator.type", "unpooled",
            "vertx.disableDnsResolver", "true",
            "vertx.disableMetrics", "true");

    private VertxRuntime() {}

    /**
     * A new instance: native epoll where it loads, else the JDK's own unix sockets. The caller closes it. Epoll starts
     * quicker, and quickest when its library lies on {@code java.library.path}, for then nothing is unpacked.
     */
    public static Vertx create() {
        SWITCHES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                // one for dockerd and one for operators: neither can hold up the other
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setDisableTCCL(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    }
}
