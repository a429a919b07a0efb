package org.skep.itests;

import static org.ops4j.pax.exam.CoreOptions.bootDelegationPackages;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.systemPackage;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestAddress;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.spi.DefaultExamReactor;
import org.ops4j.pax.exam.spi.PaxExamRuntime;
import org.ops4j.pax.exam.spi.StagedExamReactor;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/**
 * Runs the test methods of a class inside a Felix that holds the bundles of the distribution. Pax Exam has no driver for
 * JUnit 5, so JUnit stays outside and each method is handed to the container.
 */
final class InFelix implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor, ParameterResolver {

    private StagedExamReactor reactor;
    private final Map<String, TestAddress> addresses = new HashMap<>();

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        ExamSystem system = PaxExamRuntime.createTestSystem(options());
        TestProbeBuilder probe = system.createProbe();
        Class<?> type = context.getRequiredTestClass();
        for (Method method : type.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                addresses.put(method.getName(), probe.addTest(type, method.getName()));
            }
        }
        DefaultExamReactor unstaged = new DefaultExamReactor(system, PaxExamRuntime.getTestContainerFactory());
        unstaged.addConfiguration(new Option[0]);
        unstaged.addProbe(probe);
        reactor = unstaged.stage(new PerClass());
        reactor.beforeClass();
    }

    private static Option[] options() {
        Distribution distribution = Distribution.unpack();
        List<Option> options = new ArrayList<>(List.of(
                cleanCaches(),
                frameworkProperty("org.osgi.framework.bundle.parent").value("app"),
                frameworkProperty("felix.log.level").value("1"),
                frameworkProperty("org.ops4j.pax.logging.DefaultServiceLog.level")
                        .value("WARN"),
                bootDelegationPackages(
                        "org.assertj.*",
                        "org.awaitility",
                        "org.awaitility.*",
                        "org.hamcrest.*",
                        "org.junit.*",
                        "org.opentest4j")));
        distribution.sharedPackages().forEach(name -> options.add(systemPackage(name)));
        for (Path jar : distribution.bundles()) {
            options.add(bundle(jar.toUri().toString()).startLevel(1));
        }
        return options.toArray(Option[]::new);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        TestAddress inProbe = addresses.get(method.getExecutable().getName());
        for (TestAddress target : reactor.getTargets()) {
            if (target.root().equals(inProbe)) {
                reactor.invoke(target);
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (reactor != null) {
            reactor.afterClass();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BundleContext.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return null; // the container passes its own
    }
}
