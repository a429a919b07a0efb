package org.skep.control.local;

import java.util.regex.Pattern;
import org.skep.api.SkepException;

/** The grammar of image references: {@code [DOMAIN/]PATH[:TAG][@DIGEST]}. */
final class ImageReference {

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST = 1024;

    private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:\\[[0-9a-fA-F:]+]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)"
                    + "(?::[0-9]{1,5})?");
    private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
    private static final Pattern DIGEST =
            Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}");

    private ImageReference() {}

    /** @throws SkepException {@code INVALID_IMAGE} */
    static void check(String image) {
        if (image.isEmpty()) {
            throw SkepException.user("INVALID_IMAGE", "image reference must be provided", "");
        }
        if (image.length() > LONGEST || image.isBlank()) {
            throw invalid(image, "NAME[:TAG][@DIGEST]");
        }
        String rest = image;
        int at = rest.indexOf('@');
        if (at >= 0) {
            if (!DIGEST.matcher(rest.substring(at + 1)).matches()) {
                throw invalid(image, "a digest looks like sha256:<64 hexadecimal digits>");
            }
            rest = rest.substring(0, at);
        }
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            if (!TAG.matcher(rest.substring(colon + 1)).matches()) {
                throw invalid(image, "a tag has 1 to 128 letters, digits, _, . and -");
            }
            rest = rest.substring(0, colon);
        }
        checkName(image, rest);
    }

    /** As docker stores a reference: without a tag or a digest it means the tag {@code latest}. */
    static String tagged(String image) {
        boolean tagged = image.lastIndexOf(':') > image.lastIndexOf('/');
        return tagged || image.contains("@") ? image : image + ":latest";
    }

    private static void checkName(String image, String name) {
        if (name.length() > LONGEST_NAME) {
            throw invalid(image, "a repository name has at most 255 characters");
        }
        String path = name;
        int slash = name.indexOf('/');
        if (slash >= 0 && isDomain(name.substring(0, slash))) {
            if (!DOMAIN.matcher(name.substring(0, slash)).matches()) {
                throw invalid(image, "the part before the first / is not a host");
            }
            path = name.substring(slash + 1);
        }
        for (String component : path.split("/", -1)) {
            if (!COMPONENT.matcher(component).matches()) {
                boolean lower = component.equals(component.toLowerCase(java.util.Locale.ROOT));
                throw invalid(image, lower ? "NAME[:TAG][@DIGEST]" : "a repository name must be lower case");
            }
        }
        if (path.equals(name) && name.matches("[0-9a-f]{64}")) {
            throw invalid(image, "64 hexadecimal digits cannot be a repository name");
        }
    }

    /** As docker tells a registry's host from the first part of a path. */
    private static boolean isDomain(String first) {
        return first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
    }

    private static SkepException invalid(String image, String hint) {
        return SkepException.user("INVALID_IMAGE", "\"" + Shown.of(image) + "\" is not a valid image reference", hint);
    }
}
