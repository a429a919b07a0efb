package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.LogAttr;
import org.skep.protocol.LogMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PluginDescription;

class SoundTextTest {

    @Test
    void whatIsSoundStaysAsItIs() {
        NodeDescription sound = NodeDescription.newBuilder()
                .setHostname("zürich-1 🐝")
                .setEngine(EngineDescription.newBuilder().putLabels("disk", "ssd"))
                .build();

        assertThat(SoundText.of(sound)).isSameAs(sound);
    }

    @Test
    void noTextOrdersATerminalAround() {
        NodeDescription said = NodeDescription.newBuilder()
                .setHostname("a\u001b[2Jb\nc\u202ed\u009b1m")
                .setEngine(EngineDescription.newBuilder()
                        .putLabels("k\u0007", "v\u0000")
                        .addPlugins(PluginDescription.newBuilder().setName("fine"))
                        .addPlugins(PluginDescription.newBuilder().setName("x\u007f")))
                .build();

        NodeDescription kept = SoundText.of(said);

        assertThat(kept.getHostname()).isEqualTo("a\uFFFD[2Jb c\uFFFDd\uFFFD1m");
        assertThat(kept.getEngine().getLabelsMap()).containsOnly(java.util.Map.entry("k\uFFFD", "v\uFFFD"));
        assertThat(kept.getEngine().getPluginsList())
                .extracting(PluginDescription::getName)
                .containsExactly("fine", "x\uFFFD");
    }

    @Test
    void linesThemselvesBelongToTheTask() {
        LogMessage line = LogMessage.newBuilder()
                .setData(ByteString.copyFromUtf8("\u001b[31mred"))
                .addAttrs(LogAttr.newBuilder().setKey("a\u001b").setValue("b"))
                .build();

        LogMessage kept = SoundText.of(line);

        assertThat(kept.getData()).isEqualTo(line.getData());
        assertThat(kept.getAttrs(0).getKey()).isEqualTo("a\uFFFD");
    }
}
