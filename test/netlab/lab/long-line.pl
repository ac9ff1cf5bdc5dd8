#!/usr/bin/perl
# A long line between two network interfaces that it makes (TUN): holds each packet for a while, loses some, and lets no more through than it has room for. Node cannot make such
# interfaces, and netem, which does this inside the kernel, is not in every kernel.
#
# Usage: long-line.pl NAME NAME DELAY_MS LOSS_PERCENT SEED BYTES_PER_SECOND, 0 for as many as come. Says "up" when both interfaces are there; they go with it.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_NONBLOCK);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use constant TUNSETIFF => 0x400454ca;
use constant IFF_TUN => 0x0001;
use constant IFF_NO_PI => 0x1000;
# What a router on the way would keep; more is lost, as there.
use constant MOST_HELD => 1000;
use constant LARGEST_PACKET => 65536;
use constant AT_ONCE => 32;

my ($near, $far, $delay_ms, $loss_percent, $seed, $bytes_per_second) = @ARGV;
srand($seed);
my @ends = map { opened($_) } $near, $far;
# For each direction what is on its way, in order: [when it is due, packet].
my @held = ([], []);
# For each direction when what is on its way has set out.
my @busy_until = (0, 0);
$| = 1;
print "up\n";

while (1) {
	my $next;
	for my $from (0, 1) {
		my $now = clock_gettime(CLOCK_MONOTONIC);
		my $queue = $held[$from];
		# A packet that the kernel does not take is lost.
		syswrite($ends[1 - $from], (shift @$queue)->[1]) while @$queue and $queue->[0][0] <= $now;
		$next = $queue->[0][0] if @$queue and (not defined $next or $queue->[0][0] < $next);
	}
	my $ready = '';
	vec($ready, fileno($_), 1) = 1 for @ends;
	my $wait = defined $next ? $next - clock_gettime(CLOCK_MONOTONIC) : undef;
	$wait = 0 if defined $wait and $wait < 0;
	next if select($ready, undef, undef, $wait) <= 0;
	for my $from (0, 1) {
		take($from) if vec($ready, fileno($ends[$from]), 1);
	}
}

sub take {
	my ($from) = @_;
	my $queue = $held[$from];
	my $now = clock_gettime(CLOCK_MONOTONIC);
	for (1 .. AT_ONCE) {
		last unless sysread($ends[$from], my $packet, LARGEST_PACKET);
		next if rand(100) < $loss_percent or @$queue >= MOST_HELD;
		$busy_until[$from] = $now if $busy_until[$from] < $now;
		$busy_until[$from] += length($packet) / $bytes_per_second if $bytes_per_second;
		push @$queue, [$busy_until[$from] + $delay_ms / 1000, $packet];
	}
}

sub opened {
	my ($name) = @_;
	sysopen(my $tun, '/dev/net/tun', O_RDWR | O_NONBLOCK) or die "/dev/net/tun: $!";
	ioctl($tun, TUNSETIFF, pack('a16 s x22', $name, IFF_TUN | IFF_NO_PI)) or die "$name: $!";
	return $tun;
}
