package org.skep.runtime.docker;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A registry on this machine with one image, {@code one:1}, that has one file; it may ask who wants it. */
final class Registry implements AutoCloseable {

    private static final int TLS = 0x16;
    private static final byte[] NONE = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private final ServerSocket server;
    private final Map<String, byte[]> blobs = new HashMap<>();
    private final byte[] manifest;

    private final String wanted;

    /** Gives to everybody. */
    Registry() throws IOException {
        this("");
    }

    /** @param login {@code USER:PASSWORD} of who may have its image; empty for everybody */
    Registry(String login) throws IOException {
        wanted = login.isEmpty()
                ? ""
                : "Authorization: Basic "
                        + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII));
        byte[] tar = layer();
        byte[] layer = gzip(tar);
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/file\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + digest(tar) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                        + blob("application/vnd.docker.container.image.v1+json", config) + ",\"layers\":["
                        + blob("application/vnd.docker.image.rootfs.diff.tar.gzip", layer) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        blobs.put("", "{}".getBytes(StandardCharsets.UTF_8));
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "registry");
        thread.setDaemon(true);
        thread.start();
    }

    String host() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** The digest of its image. */
    String digest() {
        return digest(manifest);
    }

    String image() {
        return "127.0.0.1:" + server.getLocalPort() + "/one:1";
    }

    String missing() {
        return "127.0.0.1:" + server.getLocalPort() + "/none:1";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                answer(connection);
            } catch (IOException e) {
                // The engine changed its mind, or the test is over.
            }
        }
    }

    private void answer(Socket connection) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
        in.mark(1);
        if (in.read() == TLS) {
            // Engines try that first. Hanging up makes them try without.
            return;
        }
        in.reset();
        String[] request = in.readLine().split(" ");
        boolean known = wanted.isEmpty();
        for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
            known |= header.equalsIgnoreCase(wanted);
        }
        if (!known) {
            refuse(connection.getOutputStream());
            return;
        }
        String path = request[1];
        byte[] body = path.startsWith("/v2/one/manifests/") ? manifest : blobs.get(path.replaceFirst(".*/", ""));
        String status = body == null ? "404 Not Found" : "200 OK";
        String type = body == manifest ? MANIFEST : "application/json";
        byte[] content = body == null ? NONE : body;
        OutputStream out = connection.getOutputStream();
        out.write(("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: " + type
                        + "\r\nDocker-Content-Digest: " + digest(content) + "\r\nContent-Length: " + content.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        if (!request[0].equals("HEAD")) {
            out.write(content);
        }
        out.flush();
    }

    private static void refuse(OutputStream out) throws IOException {
        String reason = "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who are you\"}]}";
        out.write(("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nWWW-Authenticate: Basic realm=\"test\"\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + reason.length() + "\r\n\r\n" + reason)
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private String blob(String type, byte[] content) {
        blobs.put(digest(content), content);
        return "{\"mediaType\":\"" + type + "\",\"size\":" + content.length + ",\"digest\":\"" + digest(content)
                + "\"}";
    }

    private static byte[] layer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("file");
            entry.setSize(0);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
