# inputs: no text and no bytes, however damaged, bring a server down or get in
# wrong. Valid texts and valid send() bytes of the three types are mutated at
# random and given to their input functions: each is refused with an error of
# a class that means bad data (08P01: bytes that end too soon), or it is a value
# that comes back the same from its text and from its bytes. CREDITBANK_SEED
# repeats a run, CREDITBANK_ROUNDS makes it longer. Promise: nothing but its own
# database and files in TMPDIR is written.
use strict;
use warnings;
use Test::More;

my $seed = $ENV{CREDITBANK_SEED} // (time ^ $$);
my $rounds = $ENV{CREDITBANK_ROUNDS} // 1500;    # for each type, as text and as bytes
srand $seed;
note "seed $seed";

my %texts = (
	credit_amount => [
		'8 cr', '2.6667 cr', '-16 hr', '0', '+0.0001 ects', '57646075230342.3487 cats', '-57646075230342.3488 pt',
		'3 学分', '16 学时', '100 积分', "\t12.50\n CR ", '.5'
	],
	achievement_ref => [
		'cert/CN-POST/EXP-OPERATOR#2023-000123', 'course/OUC/LOG-101', 'Training/sh-train/cold_chain.2', 'award/中国/比赛#１２',
		'ｃｏｕｒｓｅ／Ａ／Ⅳ', 'degree/É/ÿ', "work/A/e\x{CC}\x{81}\x{CC}\x{A7}", 'patent/' . 'X' x 120 . '/' . 'ß' x 60, 'project/ΑΣ/ς', ' mentoring/한국/회계 '
	],
	rule_set => [
		"rule_set 'ouc' version 3 effective 2023-09-01 .. 2026-08-31 cap total 50% of programme cap cert 20 cr, at most 3 items round half_up 2"
		  . " rule 'operator' priority 10 when cert/CN-POST/EXP-OPERATOR level >= 3 within 8 years grant course/OUC/LOG-101 3 cr, course/OUC/LOG-102 3 cr"
		  . " rule 'hours' when any training/* attendance >= 80 grant 1 cr per 16 hr, leftover forfeit cap 4 cr per year starting 09-01",
		"rule_set 'it''s' version 1 programme 'b', 'a' effective .. 2026-08-31 rule '规则' priority -5 when 2 of (cert/A/*, all of (course/A/B and grade > 60.5, work/A/B#1),"
		  . " any of (award/*, patent/中国/*)) grant 2 cr, 1.5 pt",
		"RULE_SET 'c' VERSION 2147483647 -- a comment\nround down 0 points expire after 3 months, at the end of the year starting 09-01 rule 'r' when project/A/B hours >= 1 and credits < 5 overlap = 80 % grant 3 pt per 0.0001 cr, leftover keep",
		"rule_set 'd' version 1 scale 's' 'C' < 'A' table 't' by rank, level 'a', >= 2 is 1 cr any, 3 is 2 cr same course/A/1, course/A/2 substitutes course/B/1, course/B/2"
		  . " duplicates by title share exclude tag 'x', category 'y' shelf life issuer '学校' 7 years cap compulsory, tag 'z' 5% of category 'y' per term starting 03-01, 09-01"
		  . " minimum total 18 cr partial rule 'r' programme 'p' effective 2024-01-01 .. when */A/* grade >= 'C' on 's' rank not in ('b', 'a') hours >= 80% of target valid for 1 day"
		  . " grant course/X/1 in full by share, from table 't' using 3 hr round down 1 partial no carry mark 'TR' needs assessor"
		  . " rule 'q' when 2 of (cert/A/B, cert/A/C, *) credits > 3 grant course/X/2 1 cr carry average grade exempt from exam"
	]);
my @tokens = (
	' ', "\n", '.', '-', '+', '0', '9', '99999999999', 'e', '/', '#', '*', "'", "''", '(', ')', ',', '%', ' cr', ' hr', '..', '/*', '－', '／', '＃', '学',
	"\x{CC}\x{81}", 'Ⅻ', 'ﷺ', 'ß', "\x{EF}\x{BF}\x{BF}", "\x{00}", "\x{FF}", "\x{80}", 'any of (', 'all of (', ' 2 of (', 'cert/*', ' level > 1', ' within 1 day',
	"rule 'r' when course/A/B grant 1 cr ", 'cap total 1 cr ', ' per year', "\x{00}\x{00}\x{00}\x{05}", "\x{7F}\x{FF}\x{FF}\x{FF}");

