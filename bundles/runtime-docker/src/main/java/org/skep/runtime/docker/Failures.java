package org.skep.runtime.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.api.SkepException;

/** What an engine says when it fails, as one line for an operator. */
final class Failures {

    private static final int LONGEST = 500;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern STATUS = Pattern.compile("^Status \\d+: ");

    /** Frames of the engine's own making around what matters. */
    private static final Pattern FRAMES = Pattern.compile("^(?:.*unable to start container process: "
            + "|.*OCI runtime create failed: (?:[a-z_]+\\.go:\\d+: )*"
            + "|(?:Get|Head) \"[^\"]*\": "
            + "|driver failed programming external connectivity on endpoint \\S+ \\([0-9a-f]+\\): )");

    private static final Pattern PORT_TAKEN =
            Pattern.compile("(?:Bind for|listen \\w+|host port(?: for)?) \\S*?:(\\d+)\\S*"
                    + "(?: failed: port is already allocated|(?: bind:)? address already in use)");

    private Failures() {}

    static SkepException task(String code, Throwable cause) {
        return SkepException.external(code, line(cause), "", cause);
    }

    /** The engine refuses to make a container. */
    static SkepException create(String image, Throwable cause) {
        return line(cause).contains("invalid reference format")
                ? invalid(image, cause)
                : task("CONTAINER_REFUSED", cause);
    }

    static boolean isImage(NotFoundException missing) {
        return line(missing).toLowerCase(Locale.ROOT).startsWith("no such image");
    }

    /** The image could not be had. */
    static SkepException pull(String image, String why, Throwable cause) {
        if (cause instanceof BadRequestException) {
            return invalid(image, cause);
        }
        if (cause instanceof NotFoundException || why.contains("manifest unknown") || why.contains("access denied")) {
            return SkepException.external("IMAGE_NOT_FOUND", "no such image: " + image + ": " + why, "", cause);
        }
        return SkepException.external(
                "IMAGE_UNAVAILABLE", "image " + image + " is not on this node and cannot be pulled: " + why, "", cause);
    }

    private static SkepException invalid(String image, Throwable cause) {
        return SkepException.external(
                "IMAGE_INVALID", "\"" + image + "\" is not the name of an image: " + line(cause), "", cause);
    }

    /** The message without its wrapping, in one line. */
    static String line(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (failure instanceof DockerException) {
            message = unwrap(STATUS.matcher(message).replaceFirst("").strip());
        }
        return line(message);
    }

    static String line(String text) {
        String line = text.strip().replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "");
        line = FRAMES.matcher(line).replaceFirst("");
        Matcher taken = PORT_TAKEN.matcher(line);
        if (taken.find()) {
            line = "port " + taken.group(1) + " is already in use on this node";
        }
        if (line.endsWith(": unknown")) {
            line = line.substring(0, line.length() - ": unknown".length());
        }
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    private static String unwrap(String body) {
        if (!body.startsWith("{")) {
            return body;
        }
        try {
            JsonNode message = JSON.readTree(body).path("message");
            return message.isTextual() ? message.textValue() : body;
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
