package org.skep.dispatcher;

import java.util.function.Consumer;

/** A listener within this JVM, which takes everything and hands it over. */
final class LocalOutlet<T> implements Outlet<T> {

    private final Consumer<T> listener;
    private final Consumer<Ending> end;

    LocalOutlet(Consumer<T> listener, Consumer<Ending> end) {
        this.listener = listener;
        this.end = end;
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void send(T message) {
        listener.accept(message);
    }

    @Override
    public void end(Ending ending) {
        end.accept(ending);
    }
}
