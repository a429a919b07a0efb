package org.skep.runtime.docker;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets images from their registries. */
final class Images {

    private static final Logger LOG = LoggerFactory.getLogger(Images.class);

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private final Engine engine;
    private final Duration silence;

    /** @param silence a pull that makes no progress for so long has failed */
    Images(Engine engine, Duration silence) {
        this.engine = engine;
        this.silence = silence;
    }

    /** @param registryAuth credentials for its registry; empty for what the engine's host has */
    void pull(String image, String registryAuth) throws InterruptedException {
        engine.probe();
        LOG.info("Pulling {}", image);
        try (Progress progress = new Progress()) {
            // Without a tag, the engine would pull all there are.
            PullImageCmd command = engine.client().pullImageCmd(Registries.tagged(image));
            if (!registryAuth.isEmpty()) {
                command.withAuthConfig(decoded(registryAuth));
            }
            command.exec(progress);
            progress.await(image, silence);
        }
        LOG.info("Pulled {}", image);
    }

    private static AuthConfig decoded(String registryAuth) {
        try {
            return JSON.readValue(Base64.getUrlDecoder().decode(registryAuth), AuthConfig.class);
        } catch (IOException | IllegalArgumentException e) {
            throw SkepException.state(
                    "CREDENTIALS_DAMAGED", "the credentials for the image's registry cannot be read", "log in again");
        }
    }

    /** What the engine tells of a pull. */
    private static final class Progress implements ResultCallback<PullResponseItem> {

        private record Step(boolean last, String error, Throwable cause) {}

        private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
        private volatile Closeable stream;
        private volatile boolean closed;

        void await(String image, Duration silence) throws InterruptedException {
            while (true) {
                Step step = steps.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
                if (step == null) {
                    throw Failures.pull(image, "no progress for " + silence.toSeconds() + " s", null);
                }
                if (step.error() != null) {
                    throw Failures.pull(image, Failures.line(step.error()), null);
                }
                if (step.cause() != null) {
                    throw Failures.pull(image, Failures.line(step.cause()), step.cause());
                }
                if (step.last()) {
                    return;
                }
            }
        }

        @Override
        public void onStart(Closeable started) {
            stream = started;
            if (closed) {
                close();
            }
        }

        @Override
        public void onNext(PullResponseItem item) {
            String error =
                    item.getErrorDetail() == null ? null : item.getErrorDetail().getMessage();
            steps.add(new Step(false, error, null));
        }

        @Override
        public void onError(Throwable failure) {
            steps.add(new Step(true, null, failure));
        }

        @Override
        public void onComplete() {
            steps.add(new Step(true, null, null));
        }

        @Override
        public void close() {
            closed = true;
            try {
                if (stream != null) {
                    stream.close();
                }
            } catch (IOException e) {
                LOG.debug("Closing a pull", e);
            }
        }
    }
}
