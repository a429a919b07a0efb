#!/usr/bin/perl
# Runs a command inside a task, for as long as the daemon wants: with its surroundings, in a session of its own.
#
#   exec.pl DIR
#
# Both ways go frames of a letter, a size (four bytes, the highest first) and as many bytes. It reads "s", what differs
# from DIR/spec, then "i" input, "e" the end of input, "r" the terminal's size as "COLUMNS ROWS"; it writes "o" and "e",
# the command's two outputs, and last "x" its exit code, or "f" why it could not be started. When the input of frames
# ends, or on SIGTERM, the command is killed.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_NOCTTY F_GETFL F_SETFL O_NONBLOCK);
use POSIX ();

# As on all processors but MIPS, PowerPC, SPARC and Alpha.
my ($TIOCSPTLCK, $TIOCGPTN, $TIOCSCTTY, $TIOCSWINSZ) = (0x40045431, 0x80045430, 0x540E, 0x5414);
my $MOST = 65536;

our %spec;
require($0 =~ s{[^/]*$}{task.pl}r);
my ($dir) = @ARGV;
my $parent = getppid();
my ($frames, $unsent, $to_command, $input_ends) = ('', '', '', 0);
my ($command_in, %outputs, $pid, $status, $doomed);

sub frame { return pack('a1 N', $_[0], length $_[1]) . $_[1] }

sub give_up {
    my $text = frame('f', $_[0]);
    syswrite(STDOUT, $text);
    exit 1;
}

sub doom {
    $doomed = 1;
    kill 'KILL', -$pid if $pid && !defined $status;
}

my $problem = read_spec("$dir/spec");
give_up($problem) if $problem;
read_own();
$SIG{TERM} = \&doom;
$SIG{PIPE} = 'IGNORE';
pipe(my $bell, my $rope) or give_up("cannot make a pipe: $!");
$SIG{CHLD} = sub { syswrite($rope, '.') };
launch();
doom() if $doomed;
nonblocking($_) for \*STDOUT, defined $command_in ? $command_in : ();
pump();
exit 0;

# What is asked of this command alone; where it says nothing, it is as the task.
sub read_own {
    my $own;
    until (defined $own) {
        sysread(STDIN, $frames, $MOST, length $frames) or exit 1;
        (undef, $own) = next_frame();
    }
    my @kept = $own =~ /(?:^|\0)user=[^\0]/ ? () : @{ $spec{group} };
    @spec{qw(arg group own)} = ([], \@kept, '');
    unshift @{ $spec{env} }, 'TERM=xterm' if $own =~ /(?:^|\0)terminal=1/;
    add_to_spec($own);
}

sub next_frame {
    return if length $frames < 5;
    my ($letter, $size) = unpack('a1 N', $frames);
    return if length $frames < 5 + $size;
    my $content = substr($frames, 5, $size);
    substr($frames, 0, 5 + $size, '');
    return ($letter, $content);
}

sub nonblocking {
    my ($handle) = @_;
    fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK);
}

sub launch {
    pipe(my $verdict, my $judge) or give_up("cannot make a pipe: $!");
    my ($enter, @theirs) = $spec{terminal} ? terminal() : pipes();
    $pid = fork();
    give_up("cannot fork: $!") unless defined $pid;
    if (!$pid) {
        $SIG{TERM} = 'DEFAULT';
        POSIX::setsid();
        my $failed = $enter->() || become_task(@{ $spec{arg} });
        syswrite($judge, $failed);
        POSIX::_exit(127);
    }
    close $_ for $judge, @theirs;
    my $failed = do { local $/; <$verdict> };
    give_up($failed) if length $failed;
}

sub pipes {
    pipe(my $out, my $their_out) && pipe(my $err, my $their_err) or give_up("cannot make a pipe: $!");
    my $their_in;
    if ($spec{input}) { pipe($their_in, $command_in) or give_up("cannot make a pipe: $!") }
    else              { open($their_in, '<', '/dev/null') }
    %outputs = (fileno($out) => [ 'o', $out ], fileno($err) => [ 'e', $err ]);
    return (
        sub {
            POSIX::dup2(fileno($their_in), 0);
            POSIX::dup2(fileno($their_out), 1);
            POSIX::dup2(fileno($their_err), 2);
            return '';
        },
        $their_in, $their_out, $their_err
    );
}

