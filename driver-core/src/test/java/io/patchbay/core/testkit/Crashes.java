package io.patchbay.core.testkit;

import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a daemon may end: before and after each thing that it changes outside of itself. What happens between two of
 * these is forgotten with the process, so there are no other points. They are the verbs of its ports that do not merely
 * look, so a new verb is one without anybody's doing.
 *
 * <p>When the daemon has ended its ports do nothing any more, whoever of it still calls them.
 */
public final class Crashes {
    /** The verbs that change nothing. */
    private static final Set<String> LOOKS = Set.of(
            "find",
            "list",
            "addresses",
            "routes",
            "portVlans",
            "watch",
            "listen",
            "probe",
            "discoverDhcp",
            "get",
            "description",
            "health",
            "close",
            "networks",
            "attachments",
            "containersOf",
            "fixedAddresses",
            "takesNoGateway",
            "services",
            "tasks",
            "status");

    private static final String DISK = "disk";
    private static final String STORE = "store";

    private final List<String> passed = new ArrayList<>();
    private Life life = new Life();
    private int left = Integer.MAX_VALUE;
    private String point = "";

    /** It ends here; not an exception, for those are caught and something is done then. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        private Crash(String where) {
            super("the daemon ended " + where);
        }
    }

    /** That of one process. */
    private static final class Life {
        private volatile boolean over;
    }

    /** All points there are. */
    public static Set<String> all() {
        Set<String> all = new TreeSet<>();
        verbs("links", Links.class).forEach(all::add);
        verbs(STORE, Store.class).forEach(all::add);
        verbs("engine", Engine.class).forEach(all::add);
        verbs("forwarding", Forwarding.class).forEach(all::add);
        all.addAll(List.of("before disk.commit", "after disk.commit"));
        return all;
    }

    private static Stream<String> verbs(String port, Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(m -> !Modifier.isStatic(m.getModifiers()) && !LOOKS.contains(m.getName()))
                .flatMap(m -> Stream.of("before " + port + "." + m.getName(), "after " + port + "." + m.getName()));
    }

    /** The ports of a daemon that begins now. */
    DriverPorts through(DriverPorts ports) {
        life = new Life();
        return new DriverPorts(
                through(STORE, Store.class, ports.store()),
                ports.disk().map(disk -> through(DISK, Store.class, disk)),
                ports.formerDisk(),
                ports.patience(),
                through("links", Links.class, ports.links()),
                through("forwarding", Forwarding.class, ports.forwarding()));
    }

    Engine through(Engine engine) {
        return through("engine", Engine.class, engine);
    }

    private <T> T through(String name, Class<T> type, T port) {
        Life its = life;
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, verb, args) -> call(its, name, port, verb, args)));
    }

    private @Nullable Object call(Life its, String name, Object port, Method verb, Object @Nullable [] args)
            throws Throwable {
        boolean looks = LOOKS.contains(verb.getName()) || verb.getDeclaringClass() == Object.class;
        String what = name + "." + verb.getName();
        pass(its, looks, "before " + what);
        try {
            Object result = verb.invoke(port, args);
            pass(its, looks, "after " + what);
            return result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private synchronized void pass(Life its, boolean looks, String where) {
        if (!looks && !its.over) {
            passed.add(where);
            if (left-- == 0) {
                point = where;
                its.over = true;
            }
        }
        if (its.over) {
            throw new Crash(where);
        }
    }

    /** It ends at a point to come, of which so many are passed before. */
    public synchronized void after(int points) {
        left = points;
        passed.clear();
    }

    /** It does not end by itself any more. */
    public synchronized void never() {
        left = Integer.MAX_VALUE;
    }

    /** The points that were passed since {@link #after}, in order. */
    public synchronized List<String> passed() {
        return List.copyOf(passed);
    }

    /** Whether the daemon has ended at a point, and is not started again. */
    public boolean hasCrashed() {
        return life.over;
    }

    /** Where it has ended last. */
    public synchronized String point() {
        return point;
    }
}
