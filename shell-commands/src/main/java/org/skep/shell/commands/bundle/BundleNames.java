package org.skep.shell.commands.bundle;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.plugins.BundleInfo;
import org.skep.plugins.Plugins;

/** The symbolic names of the bundles on this node. */
@Component(service = Candidates.class)
public final class BundleNames extends Candidates {

    private final Plugins plugins;

    @Activate
    public BundleNames(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    protected List<String> values() {
        return plugins.bundles().stream().map(BundleInfo::name).toList();
    }
}
