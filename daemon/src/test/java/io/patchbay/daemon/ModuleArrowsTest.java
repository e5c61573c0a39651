package io.patchbay.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.regex.Pattern;

/** The arrows between the modules point at core only. */
@AnalyzeClasses(
        packages = "io.patchbay",
        importOptions = {ImportOption.DoNotIncludeTests.class, ModuleArrowsTest.NoJarOfTests.class})
class ModuleArrowsTest {
    /** In a build that packages, another module's tests come as a jar. */
    static final class NoJarOfTests implements ImportOption {
        private static final Pattern OF_TESTS = Pattern.compile(".*-tests\\.jar.*");

        @Override
        public boolean includes(Location location) {
            return !location.matches(OF_TESTS);
        }
    }

    @ArchTest
    static final ArchRule coreKnowsNoLibraryOfTheEdges = noClasses()
            .that()
            .resideInAPackage("io.patchbay.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "io.etcd..", "io.grpc..", "io.micrometer..", "picocli..")
            .because("every decision is made in core, and decisions need no library of the edges");

    @ArchTest
    static final ArchRule coreKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage("io.patchbay.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.patchbay.api..", "io.patchbay.netlink..", "io.patchbay.store..", "io.patchbay.daemon..")
            .because("arrows point at core only");

    @ArchTest
    static final ArchRule coreTakesItsTimeFromOutside = noClasses()
            .that()
            .resideInAPackage("io.patchbay.core..")
            .and()
            .doNotHaveFullyQualifiedName("io.patchbay.core.time.TimeSource$1")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .because("core has no clock it was not given");

    @ArchTest
    static final ArchRule adaptersNeverSeeEachOther = slices().matching("io.patchbay.(api|netlink|store.*)..")
            .should()
            .notDependOnEachOther()
            .because("an adapter that needs another has a decision that belongs to core");

    @ArchTest
    static final ArchRule adaptersDoNotKnowTheProgram = noClasses()
            .that()
            .resideInAnyPackage("io.patchbay.api..", "io.patchbay.netlink..", "io.patchbay.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.patchbay.daemon..")
            .because("the program wires adapters, not the other way round");

    @ArchTest
    static final ArchRule adaptersAreMadeInOnePlace = noClasses()
            .that()
            .resideInAPackage("io.patchbay.daemon..")
            .and()
            .doNotHaveSimpleName("HostPorts")
            .and()
            .doNotHaveSimpleName("WarmUpCommand")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.patchbay.netlink..", "io.patchbay.store..")
            .because("which store and which kernel it is, one class decides");

    @ArchTest
    static final ArchRule onlyTheAdapterOfTheKernelLoadsNativeCode = noClasses()
            .that()
            .resideOutsideOfPackage("io.patchbay.netlink..")
            .should()
            .callMethod(System.class, "load", String.class)
            .orShould()
            .callMethod(System.class, "loadLibrary", String.class)
            .because("native code is loaded by netlink-jni alone");
}
