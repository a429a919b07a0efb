#!/usr/bin/perl
# Stands between a task and the daemon, so that either can end without the other. One per task:
#
#   supervise.pl start DIR          starts the task described by DIR/spec, and returns once it runs (status 0) or
#                                   cannot (status 1, the reason on standard output)
#   supervise.pl probe DIR CMD...   runs CMD as the task would: its user, environment and directory
#
# In DIR it writes "running" (who runs), "exit" (how it ended) and the log files "log.NNNNNN". Perl, because it is part
# of every Debian, starts in milliseconds and can do what a shell cannot: read two pipes, stamp lines, lose none.
use strict;
use warnings;
use Fcntl qw(:flock O_WRONLY O_CREAT O_APPEND);
use POSIX ();

my $MAX_LINE = 16384;

our %spec;
require($0 =~ s{[^/]*$}{task.pl}r);
my ($mode, $dir, @command) = @ARGV;
my $unread = read_spec("$dir/spec");
refuse($unread) if $unread;
my $hires = eval { require Time::HiRes; 1 };

if ($mode eq 'probe') {
    my $problem = become_task(@command);
    print "$problem\n";
    exit 126;
}
start();

sub refuse {
    print "$_[0]\n";
    exit 1;
}

sub start {
    # Held for as long as the task runs: a task is never started twice.
    open(my $lock, '>>', "$dir/lock") or refuse("cannot write in $dir: $!");
    flock($lock, LOCK_EX | LOCK_NB) or refuse('already running');
    pipe(my $news, my $herald) or refuse("cannot make a pipe: $!");
    my $pid = fork();
    refuse("cannot fork: $!") unless defined $pid;
    if ($pid) {
        close $herald;
        local $/;
        my $problem = <$news>;
        refuse($problem) if length $problem;
        exit 0;
    }
    close $news;
    POSIX::setsid();
    $SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE USR1 USR2);
    supervise($herald);
    exit 0;
}

sub supervise {
    my ($herald) = @_;
    pipe(my $out, my $task_out) && pipe(my $err, my $task_err) && pipe(my $verdict, my $judge)
        or tell_and_die($herald, "cannot make a pipe: $!");
    my $pid = fork();
    tell_and_die($herald, "cannot fork: $!") unless defined $pid;
    if (!$pid) {
        POSIX::setsid();
        open(STDIN, '<', '/dev/null');
        POSIX::dup2(fileno($task_out), 1);
        POSIX::dup2(fileno($task_err), 2);
        syswrite($judge, become_task(@{ $spec{arg} }));
        POSIX::_exit(127);
    }
    close $_ for $task_out, $task_err, $judge;
    my $problem = do { local $/; <$verdict> };
    if (length $problem) {
        waitpid($pid, 0);
        tell_and_die($herald, $problem);
    }
    chdir '/';
    open($_->[0], $_->[1], '/dev/null') for [ \*STDIN, '<' ], [ \*STDOUT, '>' ], [ \*STDERR, '>' ];
    # The room for the last word is taken now: the task may fill the disk.
    keep_writing("$dir/exit.room", sprintf("%-8s\n", -1));
    keep_writing("$dir/running", join("\n", identity($pid), identity($$), boot_id()) . "\n");
    close $herald;

    my $status = pump($pid, $out, $err);
    my $code = ($status & 127) ? 128 + ($status & 127) : $status >> 8;
    last_word($code);
}

sub tell_and_die {
    my ($herald, $problem) = @_;
    syswrite($herald, $problem);
    exit 1;
}

