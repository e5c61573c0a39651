package io.patchbay.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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
            Set.of("inspect", "enginesync"),
            Set.of("repair"),
            Set.of("endpoint"),
            Set.of("network", "cluster"),
            Set.of("ipam"),
            Set.of("state"),
            Set.of("engine"),
            Set.of("record"),
            Set.of("store", "contract", "link"),
            Set.of("addr", "failure", "finding", "firewall", "time"));

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
