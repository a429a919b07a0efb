package org.skep.control.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.skep.control.Control;

/** A Control API that does what a test says, and remembers what it was asked. */
public final class RecordedControl {

    /** What a call does: the method of one of the parts of the Control API, and its arguments. */
    @FunctionalInterface
    public interface Behaviour {
        Object answer(Method method, Object... arguments) throws Throwable;
    }

    /** A call as it came. */
    public record Asked(Method method, List<Object> arguments) {}

    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour;

    public RecordedControl(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    public List<Asked> asked() {
        return asked;
    }

    public Control control() {
        return proxy(Control.class, (proxy, part, none) -> part(part.getReturnType()));
    }

    private Object part(Class<?> type) {
        return proxy(type, (proxy, method, arguments) -> {
            asked.add(new Asked(method, arguments == null ? List.of() : Arrays.asList(arguments)));
            return behaviour.answer(method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(RecordedControl.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
