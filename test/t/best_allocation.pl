# best_allocation: allocation 'best' against brute force. Random rule sets,
# portfolios and programmes, small enough to try every choice of firings and of
# their lines, are evaluated; credit granted, achievements used and, of choices
# equal in both, the lines themselves must be those of the best choice found
# here, which knows nothing of how the extension searches. Where lines are
# trimmed, credit and achievements are compared. Every tenth case is shuffled
# and must come out the same. CREDITBANK_SEED repeats a run, CREDITBANK_ROUNDS
# makes it longer. Promise: nothing but its own database and files in TMPDIR is
# written.
use strict;
use warnings;
use JSON::PP;
use List::Util qw(max min shuffle sum0);
use Test::More;

my $seed = $ENV{CREDITBANK_SEED} // (time ^ $$);
my $rounds = $ENV{CREDITBANK_ROUNDS} // 3000;
srand $seed;
note "seed $seed";

my $json = JSON::PP->new->canonical;
my @units = qw(cr ects cats hr pt);    # most important first
my $as_of = '2025-06-30';

sub pick { return $_[ rand @_ ]; }
sub chance { return rand() < $_[0]; }
sub amount { my ($count, $unit) = @_; return (sprintf('%.4f', $count / 10000) =~ s/\.?0+$//r) . " $unit"; }

# ---- a case: the documents, and the same as data ----

sub make_achievements
{
	my %seen;
	for (1 .. 2 + int rand 4)
	{
		my $ref = join '/', pick('cert', 'training'), pick('A', 'B'), int rand 4;
		$seen{$ref} = {
			ref => $ref, class => (split m{/}, $ref)[0], issuer => (split m{/}, $ref)[1],
			hours => chance(0.7) ? 10 + int rand 40 : undef,
			year => pick(2023, 2024), tags => chance(0.3) ? ['web'] : []
		};
	}
	# hours, the larger first, then those without; then the older, then by reference
	return sort {
		     defined $b->{hours} <=> defined $a->{hours}
		  || ($b->{hours} // 0) <=> ($a->{hours} // 0)
		  || $a->{year} <=> $b->{year}
		  || $a->{ref} cmp $b->{ref}
	} values %seen;
}

sub make_pattern { return pick('cert/*', 'training/*', 'cert/A/*', 'cert/B/*', 'training/A/*', map { "cert/A/$_" } 0 .. 3); }

sub covers
{
	my ($pattern, $achievement) = @_;
	return 1 if $pattern eq $achievement->{ref};
	return $pattern =~ s/\*$//r eq substr($achievement->{ref}, 0, length($pattern) - 1) && $pattern =~ /\*$/;
}

# so many thirds of a credit, rounded
sub thirds { return sprintf '%.0f', 10000 * $_[0] / 3; }

sub make_grant
{
	my ($single, $kind, $target) = @_;
	my $unit = $kind eq 'units' ? pick('cr', 'cr', 'pt') : 'cr';
	undef $target if chance(0.4);
	return { unit => $unit, target => $target, per => 7 + int rand 12, count => 10000 }
	  if $single && chance(0.25);
	return { unit => $unit, target => $target, count => thirds(1 + int rand 9) } if $kind eq 'thirds';
	my $step = $kind eq 'equal' ? 20000 : $kind eq 'fine' ? 2500 : 10000;
	return { unit => $unit, target => $target, count => $step * ($kind eq 'equal' ? 1 : 1 + int rand 6) };
}

sub make_rule
{
	my ($number, $kind) = @_;
	my $form = pick('one', 'one', 'one', 'all', 'some');
	my @patterns = map { make_pattern() } 1 .. ($form eq 'one' ? 1 : $form eq 'all' ? 2 : 3);
	my %rule = (name => "r$number", patterns => \@patterns, needed => $form eq 'one' ? 1 : 2);
	my @targets = shuffle map { "course/O/$_" } 0 .. 2;
	$rule{grants} = [ map { make_grant($form eq 'one', $kind, $targets[$_]) } 0 .. (chance(0.3) ? 1 : 0) ];
	$rule{caps} = [ { kind => 'rule', unit => 'cr', count => 10000 * (2 + int rand 6), year => chance(0.4) } ] if chance(0.25);
	return \%rule;
}

sub make_caps
{
	my ($kind) = @_;
	my @caps;
	push @caps, { kind => 'total', unit => 'cr', count => $kind eq 'thirds' ? thirds(6 + int rand 30) : 2500 * (8 + int rand 40) } if chance(0.6);
	return @caps if $kind eq 'partial';
	push @caps, { kind => 'cert', unit => 'cr', count => 5000 * (2 + int rand 12), year => chance(0.3) } if chance(0.4);
	push @caps, { kind => 'category', unit => 'cr', count => 10000 * (1 + int rand 5) } if chance(0.3);
	push @caps, { kind => 'issuer', unit => 'cr', count => 10000 * (2 + int rand 5), items => chance(0.5) ? 1 + int rand 2 : 0 } if chance(0.2);
	push @caps, { kind => 'tag', items => 1 + int rand 2 } if chance(0.2);
	$_->{items} = 1 + int rand 3 for grep { chance(0.3) } @caps;
	return @caps;
}

my %scope_text = (total => 'total', cert => 'cert', category => "category 'core'", issuer => 'each issuer', tag => "tag 'web'", rule => '');

sub cap_text
{
	my ($cap) = @_;
	my @limits = ($cap->{count} ? amount($cap->{count}, $cap->{unit}) : (), $cap->{items} ? "at most $cap->{items} items" : ());
	return "cap $scope_text{$cap->{kind}} " . join(', ', @limits) . ($cap->{year} ? ' per year' : '') . "\n";
}

sub rule_text
{
	my ($rule) = @_;
	my @patterns = map { /\*$/ ? "any $_" : $_ } @{ $rule->{patterns} };
	my @grants = map {
		join ' ', $_->{target} // (), amount($_->{count}, $_->{unit}), $_->{per} ? "per $_->{per} hr" : ()
	} @{ $rule->{grants} };
	my $when = @patterns == 1 ? $patterns[0] : (@patterns == 2 ? 'all of (' : '2 of (') . join(', ', @patterns) . ')';
	return "rule '$rule->{name}' when $when grant " . join(', ', @grants) . "\n" . join '', map { cap_text($_) } @{ $rule->{caps} // [] };
}

sub make_case
{
	my $kind = pick('plain', 'equal', 'fine', 'thirds', 'units', 'partial');
	my %case = (
		kind => $kind, achievements => [ make_achievements() ], caps => [ make_caps($kind) ],
		rules => [ map { make_rule($_, $kind) } 1 .. 2 + int rand 4 ]);
	$case{text} = "rule_set 'best' version 1\n" . join('', map { cap_text($_) } @{ $case{caps} })
	  . ($kind eq 'partial' ? "partial\n" : '') . join '', map { rule_text($_) } @{ $case{rules} };
	$case{portfolio} = [
		map { { ref => $_->{ref}, awarded_on => "$_->{year}-03-01", tags => $_->{tags}, defined $_->{hours} ? (hours => $_->{hours}) : () } }
		  @{ $case{achievements} } ];
	return \%case;
}

my %programme = (
	code => 'P', total => 100,
	courses => [ map { { ref => "course/O/$_", $_ ? (category => 'core') : () } } 0 .. 2 ]);

# ---- every option, and its lines with what they take ----

sub sets_of
{
	my ($rule, $achievements) = @_;
	my @patterns = @{ $rule->{patterns} };
	my %sets;
	my $choose;
	$choose = sub {
		my ($next, @chosen) = @_;
		if (@chosen == $rule->{needed})
		{
			my @set = sort { $a <=> $b } @chosen;
			$sets{"@set"} = \@set;
			return;
		}
		for my $part ($next .. $#patterns)
		{
			for my $i (0 .. $#$achievements)
			{
				next if grep { $_ == $i } @chosen;
				$choose->($part + 1, @chosen, $i) if covers($patterns[$part], $achievements->[$i]);
			}
		}
	};
	$choose->(0);
	return sort { $a->[0] <=> $b->[0] || ($a->[1] // 0) <=> ($b->[1] // 0) } values %sets;
}

sub line_count
{
	my ($grant, $achievement) = @_;
	return $grant->{count} if !$grant->{per};
	return 0 if !defined $achievement->{hours};
	my $twice = 2 * $achievement->{hours} * $grant->{count};
	return int(($twice + $grant->{per}) / (2 * $grant->{per}));    # half up
}

# the tallies of a cap that a line counts in, each with its achievements
sub tallies
{
	my ($case, $cap, $name, $set, $grant) = @_;
	my @sources = map { $case->{achievements}[$_] } @$set;
	my @counted =
	    $cap->{kind} eq 'cert' ? grep { $_->{class} eq 'cert' } @sources
	  : $cap->{kind} eq 'tag' ? grep { @{ $_->{tags} } } @sources
	  : $cap->{kind} eq 'category' ? (($grant->{target} // 'course/O/0') ne 'course/O/0' ? @sources : ())
	  :                          @sources;
	my %parts;
	push @{ $parts{ $cap->{kind} eq 'issuer' ? $_->{issuer} : '' } }, $_->{ref} for @counted;
	my $year = $cap->{year} ? max(map { $_->{year} } @sources) : '';
	return map { [ "$name $_ $year", $parts{$_} ] } keys %parts;
}

sub options_of
{
	my ($case) = @_;
	my @options;
	for my $rule (@{ $case->{rules} })
	{
		for my $set (sets_of($rule, $case->{achievements}))
		{
			my @lines;
			for my $grant (@{ $rule->{grants} })
			{
				my $count = line_count($grant, $case->{achievements}[ $set->[0] ]) or next;
				my @uses;
				my @caps = ((map { [ $case->{caps}[$_], "heading $_" ] } 0 .. $#{ $case->{caps} }),
					(map { [ $_, $rule->{name} ] } @{ $rule->{caps} // [] }));
				for my $pair (@caps)
				{
					my ($cap, $name) = @$pair;
					push @uses, map { { cap => $cap, tally => $_->[0], refs => $_->[1] } } tallies($case, $cap, $name, $set, $grant);
				}
				push @lines, {
					count => $count, unit => $grant->{unit}, target => $grant->{target}, uses => \@uses,
					key => join('|', $rule->{name}, join(',', map { $case->{achievements}[$_]{ref} } @$set), $grant->{target} // '', amount($count, $grant->{unit}))
				};
			}
			push @options, { set => $set, lines => \@lines } if @lines;
		}
	}
	return @options;
}

# ---- brute force ----

# what a line could be granted after those before it: all, or what is left
sub possible
{
	my ($line, $state, $partial) = @_;
	return 0 if defined $line->{target} && $state->{targets}{ $line->{target} };
	my $count = $line->{count};
	for my $use (@{ $line->{uses} })
	{
		my ($cap, $tally) = @$use{qw(cap tally)};
		if ($cap->{count} && $cap->{unit} eq $line->{unit})
		{
			my $left = $cap->{count} - ($state->{counts}{$tally} // 0);
			return 0 if $left <= 0 || ($left < $count && !$partial);
			$count = min($count, $left);
		}
		if ($cap->{items})
		{
			my %items = map { $_ => 1 } @{ $use->{refs} }, keys %{ $state->{items}{$tally} // {} };
			return 0 if keys %items > $cap->{items};
		}
	}
	return $count;
}

sub grant_line
{
	my ($line, $state, $count) = @_;
	my %next = (targets => { %{ $state->{targets} } }, counts => { %{ $state->{counts} } }, items => { %{ $state->{items} } },
		credit => { %{ $state->{credit} } }, granted => [ @{ $state->{granted} }, $line ], used => $state->{used}, taken => $state->{taken});
	$next{targets}{ $line->{target} } = 1 if defined $line->{target};
	$next{credit}{ $line->{unit} } += $count;
	for my $use (@{ $line->{uses} })
	{
		my ($cap, $tally) = @$use{qw(cap tally)};
		$next{counts}{$tally} += $count if $cap->{count} && $cap->{unit} eq $line->{unit};
		$next{items}{$tally} = { map { $_ => 1 } @{ $use->{refs} }, keys %{ $next{items}{$tally} // {} } } if $cap->{items};
	}
	return \%next;
}

# more than 0 when the one is better; lines are compared in the order of options
sub compare
{
	my ($one, $other) = @_;
	for my $unit (@units)
	{
		my $difference = ($one->{credit}{$unit} // 0) <=> ($other->{credit}{$unit} // 0);
		return $difference if $difference;
	}
	return $other->{used} <=> $one->{used} if $one->{used} != $other->{used};
	my %in_one = map { $_->{order} => 1 } @{ $one->{granted} };
	my %in_other = map { $_->{order} => 1 } @{ $other->{granted} };
	for my $order (sort { $a <=> $b } keys %{ { %in_one, %in_other } })
	{
		return $in_one{$order} ? 1 : -1 if !($in_one{$order} && $in_other{$order});
	}
	return 0;
}

# With lines that are trimmed every choice is tried, each line taking what is
# left: where caps are nested, that is as much as any way to share it out.
sub best_of
{
	my ($case) = @_;
	my @options = options_of($case);
	my $order = 0;
	$_->{order} = $order++ for map { @{ $_->{lines} } } @options;
	my $best = { credit => {}, used => 0, granted => [], targets => {}, counts => {}, items => {} };
	my ($tried, $try, $try_line) = (0);
	$try_line = sub {
		my ($option, $line, $state, $any, $next) = @_;
		if ($line == @{ $option->{lines} })
		{
			$try->($next, $state) if $any;
			return;
		}
		my $count = possible($option->{lines}[$line], $state, $case->{kind} eq 'partial');
		$try_line->($option, $line + 1, grant_line($option->{lines}[$line], $state, $count), 1, $next) if $count;
		$try_line->($option, $line + 1, $state, $any, $next);
	};
	$try = sub {
		my ($next, $state) = @_;
		return if ++$tried > 4000;
		$best = $state if compare($state, $best) > 0;
		for my $i ($next .. $#options)
		{
			my $option = $options[$i];
			next if grep { $state->{taken}[$_] } @{ $option->{set} };
			my %with = (%$state, taken => [ @{ $state->{taken} // [] } ], used => $state->{used} + @{ $option->{set} });
			$with{taken}[$_] = 1 for @{ $option->{set} };
			$try_line->($option, 0, \%with, 0, $i + 1);
		}
	};
	$try->(0, $best);
	return $tried > 4000 ? undef : $best;
}

# ---- the same by evaluate ----

sub quoted { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

sub evaluate_all
{
	my (@questions) = @_;
	open my $file, '>', "$ENV{TMPDIR}/best_allocation.sql" or die $!;
	print $file "\\set VERBOSITY terse\nSET search_path = creditbank, public;\n";
	for my $question (@questions)
	{
		my ($case, $portfolio) = @$question;
		printf $file "SELECT coalesce(jsonb_agg(jsonb_build_array(rule, sources, coalesce(target, ''), granted::text, proven) ORDER BY line)"
		  . " FILTER (WHERE granted IS NOT NULL), '[]') || jsonb_build_array(bool_and(proven))"
		  . " FROM evaluate(%s, %s, %s, '[]', '$as_of', 'best');\n",
		  quoted($case->{text}), map { quoted($json->encode($_)) } $portfolio, \%programme;
	}
	close $file;
	my @answers = map { chomp; $_ } `psql -XqAt -d creditbank_best -f $ENV{TMPDIR}/best_allocation.sql 2>&1`;
	return map { /^\[/ ? $json->decode($_) : [ $_, JSON::PP::false ] } @answers;
}

sub evaluated
{
	my ($answer) = @_;
	my @lines = @$answer[ 0 .. $#$answer - 1 ];
	my (%credit, %used);
	for (@lines)
	{
		next if !ref $_;
		my ($number, $unit) = split / /, $_->[3];
		$credit{$unit} += sprintf '%.0f', $number * 10000;
		$used{ join ',', @{ $_->[1] } } = @{ $_->[1] };
	}
	return {
		credit => \%credit, used => sum0(values %used), proven => $answer->[-1],
		lines => [ map { ref $_ ? join '|', $_->[0], join(',', @{ $_->[1] }), $_->[2], $_->[3] : $_ } @lines ]
	};
}

# credit and achievements; and the lines unless some are trimmed
sub summary
{
	my ($case, $choice, @lines) = @_;
	my @credit = map { amount($choice->{credit}{$_} // 0, $_) } grep { $choice->{credit}{$_} } @units;
	return join '; ', "@credit", "$choice->{used} used", $case->{kind} eq 'partial' ? () : sort @lines;
}

system('createdb', 'creditbank_best') == 0
  and system('psql', '-Xq', '-d', 'creditbank_best', '-c', 'CREATE EXTENSION creditbank') == 0 or die;

my (@questions, @expected);
while (@expected < $rounds)
{
	my $case = make_case();
	my $best = best_of($case) or next;
	push @expected, [ $case, summary($case, $best, map { $_->{key} } @{ $best->{granted} }) ];
	push @questions, [ $case, $case->{portfolio} ];
	next if @expected % 10;
	push @expected, $expected[-1];
	push @questions, [ $case, [ shuffle @{ $case->{portfolio} } ] ];
}
my @answers = evaluate_all(@questions);
is(scalar @answers, scalar @questions, 'every case is answered');
my ($wrong, $unproven) = (0, 0);
for my $i (0 .. $#answers)
{
	my ($case, $wanted) = @{ $expected[$i] };
	my $found = evaluated($answers[$i]);
	my $got = summary($case, $found, @{ $found->{lines} });
	$unproven++ if !$found->{proven};
	next if $got eq $wanted;
	diag "case $i of seed $seed:\n$case->{text}", $json->encode($case->{portfolio}), "\ngot    $got\nwanted $wanted" if ++$wrong <= 3;
}
is($wrong, 0, "$rounds cases are granted the best");
is($unproven, 0, 'and all are proven');
done_testing();
