package io.patchbay.core.work;

/** Is told what a round has put right, by the name of what was wrong; must be quick. */
@FunctionalInterface
public interface Repaired {
    void repaired(String what, String subject);
}
