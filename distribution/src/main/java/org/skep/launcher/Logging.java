package org.skep.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.List;
import org.skep.api.node.NodeConfig.LogLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The daemon's log: one file, a bounded number of older ones, and everything that Java code says on its own. */
final class Logging {

    private static final int OLDER_FILES = 5;
    private static final FileSize FILE_SIZE = FileSize.valueOf("10MB");
    private static final FileSize TOTAL_BUFFER = FileSize.valueOf("8KB");
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n";

    /** Libraries whose news are of no use to an operator who does not debug them. */
    private static final List<String> TALKATIVE = List.of("org.apache.sshd", "com.github.dockerjava");

    /** Libraries that warn, with a trace, whenever a stranger sends nonsense; what counts is logged by their users. */
    private static final List<String> PROVOKED = List.of("io.grpc");

    private Logging() {}

    static void start(Path directory, LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();

        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();

        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setName("skepd.log");
        file.setFile(directory.resolve("skepd.log").toString());
        file.setEncoder(encoder);
        file.setBufferSize(TOTAL_BUFFER);

        FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
        older.setContext(context);
        older.setParent(file);
        older.setFileNamePattern(directory.resolve("skepd.log.%i").toString());
        older.setMinIndex(1);
        older.setMaxIndex(OLDER_FILES);
        older.start();

        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(FILE_SIZE);
        size.start();

        file.setRollingPolicy(older);
        file.setTriggeringPolicy(size);
        file.start();

        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.valueOf(level.name()));
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(file);
        if (level == LogLevel.INFO) {
            TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        }
        if (level != LogLevel.DEBUG && level != LogLevel.TRACE) {
            PROVOKED.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        }

        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) ->
                LoggerFactory.getLogger(Skepd.class).error("Uncaught in thread {}", thread.getName(), error));
    }

    /** Writes out what is held back. */
    static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }
}
