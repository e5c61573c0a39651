package io.patchbay.core.crash;

import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.engine.EngineTask;
import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a daemon does, in the middle of which it ends. Of each: what comes before, the thing itself, which whoever waits
 * for it may ask for again, and what they do who give up.
 */
enum Operation {
    REQUEST(s -> {}, Steps::request, Steps::start, s -> {}),
    REQUEST_BY_NAME(
            s -> {}, s -> s.address = s.h1.requestAddress(s.lan().poolId(), "10.77.0.20"), Steps::start, s -> {}),
    CREATE(Steps::request, Steps::create, Steps::joinAndRun, Steps::release),
    JOIN(
            s -> {
                Steps.request(s);
                Steps.create(s);
            },
            Steps::join,
            Scene::started,
            s -> {
                Steps.delete(s);
                Steps.release(s);
            }),
    LEAVE(
            Scene::startHalf,
            Steps::leave,
            s -> {
                Steps.delete(s);
                Steps.release(s);
            },
            s -> {
                s.destroySandbox();
                Steps.release(s);
            }),
    DELETE(
            s -> {
                s.startHalf();
                Steps.leave(s);
            },
            Steps::delete,
            Steps::release,
            s -> {
                s.destroySandbox();
                Steps.release(s);
            }),
    RELEASE(
            s -> {
                s.startHalf();
                Steps.delete(s);
            },
            Steps::release,
            s -> {},
            s -> {}),
    /** With a bridge of its own. */
    CREATE_INTERNAL(s -> {}, s -> s.more = s.h1.engine.create(Scene.INSIDE), s -> s.h1.engine.remove(s.more), s -> {}),
    /** A swarm's task runs without a network. */
    KILL(
            s -> {
                s.more = s.h1.engine.create(Scene.OF_SWARM);
                s.h1.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(s.more, "")));
                s.h1.engineRound();
                s.h1.time.pass(Duration.ofMinutes(1));
            },
            s -> s.h1.engineRound(),
            s -> {},
            s -> {}),
    /** Both spares are given away, and others are to be claimed. */
    RESERVE(
            s -> {
                s.h1.line().cut();
                s.h1.time.pass(Duration.ofSeconds(1));
                Steps.request(s);
                Steps.start(s);
                s.h1.line().mend();
            },
            Scene::background,
            s -> {},
            s -> {}),
    CREATE_NETWORK(
            s -> s.h1.forwarding.drop(),
            s -> s.more = s.h1.engine.create(Scene.MORE),
            s -> s.h1.engine.remove(s.more),
            s -> {}),
    REMOVE_NETWORK(
            s -> {
                s.more = s.h1.engine.create(Scene.MORE);
                s.share();
            },
            s -> s.h1.engine.remove(s.more),
            s -> {},
            s -> s.h1.engine.removeUnheard(Scene.MORE.name())),
    /** The first host makes what the second has. */
    REPLICATE(
            s -> {
                s.more = s.h2.engine.create(Scene.MORE);
                s.h1.time.pass(Duration.ofMinutes(1));
                s.h2.engineRound();
                s.background();
            },
            s -> s.h1.engineRound(),
            s -> {},
            s -> {}),
    /** The first host shares what it has. */
    DEFINE(
            s -> {
                s.more = s.h1.engine.create(Scene.MORE);
                s.h1.time.pass(Duration.ofMinutes(1));
            },
            s -> s.h1.engineRound(),
            s -> {},
            s -> {}),
    /** The first host removes what the second has removed. */
    UNDEFINE(
            s -> {
                s.more = s.h2.engine.create(Scene.MORE);
                s.share();
                s.h2.engine.remove(s.more);
                s.h1.time.pass(Duration.ofMinutes(1));
                s.background();
            },
            s -> s.h1.engineRound(),
            s -> {},
            s -> {}),
    /** The store has lost everything. */
    PUT_BACK(s -> s.h1.store().wipe(), Scene::background, s -> {}, s -> {}),
    FORGET(Scene::loseH2, Steps::forget, s -> {}, s -> s.h2Returns(s.lost)),
    START(s -> {}, s -> s.h1.restartDaemon(), s -> {}, s -> {}),
    RENAME(
            s -> {},
            s -> s.h1.restartDaemonAs(
                    "h9", new HostSettings("machine of h1", "boot", "1", Duration.ofHours(1), Optional.empty(), true)),
            s -> {},
            s -> {}),
    /** What was done alone is sent when the store is back. */
    SEND(
            s -> {
                s.h1.line().cut();
                Steps.request(s);
                Steps.start(s);
                s.h1.line().mend();
            },
            Scene::background,
            s -> {},
            s -> {});

    @SuppressWarnings("ImmutableEnumChecker") // a step has no state
    private final Consumer<Scene> before;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<Scene> itself;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<Scene> afterwards;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<Scene> givenUp;

    Operation(Consumer<Scene> before, Consumer<Scene> itself, Consumer<Scene> afterwards, Consumer<Scene> givenUp) {
        this.before = before;
        this.itself = itself;
        this.afterwards = afterwards;
        this.givenUp = givenUp;
    }

    void before(Scene scene) {
        before.accept(scene);
    }

    void itself(Scene scene) {
        itself.accept(scene);
    }

    void afterwards(Scene scene) {
        afterwards.accept(scene);
    }

    void givenUp(Scene scene) {
        givenUp.accept(scene);
    }

    /** The calls of dockerd on the first host. */
    private static final class Steps {
        static void request(Scene s) {
            s.address = s.h1.requestAddress(s.lan().poolId(), "");
        }

        static void create(Scene s) {
            if (s.endpoint.isEmpty()) {
                s.endpoint = s.h1.newId();
            }
            s.h1.createEndpoint(s.lan(), s.endpoint, s.address);
        }

        static void join(Scene s) {
            s.source = s.h1.driver()
                    .network()
                    .join(s.lan().id(), s.endpoint, "/var/run/docker/netns/" + s.endpoint.substring(0, 12))
                    .source();
        }

        static void joinAndRun(Scene s) {
            join(s);
            s.started();
        }

        static void start(Scene s) {
            create(s);
            joinAndRun(s);
        }

        static void leave(Scene s) {
            s.h1.driver().network().leave(s.lan().id(), s.endpoint);
            s.h1.background();
        }

        static void delete(Scene s) {
            s.h1.driver().network().deleteEndpoint(s.lan().id(), s.endpoint);
        }

        /** Who has it forgotten again is told so if nothing of it is left. */
        static void forget(Scene s) {
            try {
                s.h1.driver().cluster().forget("h2");
            } catch (PatchbayException e) {
                if (e.kind() != PatchbayException.Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }

        static void release(Scene s) {
            s.h1.ipam().releaseAddress(s.lan().poolId(), s.address.address());
        }
    }
}
