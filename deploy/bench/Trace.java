import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which source files a call of dockerd's enters. {@code Trace PORT SOCKET BRIDGE}: PORT is that for a debugger, of a
 * daemon that was started with {@code -agentlib:jdwp} and without a warm-up.
 *
 * <p>Counted are the files of methods, constructors and lambdas of {@code io.patchbay} that are entered on the threads
 * that answer calls: the event loops and {@code patchbay-call}. Not counted are fields that are read, constants,
 * interfaces without code, and what other threads do meanwhile.
 */
final class Trace {
    private static final Pattern CALLING = Pattern.compile("vert\\.x-eventloop-thread-.*|patchbay-call-.*");
    private static final String OURS = "io.patchbay.";

    private final VirtualMachine vm;
    private final Calls.Connection connection;
    private final Map<String, Set<String>> filesOfCalls = new LinkedHashMap<>();
    private final Map<String, Integer> hops = new HashMap<>();

    private Trace(VirtualMachine vm, Calls.Connection connection) {
        this.vm = vm;
        this.connection = connection;
    }

    public static void main(String[] args) throws Exception {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(args[0]);
        VirtualMachine vm = connector.attach(arguments);
        try (Calls.Connection connection = new Calls.Connection(Path.of(args[1]))) {
            new Trace(vm, connection).run(args[2]);
        } finally {
            vm.dispose();
        }
    }

    private void run(String bridge) throws Exception {
        Calls.Network network = Calls.Network.create(connection, bridge, "10.130.0.0/16");
        for (boolean traced : new boolean[] {false, true}) {
            String address = Calls.value(step(
                    traced,
                    "IpamDriver.RequestAddress",
                    "{\"PoolID\":\"" + network.pool() + "\",\"Address\":\"\",\"Options\":null}"));
            String both = "{\"NetworkID\":\"" + network.id() + "\",\"EndpointID\":\"" + Calls.id() + "\"";
            step(
                    traced,
                    "NetworkDriver.CreateEndpoint",
                    both + ",\"Interface\":{\"Address\":\"" + address
                            + "\",\"AddressIPv6\":\"\",\"MacAddress\":\"\"},\"Options\":{}}");
            step(traced, "NetworkDriver.Join", both + ",\"SandboxKey\":\"/x\",\"Options\":{}}");
            step(traced, "NetworkDriver.EndpointOperInfo", both + "}");
            connection.call("NetworkDriver.Leave", both + "}");
            connection.call("NetworkDriver.DeleteEndpoint", both + "}");
            connection.call(
                    "IpamDriver.ReleaseAddress",
                    "{\"PoolID\":\"" + network.pool() + "\",\"Address\":\"" + address.split("/")[0] + "\"}");
        }
        network.delete(connection);
        print();
    }

    private String step(boolean traced, String method, String body) throws Exception {
        if (!traced) {
            return connection.call(method, body);
        }
        MethodEntryRequest entries = vm.eventRequestManager().createMethodEntryRequest();
        entries.addClassFilter(OURS + "*");
        entries.setSuspendPolicy(EventRequest.SUSPEND_NONE);
        entries.enable();
        String answer = connection.call(method, body);
        entries.disable();
        count(method);
        vm.eventRequestManager().deleteEventRequest(entries);
        return answer;
    }

    private void count(String method) throws Exception {
        Map<String, String> last = new HashMap<>();
        EventSet events;
        // what was entered before the answer was written is here by now
        while ((events = vm.eventQueue().remove(500)) != null) {
            for (Event event : events) {
                if (event instanceof MethodEntryEvent entry && CALLING.matcher(entry.thread().name()).matches()) {
                    String file = file(entry.location());
                    filesOfCalls.computeIfAbsent(method, key -> new TreeSet<>()).add(file);
                    if (!file.equals(last.put(entry.thread().name(), file))) {
                        hops.merge(method, 1, Integer::sum);
                    }
                }
            }
        }
    }

    /**
     * Package and file without the common beginning: {@code core/ipam/Claims.java}. Lambdas have no file of their own
     * to ask for.
     */
    private static String file(Location location) {
        String type = location.declaringType().name().substring(OURS.length());
        int nested = type.indexOf('$');
        return (nested < 0 ? type : type.substring(0, nested)).replace('.', '/') + ".java";
    }

    private void print() {
        Set<String> all = new TreeSet<>();
        filesOfCalls.forEach((method, files) -> {
            System.out.printf("%s: %d files, %d hops from file to file%n", method, files.size(), hops.get(method));
            all.addAll(files);
        });
        System.out.printf(
                "all four: %d files, %d of them in core, %d in core/state%n",
                all.size(), below(all, "core/"), below(all, "core/state/"));
        Set<String> request = filesOfCalls.get("IpamDriver.RequestAddress");
        System.out.printf(
                "RequestAddress in core: %d files, %d of them in core/state%n",
                below(request, "core/"), below(request, "core/state/"));
        List<String> lines = new ArrayList<>(all);
        lines.forEach(line -> System.out.println("  " + line));
    }

    private static long below(Set<String> files, String folder) {
        return files.stream().filter(file -> file.startsWith(folder)).count();
    }
}
