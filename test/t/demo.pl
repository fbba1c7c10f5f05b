# demo: the story that make demo tells ends well, and is the story that
# README.md promises.
use strict;
use warnings;
use Test::More;

my $told = `test/demo/run`;
is($? >> 8, 0, 'the story ends well') or diag $told;
like($told, qr/ERROR:  "cert\/CN-POST\/EXP-OPERATOR#2023-000123" is used up/, 'the second conversion is refused');
like($told, qr/\b23C13\b/, 'with an SQLSTATE of its own');
like($told, qr/LOG-101.*3 cr.*LOG-102.*3 cr.*LOG-103.*2 cr/s, 'three courses are exempted');
like($told, qr/cr\s+\|\s+8 cr/, 'eight credits are posted');
like($told, qr/ERROR:  ledger_entry is append-only/, 'an entry is not changed in passing');
like($told, qr/altered_entry.*\| +9 +\|/, 'verification names the altered entry');
like($told, qr/The story is told/, 'and says so');
done_testing();