# Moves lines from the pipes to the log until the task has ended and everything it wrote is there.
sub pump {
    my ($pid, $out, $err) = @_;
    my %letter = (fileno($out) => 'o', fileno($err) => 'e');
    my %handle = (fileno($out) => $out, fileno($err) => $err);
    my %rest   = map { $_ => '' } keys %handle;
    my $status;
    my $deadline;
    # A child that ends between the check and the wait leaves a byte that ends the wait.
    pipe(my $bell, my $rope);
    local $SIG{CHLD} = sub { syswrite($rope, '.') };
    while (1) {
        if (!defined $status && waitpid($pid, POSIX::WNOHANG) == $pid) {
            $status = $?;
            # As in a container: when the first process ends, all end.
            kill 'KILL', -$pid;
            # Who left the group may hold the pipe for ever.
            $deadline = time() + 2;
        }
        last if defined $status && (!%handle || time() > $deadline);
        my $bits = '';
        vec($bits, $_, 1) = 1 for keys %handle, defined $status ? () : fileno($bell);
        my $ready = select(my $readable = $bits, undef, undef, defined $status ? 0.2 : 60);
        next if $ready <= 0;
        sysread($bell, my $rung, 16) if vec($readable, fileno($bell), 1);
        for my $fd (grep { vec($readable, $_, 1) } keys %handle) {
            my $count = sysread($handle{$fd}, $rest{$fd}, 65536, length $rest{$fd});
            if ($count) { $rest{$fd} = log_lines($letter{$fd}, $rest{$fd}) }
            elsif (defined $count || !$!{EINTR}) {
                log_piece($letter{$fd}, 'P', $rest{$fd}) if length $rest{$fd};
                delete $handle{$fd};
            }
        }
    }
    for my $fd (keys %handle) {
        log_piece($letter{$fd}, 'P', $rest{$fd}) if length $rest{$fd};
    }
    return $status;
}

my ($log, $log_number, $log_size, $torn);

sub log_lines {
    my ($letter, $data) = @_;
    my $stamp = stamp();
    my $text  = '';
    my $from  = 0;
    while (1) {
        my $end = index($data, "\n", $from);
        if ($end >= 0 && $end - $from <= $MAX_LINE) {
            $text .= "$stamp ${letter}F " . substr($data, $from, $end - $from) . "\n";
            $from = $end + 1;
        }
        elsif (length($data) - $from > $MAX_LINE) {
            $text .= "$stamp ${letter}P " . substr($data, $from, $MAX_LINE) . "\n";
            $from += $MAX_LINE;
        }
        else { last }
    }
    append($text) if length $text;
    return substr($data, $from);
}

sub log_piece {
    my ($letter, $kind, $data) = @_;
    append(stamp() . " $letter$kind $data\n");
}

# Files are numbered, never renamed: a reader moves on to the next number and misses nothing.
sub append {
    my ($text) = @_;
    if (!defined $log || $log_size > $spec{logmax}) {
        $log_number = ($log_number // 0) + 1;
        sysopen($log, sprintf('%s/log.%06d', $dir, $log_number), O_WRONLY | O_CREAT | O_APPEND, 0600)
            or undef $log;
        $log_size = 0;
        $torn = 0;
        my $old = $log_number - $spec{logfiles};
        unlink(sprintf('%s/log.%06d', $dir, $old)) if $old > 0;
    }
    # A full disk costs lines, not the task.
    return unless defined $log;
    # What is left of a line that did not fit ends here.
    $text = "\n$text" if $torn;
    my $done = 0;
    while ($done < length $text) {
        my $count = syswrite($log, $text, length($text) - $done, $done);
        if (!defined $count) { next if $!{EINTR}; last }
        $done += $count;
    }
    $torn = $done < length $text;
    $log_size += $done;
}

sub stamp {
    my $now = $hires ? Time::HiRes::time() : time();
    return POSIX::strftime('%Y-%m-%dT%H:%M:%S', gmtime($now)) . sprintf('.%06dZ', ($now - int $now) * 1e6);
}

sub identity {
    my ($pid) = @_;
    open(my $in, '<', "/proc/$pid/stat") or return "$pid 0";
    my $stat = <$in>;
    $stat =~ s/^.*\) //s;
    return "$pid " . (split / /, $stat)[19];
}

sub boot_id {
    open(my $in, '<', '/proc/sys/kernel/random/boot_id') or return 'unknown';
    my $id = <$in>;
    chomp $id;
    return $id;
}

# Whole or not at all, and sooner or later: on a full disk it waits for room.
sub keep_writing {
    my ($file, $content) = @_;
    until (write_whole($file, $content)) {
        return unless -d $dir;
        sleep 1;
    }
}

# In place, which needs no room.
sub last_word {
    my ($code) = @_;
    if (open(my $out, '+<', "$dir/exit.room")) {
        my $written = syswrite($out, sprintf("%-8s\n", $code));
        close $out;
        return if $written && rename("$dir/exit.room", "$dir/exit");
    }
    keep_writing("$dir/exit", "$code\n");
}

sub write_whole {
    my ($file, $content) = @_;
    open(my $out, '>', "$file.new") or return 0;
    my $written = syswrite($out, $content);
    close $out;
    return defined $written && $written == length $content && rename("$file.new", $file);
}
