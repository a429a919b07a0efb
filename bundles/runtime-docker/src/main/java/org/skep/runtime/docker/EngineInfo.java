package org.skep.runtime.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.api.runtime.GenericResource;
import org.skep.api.runtime.RuntimeInfo;

/** What an engine says of itself and its host. */
record EngineInfo(JsonNode info) {

    RuntimeInfo read() {
        List<String> logDrivers = new ArrayList<>();
        info.at("/Plugins/Log").forEach(name -> logDrivers.add(name.asText()));
        return new RuntimeInfo(
                info.path("ServerVersion").asText(),
                info.path("OSType").asText(),
                info.path("Architecture").asText(),
                TimeUnit.SECONDS.toNanos(info.path("NCPU").asLong()),
                info.path("MemTotal").asLong(),
                logDrivers,
                genericResources());
    }

    private List<GenericResource> genericResources() {
        List<GenericResource> resources = new ArrayList<>();
        for (JsonNode resource : info.path("GenericResources")) {
            JsonNode named = resource.path("NamedResourceSpec");
            JsonNode discrete = resource.path("DiscreteResourceSpec");
            resources.add(
                    named.isObject()
                            ? GenericResource.named(
                                    named.path("Kind").asText(),
                                    named.path("Value").asText())
                            : GenericResource.discrete(
                                    discrete.path("Kind").asText(),
                                    discrete.path("Value").asLong()));
        }
        return resources;
    }
}
