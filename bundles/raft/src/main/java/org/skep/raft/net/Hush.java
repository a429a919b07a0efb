package org.skep.raft.net;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jgroups.logging.Log;

/** A log for what JGroups takes for errors and is none, such as a connection that the other side has closed first. */
final class Hush {

    private Hush() {}

    /** Whatever is louder than {@code debug} is said as that. */
    static Log on(Log log) {
        return (Log) Proxy.newProxyInstance(
                Hush.class.getClassLoader(),
                new Class<?>[] {Log.class},
                (proxy, method, arguments) -> say(log, method, arguments));
    }

    private static Object say(Log log, Method method, Object[] arguments) throws Throwable {
        boolean loud =
                switch (method.getName()) {
                    case "fatal", "error", "warn" -> true;
                    default -> false;
                };
        Method quiet = loud ? Log.class.getMethod("debug", method.getParameterTypes()) : method;
        try {
            return quiet.invoke(log, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