sub place { return int rand(1 + length $_[0]); }

# one change of a text or of bytes; the second is another sample to take from
sub mutate
{
	my ($bytes, $other) = @_;
	my ($at, $length) = (place($bytes), 1 + int rand 8);
	my $kind = int rand 8;
	$length = place($bytes) if rand() < 0.1;
	if ($kind == 0 && length $bytes)
	{
		$at = int rand length $bytes;
		substr($bytes, $at, 1) = chr(ord(substr $bytes, $at, 1) ^ (1 << int rand 8));
	}
	elsif ($kind == 1) { $bytes = substr $bytes, 0, $at; }
	elsif ($kind == 2) { substr($bytes, $at, $length) = ''; }
	elsif ($kind == 3) { substr($bytes, $at, 0) = substr($bytes, place(substr $bytes, 0, -1), $length) // ''; }
	elsif ($kind == 4) { substr($bytes, $at) = substr $other, place($other); }
	elsif ($kind == 5) { substr($bytes, $at, 0) = chr int rand 256; }
	elsif ($kind == 6) { substr($bytes, $at, 0) = $tokens[ rand @tokens ] x (rand() < 0.02 ? 300 : 1); }
	else { substr($bytes, $at, 0) = substr($bytes, $at, $length) x 3; }
	return $bytes;
}

sub mutants
{
	my @samples = @_;
	my @mutants = @samples;
	while (@mutants < $rounds)
	{
		my $mutant = $samples[ rand @samples ];
		$mutant = mutate($mutant, $samples[ rand @samples ]) for 0 .. int rand(rand() < 0.7 ? 2 : 6);
		push @mutants, $mutant;
	}
	return @mutants;
}

sub write_file
{
	my ($name, @content) = @_;
	open my $file, '>:raw', "$ENV{TMPDIR}/$name" or die "$name: $!";
	print $file @content;
	close $file or die "$name: $!";
	return;
}

# what the server sends for the valid texts
sub sent_bytes
{
	my ($type) = @_;
	my @values = map { "(decode('" . unpack('H*', $_) . "', 'hex'))" } @{ $texts{$type} };
	write_file('inputs.sql', "SELECT encode(creditbank.${type}_send(convert_from(t, 'UTF8')::creditbank.$type), 'hex') FROM (VALUES ", join(',', @values), ') AS v (t)');
	return map { pack 'H*', $_ } split /\n/, `psql -XqAt -v ON_ERROR_STOP=1 -d creditbank_inputs -f $ENV{TMPDIR}/inputs.sql`;
}

# A binary COPY of one row: its number, what was sent, and the value.
sub copy_file
{
	my ($number, $bytes) = @_;
	return "PGCOPY\n\xFF\r\n\0" . pack('NN n N N N/a* N/a* n', 0, 0, 3, 4, $number, $bytes, $bytes, 0xFFFF);
}

my $prologue = <<'SQL';
\set VERBOSITY verbose
SELECT pg_backend_pid() || ' ' || pg_postmaster_start_time();
CREATE TEMP TABLE text_input (type text, number integer, given bytea);
CREATE TEMP TABLE refusal (type text, state text);
CREATE FUNCTION pg_temp.read_texts() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	input record;
BEGIN
	FOR input IN SELECT * FROM text_input
	LOOP
		BEGIN
			EXECUTE format('INSERT INTO %1$s_value SELECT $1, NULL, convert_from($2, ''UTF8'')::creditbank.%1$s', input.type)
			USING input.number, input.given;
		EXCEPTION WHEN OTHERS THEN
			INSERT INTO refusal VALUES (input.type, SQLSTATE);
		END;
	END LOOP;
END
$$;
CREATE FUNCTION pg_temp.faults(type text, check_text text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	value_number integer;
	good boolean;
BEGIN
	FOR value_number IN EXECUTE format('SELECT number FROM %s_value', type)
	LOOP
		BEGIN
			EXECUTE format('SELECT bool_and(%s) FROM %s_value WHERE number = $1', replace(check_text, 'TYPE', 'creditbank.' || type), type)
			INTO good
			USING value_number;
		EXCEPTION WHEN OTHERS THEN
			good := false;
			RETURN NEXT SQLERRM;
		END;
		IF good IS NOT TRUE THEN
			RETURN NEXT format('%s %s', type, value_number);
		END IF;
	END LOOP;
END
$$;
SQL

is(system('createdb', '-E', 'UTF8', '-T', 'template0', 'creditbank_inputs'), 0, 'a database');
is(system('psql', '-Xq', '-d', 'creditbank_inputs', '-c', 'CREATE EXTENSION creditbank'), 0, 'with the extension');

my (@script, %bytes_of, %text_of);
my $number = 0;
for my $type (sort keys %texts)
{
	push @script, "CREATE TEMP TABLE ${type}_value (number integer PRIMARY KEY, sent bytea, value creditbank.$type);\n";
	my @rows = map { $number++; $text_of{$number} = $_; "$type\t$number\t\\\\x" . unpack('H*', $_) . "\n" } mutants(@{ $texts{$type} });
	write_file("inputs.$type", @rows);
	push @script, "\\copy text_input FROM '$ENV{TMPDIR}/inputs.$type'\n";
	my @samples = sent_bytes($type);
	is(scalar @samples, scalar @{ $texts{$type} }, "$type: every sample is valid");
	for my $mutant (mutants(@samples))
	{
		$bytes_of{ ++$number } = $mutant;
		write_file("inputs.$number", copy_file($number, $mutant));
		push @script, "\\copy ${type}_value FROM '$ENV{TMPDIR}/inputs.$number' (FORMAT binary)\n";
	}
}
push @script, <<'SQL';
SELECT pg_temp.read_texts();
SELECT 'state ' || state FROM refusal GROUP BY state;
SELECT 'taken ' || (SELECT count(*) FROM credit_amount_value) || ' ' || (SELECT count(*) FROM achievement_ref_value) || ' ' || (SELECT count(*) FROM rule_set_value);
SELECT 'fault ' || pg_temp.faults(t, 'value::text::TYPE = value AND TYPE_send(value::text::TYPE) = TYPE_send(value) AND coalesce(sent = TYPE_send(value), true)')
FROM unnest('{credit_amount,achievement_ref,rule_set}'::text[]) AS t;
SELECT 'fault ' || pg_temp.faults('rule_set', 'value::jsonb::TYPE = value');
SELECT pg_backend_pid() || ' ' || pg_postmaster_start_time();
SQL
write_file('inputs.sql', $prologue, @script);
my @output = split /\n/, `psql -XqAt -d creditbank_inputs -f $ENV{TMPDIR}/inputs.sql 2>&1`;

is($output[-1], $output[0], 'the session and the server lived through it');
my %states = map { $_ => 1 } map { /^state (\w+)/ || /ERROR:  (\w{5}):/ ? $1 : () } @output;
my @wrong_states = grep { !/^(22|42601|54000|08P01)/ } sort keys %states;
is("@wrong_states", '', 'what was refused was refused as bad data');
my ($taken) = map { /^taken (.*)/ ? $1 : () } @output;
my @taken = split / /, $taken // '';
is(scalar(grep { $_ > 20 } @taken), 3, 'and some of each type was taken');
note "refused with @{[ sort keys %states ]}; taken $taken";
my @faults = map { /^fault (.*)/ ? $1 : () } @output;
is(scalar @faults, 0, 'what was taken comes back the same from its text and from its bytes')
  or diag map { my ($n) = /(\d+)$/; "$_: " . (defined $n ? unpack('H*', $text_of{$n} // $bytes_of{$n} // '') : '') . "\n" } @faults[ 0 .. ($#faults < 9 ? $#faults : 9) ];
diag "CREDITBANK_SEED=$seed repeats this" if !Test::More->builder->is_passing;
unlink glob "$ENV{TMPDIR}/inputs.*";
done_testing();
