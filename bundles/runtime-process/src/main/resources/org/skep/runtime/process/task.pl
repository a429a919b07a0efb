# What a task is to the programs that run it: read from DIR/spec, and become by the process that will be the command.
use strict;
use warnings;
use POSIX ();

our %spec = (arg => [], env => [], group => []);

sub read_spec {
    my ($file) = @_;
    open(my $in, '<', $file) or return "cannot read $file: $!";
    local $/;
    add_to_spec(scalar <$in>);
    return '';
}

sub add_to_spec {
    my ($text) = @_;
    for my $entry (split /\0/, $text) {
        my ($key, $value) = $entry =~ /^(\w+)=(.*)$/s or next;
        if (ref $spec{$key}) { push @{ $spec{$key} }, $value }
        else                 { $spec{$key} = $value }
    }
}

# Turns this process into the command; returns only what stood in the way.
sub become_task {
    my (@argv) = @_;
    # What the daemon was started without, a task is not to miss.
    $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT PIPE ALRM TERM CHLD CONT TSTP TTIN TTOU USR1 USR2);
    if ($spec{cgroup}) {
        open(my $procs, '>', "$spec{cgroup}/cgroup.procs") or return "cannot enter the cgroup of the task: $!";
        syswrite($procs, "$$\n") or return "cannot enter the cgroup of the task: $!";
    }
    if ($spec{oom}) {
        open(my $score, '>', '/proc/self/oom_score_adj') or return "cannot set --oom-score-adj: $!";
        syswrite($score, $spec{oom}) or return "cannot set --oom-score-adj to $spec{oom}: $!";
    }
    # The directory is entered before the privileges are gone: the way to it may be closed to the task's user.
    chdir($spec{cwd}) or return "cannot enter the working directory $spec{cwd}: $!";
    my $home = $ENV{HOME};
    if (length($spec{user} // '')) {
        my $problem = become_user(\$home);
        return $problem if $problem;
    }
    %ENV = ();
    $ENV{HOME} = $home if defined $home;
    for my $variable (@{ $spec{env} }) {
        my ($name, $value) = split /=/, $variable, 2;
        $ENV{$name} = $value;
    }
    umask 022;
    no warnings 'exec';
    exec { $argv[0] } @argv;
    return "cannot run '$argv[0]': $!";
}

sub become_user {
    my ($home) = @_;
    my ($user, $group) = split /:/, $spec{user}, 2;
    my @entry = $user =~ /^\d+$/ ? getpwuid($user) : getpwnam($user);
    return "no user '$user' on this host" unless @entry || $user =~ /^\d+$/;
    my $uid = @entry ? $entry[2] : $user;
    my $gid = @entry ? $entry[3] : 0;
    $$home = @entry ? $entry[7] : '/';
    if (length($group // '')) {
        $gid = group_id($group);
        return "no group '$group' on this host" unless defined $gid;
    }
    my @groups = ($gid);
    for my $name (@{ $spec{group} }) {
        my $id = group_id($name);
        return "no group '$name' on this host" unless defined $id;
        push @groups, $id;
    }
    return '' if $uid == $> && !@{ $spec{group} } && !length($group // '');
    chown($uid, $gid, $spec{own}) if length($spec{own} // '');
    $! = 0;
    $) = join(' ', $gid, @groups);
    $( = $gid;
    POSIX::setuid($uid) or return "cannot become user '$user': $!";
    return "cannot become user '$user'" unless $< == $uid && $> == $uid && $( == $gid;
    return '';
}

sub group_id {
    my ($group) = @_;
    return $group if $group =~ /^\d+$/;
    return scalar getgrnam($group);
}

1;
