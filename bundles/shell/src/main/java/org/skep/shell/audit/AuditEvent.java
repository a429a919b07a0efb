package org.skep.shell.audit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Something that someone did, or tried to do. */
public record AuditEvent(Map<String, Object> fields) {

    /**
     * @param command with secrets masked
     * @param status the exit status
     */
    public static AuditEvent command(
            String user, String origin, String key, String command, int status, String result, Duration took) {
        Map<String, Object> fields = who("command", user, origin, key);
        fields.put("command", command);
        fields.put("result", result);
        fields.put("status", status);
        fields.put("ms", took.toMillis());
        return new AuditEvent(fields);
    }

    /** @param event {@code login}, {@code login-failed} or {@code logout} */
    public static AuditEvent session(String event, String user, String origin, String key, String result) {
        Map<String, Object> fields = who(event, user, origin, key);
        fields.put("result", result);
        return new AuditEvent(fields);
    }

    /** @param details what a command has to add */
    public static AuditEvent detail(String event, String user, String origin, String key, Map<String, Object> details) {
        Map<String, Object> fields = who(event, user, origin, key);
        details.forEach(fields::putIfAbsent);
        return new AuditEvent(fields);
    }

    private static Map<String, Object> who(String event, String user, String origin, String key) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event);
        fields.put("user", user);
        fields.put("origin", origin);
        fields.put("key", key);
        return fields;
    }
}
