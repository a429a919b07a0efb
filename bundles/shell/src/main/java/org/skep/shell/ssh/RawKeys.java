package org.skep.shell.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingInputStream;
import org.skep.api.command.Session;

/** A terminal without line discipline: the program that has it brings its own. */
final class RawKeys implements Session.Keys {

    private final Terminal terminal;
    private final Attributes before;
    private final Terminal.SignalHandler resizing;

    RawKeys(Terminal terminal, Runnable resized) {
        this.terminal = terminal;
        before = terminal.getAttributes();
        Attributes raw = new Attributes(before);
        raw.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ISIG, LocalFlag.IEXTEN, LocalFlag.ECHO), false);
        raw.setInputFlags(EnumSet.of(InputFlag.ICRNL, InputFlag.INLCR, InputFlag.IXON), false);
        raw.setOutputFlag(OutputFlag.OPOST, false);
        terminal.setAttributes(raw);
        resizing = terminal.handle(Terminal.Signal.WINCH, signal -> resized.run());
    }

    @Override
    public InputStream in() {
        return new AsTyped((NonBlockingInputStream) terminal.input());
    }

    @Override
    public void close() {
        terminal.handle(Terminal.Signal.WINCH, resizing);
        terminal.setAttributes(before);
    }

    /** Takes all that has been typed at once, where a terminal's own input takes key after key. */
    private static final class AsTyped extends InputStream {
        private final NonBlockingInputStream keys;

        AsTyped(NonBlockingInputStream keys) {
            this.keys = keys;
        }

        @Override
        public int read() throws IOException {
            return keys.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return keys.readBuffered(bytes, offset, length, 0);
        }
    }
}
