package org.skep.shell.commands.value;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.TypeConversionException;

/** A moment in the past: a duration before now, a timestamp of RFC 3339, or seconds since 1970. */
public record Since(Duration ago, Instant moment) {

    public static Since parse(String text) {
        if (text.matches("\\d{1,11}(\\.\\d{1,9})?")) {
            BigDecimal seconds = new BigDecimal(text);
            long nanos = seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue();
            return new Since(null, Instant.ofEpochSecond(seconds.longValue(), nanos));
        }
        try {
            if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
                return new Since(null, LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
            }
            if (text.matches("\\d{4}-\\d{2}-\\d{2}T.*(Z|[+-]\\d{2}:\\d{2})")) {
                return new Since(null, OffsetDateTime.parse(text).toInstant());
            }
            if (text.matches("\\d{4}-\\d{2}-\\d{2}T.*")) {
                return new Since(null, LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
            }
            return new Since(GoDuration.parse(text), null);
        } catch (DateTimeException | TypeConversionException e) {
            throw Values.bad(text, "a moment", "use a duration such as 42m, or 2026-01-02T15:04:05Z");
        }
    }

    public Instant from(Instant now) {
        return moment != null ? moment : now.minus(ago);
    }
}