sub terminal {
    sysopen(my $master, '/dev/ptmx', O_RDWR | O_NOCTTY) or give_up("cannot make a terminal: $!");
    my ($lock, $number) = (pack('i', 0)) x 2;
    ioctl($master, $TIOCSPTLCK, $lock) && ioctl($master, $TIOCGPTN, $number)
        or give_up("cannot make a terminal: $!");
    my $name = '/dev/pts/' . unpack('i', $number);
    $command_in = $master;
    %outputs = (fileno($master) => [ 'o', $master ]);
    # Held open until the command has its own, or the first reading would find nobody there.
    sysopen(my $slave, $name, O_RDWR | O_NOCTTY) or give_up("cannot open $name: $!");
    return (
        sub {
            ioctl($slave, $TIOCSCTTY, 0) or return "cannot take the terminal: $!";
            POSIX::dup2(fileno($slave), $_) for 0 .. 2;
            return '';
        },
        $slave
    );
}

# Moves everything both ways until the command has ended and all it said is told.
sub pump {
    my $deadline;
    my $open = 1;
    # What came together with the specification.
    obey();
    while (1) {
        if (!defined $status && waitpid($pid, POSIX::WNOHANG) == $pid) {
            $status = $?;
            # Who left the session may hold its outputs for ever.
            kill 'KILL', -$pid;
            $deadline = time() + 2;
        }
        if (defined $status && (!%outputs || time() > $deadline)) {
            $unsent .= frame('x', ($status & 127) ? 128 + ($status & 127) : $status >> 8);
            last;
        }
        my ($read, $write) = ('', '');
        vec($read, fileno($bell),       1) = 1;
        vec($read, fileno(STDIN),       1) = 1 if $open && length($to_command) < $MOST;
        vec($write, fileno($command_in), 1) = 1 if defined $command_in && length $to_command;
        vec($write, fileno(STDOUT),     1) = 1 if length $unsent;
        if (length($unsent) < $MOST) { vec($read, $_, 1) = 1 for keys %outputs }
        my $ready = select($read, $write, undef, defined $status ? 0.2 : 5);
        doom() if getppid() != $parent;
        next if $ready <= 0;
        sysread($bell, my $rung, 16) if vec($read, fileno($bell), 1);
        if ($open && vec($read, fileno(STDIN), 1)) {
            $open = sysread(STDIN, $frames, $MOST, length $frames);
            obey();
            doom() unless $open;
        }
        listen_to($_) for grep { vec($read, $_, 1) } keys %outputs;
        feed() if defined $command_in && length $to_command;
        send_on();
    }
    while (length $unsent && getppid() == $parent) {
        vec(my $write = '', fileno(STDOUT), 1) = 1;
        send_on() if select(undef, $write, undef, 5) > 0;
    }
}

sub obey {
    while (my ($letter, $content) = next_frame()) {
        if    ($letter eq 'i') { $to_command .= $content }
        elsif ($letter eq 'e') { $spec{terminal} ? ($to_command .= "\x04") : ($input_ends = 1) }
        elsif ($letter eq 'r' && $spec{terminal}) {
            my ($columns, $rows) = split / /, $content;
            ioctl($command_in, $TIOCSWINSZ, pack('S4', $rows, $columns, 0, 0)) if defined $command_in;
        }
    }
    feed();
}

sub feed {
    return unless defined $command_in;
    my $count = length $to_command ? syswrite($command_in, $to_command) : 0;
    if (defined $count) { substr($to_command, 0, $count, '') }
    # It wants no more.
    elsif (!$!{EAGAIN} && !$!{EINTR}) { $to_command = '' }
    undef $command_in if $input_ends && !length $to_command;
}

sub listen_to {
    my ($fd) = @_;
    my ($letter, $handle) = @{ $outputs{$fd} };
    my $count = sysread($handle, my $data, $MOST);
    if ($count) { $unsent .= frame($letter, $data) }
    # A terminal that nobody holds any more says EIO.
    elsif (defined $count || !($!{EINTR} || $!{EAGAIN})) { delete $outputs{$fd} }
}

sub send_on {
    return unless length $unsent;
    my $count = syswrite(STDOUT, $unsent);
    if (defined $count) { substr($unsent, 0, $count, '') }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { doom(); $unsent = '' }
}
