package org.skep.plugins.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Says why a bundle, or a component in it, is not active. */
@Component(service = Diagnosis.class)
public final class Diagnosis {

    private static final String CONDITION = "org.osgi.service.condition.Condition";

    private final ServiceComponentRuntime components;
    private final Requirements requirements;

    @Activate
    public Diagnosis(BundleContext context, @Reference ServiceComponentRuntime components) {
        this.components = components;
        requirements = new Requirements(context.getBundle(0).adapt(FrameworkWiring.class), bundle -> true);
    }

    /** One line for each thing that is not active; none if all is. */
    List<String> of(Bundle bundle) {
        List<String> lines = new ArrayList<>();
        String state = States.of(bundle);
        if (bundle.getState() == Bundle.INSTALLED) {
            List<String> missing = requirements.missing(bundle);
            lines.add(bundle.getSymbolicName() + " is not resolved: "
                    + (missing.isEmpty() ? "start it to see why" : "nothing offers " + String.join("; ", missing)));
        } else if (bundle.getState() == Bundle.RESOLVED && !isFragment(bundle)) {
            lines.add(bundle.getSymbolicName() + " is stopped");
        } else if (bundle.getState() == Bundle.STOPPING) {
            lines.add(bundle.getSymbolicName() + " is " + state);
        }
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            lines.addAll(of(component));
        }
        return lines;
    }

    private List<String> of(ComponentDescriptionDTO component) {
        Collection<ComponentConfigurationDTO> configurations = components.getComponentConfigurationDTOs(component);
        List<String> lines = new ArrayList<>();
        if (configurations.isEmpty()) {
            lines.add(component.name
                    + (components.isComponentEnabled(component) ? " waits for its configuration" : " is disabled"));
        }
        for (ComponentConfigurationDTO configuration : configurations) {
            String why = why(component, configuration);
            if (!why.isEmpty()) {
                lines.add(component.name + " " + why);
            }
        }
        return lines;
    }

    private static String why(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> "waits for its configuration";
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> "waits for " + missing(component, configuration);
            case ComponentConfigurationDTO.FAILED_ACTIVATION -> "failed to start: " + firstLine(configuration.failure);
            default -> "";
        };
    }

    private static String missing(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        List<String> missing = new ArrayList<>();
        for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
            missing.add(describe(component, unsatisfied));
        }
        return missing.isEmpty() ? "something that is not known" : String.join(", ", missing);
    }

    private static String describe(ComponentDescriptionDTO component, UnsatisfiedReferenceDTO unsatisfied) {
        String service = "";
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(unsatisfied.name)) {
                service = reference.interfaceName;
            }
        }
        String target = unsatisfied.target == null ? "" : unsatisfied.target;
        if (service.equals(CONDITION)) {
            return "the condition " + target.replaceAll("^\\(osgi\\.condition\\.id=|\\)$", "");
        }
        return "a service " + service + (target.isEmpty() ? "" : " with " + target);
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    private static String firstLine(String failure) {
        return failure == null ? "" : failure.lines().findFirst().orElse("");
    }
}
