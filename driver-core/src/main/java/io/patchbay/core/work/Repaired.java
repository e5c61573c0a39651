package io.patchbay.core.work;

/** Is told what a round has put right, and of what; must be quick. */
@FunctionalInterface
public interface Repaired {
    void repaired(Repair what, String subject);
}
