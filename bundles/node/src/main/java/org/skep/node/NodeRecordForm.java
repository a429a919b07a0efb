package org.skep.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers.Manager;
import org.skep.api.node.ManagerStart;

/** A {@link NodeRecord} as JSON that people can read. */
final class NodeRecordForm {

    private static final int VERSION = 2;

    private static final JsonFactory JSON = new JsonFactory();

    private NodeRecordForm() {}

    static String write(NodeRecord node) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            out.writeStartObject();
            out.writeNumberField("version", VERSION);
            out.writeStringField("phase", lower(node.phase()));
            out.writeStringField("nodeId", node.nodeId());
            out.writeStringField("clusterId", node.clusterId());
            out.writeStringField("managerStart", lower(node.start()));
            out.writeStringField("listen", node.place().listen());
            out.writeStringField("advertise", node.place().advertise().toString());
            out.writeStringField("advertiseWanted", node.place().wanted());
            out.writeStringField("dataPath", node.place().dataPath());
            out.writeArrayFieldStart("managers");
            for (Manager manager : node.managers()) {
                out.writeStartObject();
                out.writeStringField("nodeId", manager.nodeId());
                out.writeStringField("address", manager.address().toString());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text + "\n";
    }

    /** @throws IOException if the text is something else; its message says so in a few words */
    static NodeRecord read(String text) throws IOException {
        Map<String, String> fields = new HashMap<>();
        List<Manager> managers = new ArrayList<>();
        try (JsonParser in = JSON.createParser(text)) {
            expect(in.nextToken(), JsonToken.START_OBJECT);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                if (in.nextToken() == JsonToken.START_ARRAY && name.equals("managers")) {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        managers.add(manager(in));
                    }
                    expect(in.currentToken(), JsonToken.END_ARRAY);
                } else {
                    in.skipChildren();
                    fields.put(name, in.getValueAsString(""));
                }
            }
            expect(in.currentToken(), JsonToken.END_OBJECT);
            return record(fields, managers);
        } catch (com.fasterxml.jackson.core.JacksonException | IllegalArgumentException | SkepException e) {
            throw new IOException("it is damaged", e);
        }
    }

    private static Manager manager(JsonParser in) throws IOException {
        Map<String, String> fields = new HashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            in.skipChildren();
            fields.put(name, in.getValueAsString(""));
        }
        return new Manager(value(fields, "nodeId"), Endpoint.parse(value(fields, "address"), Endpoint.MANAGER_PORT));
    }

    private static NodeRecord record(Map<String, String> fields, List<Manager> managers) throws IOException {
        String version = fields.getOrDefault("version", "1");
        if (!version.equals(Integer.toString(VERSION))) {
            throw new IOException("it has form " + version + ", and this version of Skep reads form " + VERSION);
        }
        return new NodeRecord(
                value(fields, "nodeId"),
                value(fields, "clusterId"),
                NodeRecord.Phase.valueOf(upper(value(fields, "phase"))),
                ManagerStart.valueOf(upper(value(fields, "managerStart"))),
                new Place(
                        value(fields, "listen"),
                        Endpoint.parse(value(fields, "advertise"), Endpoint.MANAGER_PORT),
                        value(fields, "advertiseWanted"),
                        value(fields, "dataPath")),
                managers);
    }

    private static String value(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("it is damaged: no " + name);
        }
        return value;
    }

    private static void expect(JsonToken token, JsonToken expected) throws IOException {
        if (token != expected) {
            throw new IOException("it is damaged");
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
