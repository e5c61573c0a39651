package io.patchbay.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Crashes;
import io.patchbay.core.work.Chores;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The daemon ends at every point of every {@link Operation}, is started again, and is asked again or not; then all
 * agree.
 */
@Tag("long")
final class CrashPointsTest {
    /** A daemon that ends anew at each start would never be done. */
    private static final int MOST = 400;

    private static final Set<String> REACHED = new ConcurrentSkipListSet<>();

    @AfterAll
    static void everyPointWasReached() {
        Set<String> missed = new TreeSet<>(Crashes.all());
        missed.removeAll(REACHED);
        assertThat(missed).as("points at which no daemon has ended").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void allAgreeWhereverItEnds(Operation operation) {
        int points = 0;
        while (walk(operation, points, true) && walk(operation, points, false)) {
            points++;
            assertThat(points).as("points of " + operation).isLessThan(MOST);
        }
        assertThat(points).as("points of " + operation).isPositive();
    }

    /** False if the operation is over before so many points are passed. */
    private static boolean walk(Operation operation, int points, boolean again) {
        try (Scene scene = new Scene()) {
            operation.before(scene);
            scene.h1.crashes.after(points);
            boolean done = Chores.guarded("what the daemon ends in", () -> operation.itself(scene));
            scene.h1.crashes.never();
            if (!scene.h1.crashes.hasCrashed()) {
                assertThat(done).as(operation + " without an end of the daemon").isTrue();
                operation.afterwards(scene);
                finish(scene);
                return false;
            }
            String what = operation + ", ended " + scene.h1.crashes.point() + " (" + points + "), "
                    + (again ? "asked again" : "given up");
            List<String> passed = scene.h1.crashes.passed();
            REACHED.add(scene.h1.crashes.point());
            try {
                scene.restart();
                if (again) {
                    operation.itself(scene);
                    operation.afterwards(scene);
                } else {
                    operation.givenUp(scene);
                }
                finish(scene);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(what + ": " + e.getMessage() + "\npassed: " + passed, e);
            }
            return true;
        }
    }

    private static void finish(Scene scene) {
        scene.settle();
        scene.requireAgreement();
        scene.end();
    }
}
