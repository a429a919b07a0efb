package org.skep.runtime.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** For what the client library has no words for; refusals are as there. */
record RawRequests(EngineAddress address) {

    private static final ObjectMapper JSON = new ObjectMapper();

    JsonNode get(String path, Map<String, String> headers) {
        return send("GET", path, headers, "");
    }

    JsonNode post(String path, JsonNode body) {
        return send("POST", path, Map.of(), body.toString());
    }

    private JsonNode send(String method, String path, Map<String, String> headers, String body) {
        try (EngineConnection connection = EngineConnection.open(address, method, path, headers, body)) {
            return JSON.readTree(connection.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
