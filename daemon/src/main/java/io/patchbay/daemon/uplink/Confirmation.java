package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Waits until somebody says that a trial stays, here or in another terminal, or until it is over. */
public final class Confirmation {
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final Uplink uplink;
    private final Terminal terminal;
    private final Consumer<String> said;

    Confirmation(Uplink uplink, Terminal terminal, Consumer<String> said) {
        this.uplink = uplink;
        this.terminal = terminal;
        this.said = said;
    }

    /** The person in front of the command: a line that was typed; empty when there is nobody, or nobody any more. */
    public interface Terminal {
        Optional<String> ask(String question);
    }

    /** Answers whether it stays. {@code yes}: nobody needs to be asked. */
    boolean await(Trial trial, boolean yes, Duration within) {
        CompletableFuture<Optional<String>> typed =
                yes ? CompletableFuture.completedFuture(Optional.of("yes")) : ask(trial, within);
        while (true) {
            Optional<Trial> now = uplink.trial().filter(t -> t.id().equals(trial.id()));
            if (now.isEmpty()) {
                boolean stays = isKept(trial);
                said.accept(stays ? kept(trial) : "not confirmed, so all is as before");
                return stays;
            }
            Optional<String> answer = typed.getNow(Optional.empty());
            if (answer.filter(Confirmation::isYes).isPresent()) {
                keep();
            } else if (answer.isPresent()) {
                uplink.giveUp();
            } else {
                uplink.recover();
                LockSupport.parkNanos(PERIOD.toNanos());
            }
        }
    }

    /** Somebody else may have said so, or time may have run out, at the same moment. */
    private void keep() {
        try {
            uplink.keep();
        } catch (PatchbayException e) {
            if (e.kind() != PatchbayException.Kind.NOT_FOUND && e.kind() != PatchbayException.Kind.TIMEOUT) {
                throw e;
            }
        }
    }

    private static boolean isYes(String answer) {
        return answer.strip().equalsIgnoreCase("yes");
    }

    private boolean isKept(Trial trial) {
        boolean taken = uplink.taken().stream().anyMatch(t -> t.bridge().equals(trial.bridge()));
        return taken == (trial.kind() == Trial.Kind.TAKE);
    }

    private CompletableFuture<Optional<String>> ask(Trial trial, Duration within) {
        CompletableFuture<Optional<String>> typed = new CompletableFuture<>();
        said.accept("It goes back by itself in " + within.toSeconds() + " s, unless somebody runs 'patchbay uplink"
                + " confirm'.");
        Thread asker =
                new Thread(() -> typed.complete(terminal.ask("Keep " + trial.to() + " so? Type yes: ")), "terminal");
        asker.setDaemon(true);
        asker.start();
        return typed;
    }

    /** What is said of one that stays. */
    static String kept(Trial trial) {
        String manager = trial.persistent().manager();
        if (trial.kind() == Trial.Kind.RELEASE) {
            return trial.bridge() + " is gone, and " + trial.nic() + " carries what it did"
                    + (manager.isEmpty() ? "" : "; " + manager + " has its files as they were");
        }
        return manager.isEmpty()
                ? trial.bridge() + " stays until the host boots, with " + trial.nic() + " in it. To have it after a"
                        + " boot too 'patchbay uplink release' it and say --persist next time, or write it into the"
                        + " host's network configuration; 'patchbay uplink release' undoes it"
                : trial.bridge() + " stays, with " + trial.nic() + " in it, after a boot too: it is written for "
                        + manager + ". 'patchbay uplink release' undoes it";
    }
}
