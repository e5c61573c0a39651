package io.patchbay.e2e.chaos;

/** What must hold, whatever happens. */
enum Invariant {
    ONE_STATION("at no moment do two machines answer for one address"),
    HEALS("daemons, engines and etcd serve again within a minute after the last fault, without a hand"),
    CALM("no docker command fails when there has been no fault for 20 s"),
    PROMPT("every docker command ends within 150 s"),
    AGREED("store, kernels, engines and the switch agree when it is calm"),
    KEPT("a container keeps its address as long as it runs"),
    NOTHING_LEFT("nothing is left when all containers and networks are removed");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
