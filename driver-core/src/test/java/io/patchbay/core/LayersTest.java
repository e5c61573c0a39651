package io.patchbay.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packages lie in lines, and a class sees only what lies below its own; so a reader can begin at either end. */
class LayersTest {
    private static final String CORE = "io.patchbay.core.";

    /** From the roof down. Packages of one line do not see each other. */
    private static final List<Set<String>> LINES = List.of(
            Set.of("driver"),
            Set.of("fsck"),
            Set.of("inspect", "enginesync"),
            Set.of("repair"),
            Set.of("endpoint"),
            Set.of("network", "cluster", "conflict"),
            Set.of("ipam"),
            Set.of("state"),
            Set.of("engine"),
            Set.of("record"),
            Set.of("store", "contract", "link"),
            Set.of("addr", "failure", "finding", "firewall", "time", "work"));

    /** Forms of one value, and ports with what goes through them: they name each other. */
    private static final List<String> OF_ONE_PIECE = List.of("addr", "link", "store");

    /** Where records are kept, and what of it nobody else names. */
    private static final Set<String> STATE = Set.of("state", "record", "store");

    private static final Set<String> PLUMBING =
            Set.of(CORE + "store.Transaction", CORE + "store.Value", CORE + "record.Keys");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.patchbay.core");

    @Test
    void everyPackageHasItsLine() {
        Set<String> named = LINES.stream().flatMap(Set::stream).collect(Collectors.toSet());
        Set<String> present = CLASSES.stream().map(LayersTest::part).collect(Collectors.toSet());
        assertThat(present).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void aClassSeesOnlyLinesBelowItsOwn() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (isOurs(to) && !part(from).equals(part(to)) && line(part(to)) <= line(part(from))) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void endpointsKnowNothingOfOtherHosts() {
        assertThat(CLASSES.stream()
                        .filter(from -> part(from).equals("endpoint"))
                        .flatMap(from -> from.getDirectDependenciesFromSelf().stream())
                        .filter(d -> d.getTargetClass().getPackageName().equals(CORE + "cluster")))
                .isEmpty();
    }

    /**
     * The rest of the driver reads and writes records through a {@code Decision}, so that no condition can be
     * forgotten.
     */
    @Test
    void onlyTheStateKnowsKeysAndTransactions() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            if (!STATE.contains(part(from))) {
                from.getDirectDependenciesFromSelf().stream()
                        .filter(d -> PLUMBING.contains(owner(d.getTargetClass())))
                        .forEach(d -> wrong.add(d.getDescription()));
                from.getMethodCallsFromSelf().stream()
                        .filter(call -> call.getTargetOwner().isAssignableTo(CORE + "record.Stored"))
                        .filter(call -> Set.of("key", "write").contains(call.getName()))
                        .forEach(call -> wrong.add(call.getDescription()));
            }
        }
        assertThat(wrong).isEmpty();
    }

    /**
     * What a step does while the store is away it says by its decision's mode; these are rounds that have nothing to do
     * then.
     */
    @Test
    void fewAskWhetherTheStoreIsAway() {
        assertThat(CLASSES.stream()
                        .filter(from -> !STATE.contains(part(from)))
                        .flatMap(from -> from.getMethodCallsFromSelf().stream())
                        .filter(call -> call.getName().equals("isAway"))
                        .map(call -> call.getOriginOwner().getSimpleName()))
                .containsExactlyInAnyOrder("Reconciler", "Maintenance", "EngineRound");
    }

    /** An executor forgets for good what has thrown once, and tells nobody. */
    @Test
    void onlyChoresGiveWorkToExecutors() {
        assertThat(CLASSES.stream()
                        .filter(from -> !part(from).equals("work"))
                        .flatMap(from -> from.getMethodCallsFromSelf().stream())
                        .filter(call -> call.getTargetOwner().isAssignableTo(java.util.concurrent.Executor.class))
                        .map(JavaMethodCall::getDescription))
                .isEmpty();
    }

    /** What has three outcomes says which by a type of its own. */
    @Test
    void nothingAnswersPerhapsTrue() {
        assertThat(CLASSES.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.getReturnType()
                                .getName()
                                .matches("java.util.Optional<(java.lang.Boolean|java.util.Optional).*"))
                        .map(JavaMethod::getFullName))
                .isEmpty();
    }

    /** A reader can take up any class and understand it from what lies below. */
    @Test
    void noClassesNeedEachOther() {
        SliceRule rule =
                SlicesRuleDefinition.slices().assignedFrom(new Whole()).should().beFreeOfCycles();
        for (String part : OF_ONE_PIECE) {
            rule = rule.ignoreDependency(resideInAPackage(CORE + part), resideInAPackage(CORE + part));
        }
        rule.check(CLASSES);
    }

    private static String owner(JavaClass type) {
        return type.getName().replaceFirst("\\$.*", "");
    }

    /** A class with those that are nested in it. */
    private static final class Whole implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return isOurs(type) ? SliceIdentifier.of(owner(type)) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "classes with what is nested in them";
        }
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(CORE);
    }

    private static String part(JavaClass type) {
        return type.getPackageName().substring(CORE.length());
    }

    private static int line(String part) {
        for (int line = 0; line < LINES.size(); line++) {
            if (LINES.get(line).contains(part)) {
                return line;
            }
        }
        throw new AssertionError("package " + part + " lies in no line");
    }
}
