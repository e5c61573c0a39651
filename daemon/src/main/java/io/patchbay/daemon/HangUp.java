package io.patchbay.daemon;

import io.patchbay.core.failure.PatchbayException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which means "read your settings again" to a daemon. The JVM's own answer to it is to end. Its class for
 * signals is there in all of them, and in no list of what compilers know.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /**
     * Does the work at each SIGHUP from now on, in a thread of its own; also where it was ignored until now, as the
     * launcher has it so that none ends a JVM that starts.
     */
    static void on(Runnable work) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler heard = (self, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    work.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> self == arguments[0];
                default -> "a hang-up's handler";
            };
            Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
            Object listener = Proxy.newProxyInstance(HangUp.class.getClassLoader(), new Class<?>[] {handler}, heard);
            HostPorts.hearHangUp();
            signal.getMethod("handle", signal, handler).invoke(null, hangUp, listener);
        } catch (ReflectiveOperationException | IllegalArgumentException | PatchbayException e) {
            LOG.warn("SIGHUP cannot be heard, and settings are read at a start only", e);
        }
    }
}
