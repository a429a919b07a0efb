package org.skep.runtime.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.UnauthorizedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skep.api.SkepException;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;

/** What the engine finds out from registries. */
record Registries(Engine engine) {

    /** The image that a reference stands for now. */
    ResolvedImage resolve(String image, String registryAuth) throws InterruptedException {
        Map<String, String> headers = registryAuth.isEmpty() ? Map.of() : Map.of("X-Registry-Auth", registryAuth);
        String reference = tagged(checked(image));
        try {
            JsonNode found = engine.ask(client -> engine.raw().get("/distribution/" + reference + "/json", headers));
            String digest = found.at("/Descriptor/digest").asText();
            return new ResolvedImage(
                    reference.contains("@") ? reference : reference + "@" + digest, platforms(found.path("Platforms")));
        } catch (DockerException e) {
            throw SkepException.external("IMAGE_UNRESOLVED", Failures.line(e), "", e);
        }
    }

    /** It becomes part of a request: nothing in it may be more than a name. */
    private static String checked(String image) {
        if (!image.matches("[A-Za-z0-9_./:@\\[\\]-]+") || ("/" + image + "/").contains("/../")) {
            throw SkepException.user("IMAGE_INVALID", "that is not the name of an image", "NAME[:TAG][@DIGEST]");
        }
        return image;
    }

    static String tagged(String image) {
        boolean tagged = image.contains("@") || image.indexOf(':', image.lastIndexOf('/') + 1) >= 0;
        return tagged ? image : image + ":latest";
    }

    private static List<ResolvedImage.Platform> platforms(JsonNode platforms) {
        List<ResolvedImage.Platform> all = new ArrayList<>();
        for (JsonNode platform : platforms) {
            String os = platform.path("os").asText();
            // Beside images there may be statements about them.
            if (!os.isEmpty() && !os.equals("unknown")) {
                all.add(new ResolvedImage.Platform(
                        os, platform.path("architecture").asText()));
            }
        }
        return all;
    }

    /** The credentials to keep. */
    RegistryCredentials verify(RegistryCredentials credentials) throws InterruptedException {
        JsonNode question = JsonNodeFactory.instance
                .objectNode()
                .put("username", credentials.user())
                .put("password", credentials.password())
                .put("serveraddress", credentials.server());
        try {
            String token = engine.ask(client -> engine.raw().post("/auth", question))
                    .path("IdentityToken")
                    .asText();
            return token.isEmpty()
                    ? credentials
                    : new RegistryCredentials(credentials.server(), credentials.user(), "", token);
        } catch (UnauthorizedException e) {
            throw SkepException.user("LOGIN_REFUSED", "the registry refuses the login: " + Failures.line(e), "");
        } catch (DockerException e) {
            throw SkepException.external("LOGIN_FAILED", "the login failed: " + Failures.line(e), "", e);
        }
    }
}
