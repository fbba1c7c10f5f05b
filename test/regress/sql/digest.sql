-- digest: published vectors of digests and signatures. FIPS 180-4 example "abc";
-- GB/T 32905-2016, appendix A.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SELECT encode(creditbank.digest('abc'), 'hex') = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' AS sha256;
SELECT encode(creditbank.digest('abc', 'sm3-sm2'), 'hex') = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0' AS sm3;
SELECT encode(creditbank.digest(''), 'hex');
SELECT creditbank.digest(NULL) IS NULL AS null_in_null_out;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.digest('abc', 'md5') $$);

-- Signatures: RFC 8032, section 7.1, tests 1, 2, 3, 1024 and SHA(abc); for SM2 the
-- example of GB/T 32918.5-2017, A.2 (also GM/T 0003.5-2012, A.2), in DER.
CREATE TEMP TABLE vector (name text, algorithm text, public_key bytea, message bytea, signature bytea);
INSERT INTO vector
VALUES
	('rfc8032 1', 'ed25519', '\xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '\x', '\xe5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'),
	('rfc8032 2', 'ed25519', '\x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '\x72', '\x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'),
	('rfc8032 3', 'ed25519', '\xfc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', '\xaf82', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'),
	('rfc8032 1024', 'ed25519', '\x278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e', '\x08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbefefd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34dff7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380db2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8cac60c905c15fc910840b94c00a0b9d0', '\x0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03'),
	('rfc8032 sha(abc)', 'ed25519', '\xec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf', '\xddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f', '\xdc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704'),
	('gb/t 32918.5 a.2', 'sm2', '\x0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13', '\x6d65737361676520646967657374', '\x3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa');
SELECT name, length(message) AS message, creditbank.verify_signature(message, signature, public_key, algorithm) AS valid
FROM vector;
-- Every bit of a signature and of a key, and a bit of every byte of a message, counts.
SELECT name, count(*) AS tried, count(*) FILTER (WHERE creditbank.verify_signature(message, set_bit(signature, bit, 1 - get_bit(signature, bit)), public_key, algorithm)) AS valid
FROM vector, generate_series(0, 8 * length(signature) - 1) AS bit
GROUP BY name
ORDER BY name;
SELECT name, count(*) AS tried, count(*) FILTER (WHERE creditbank.verify_signature(message, signature, set_bit(public_key, bit, 1 - get_bit(public_key, bit)), algorithm)) AS valid
FROM vector, generate_series(0, 8 * length(public_key) - 1) AS bit
GROUP BY name
ORDER BY name;
SELECT name, count(*) AS tried, count(*) FILTER (WHERE creditbank.verify_signature(set_bit(message, 8 * byte + byte % 8, 1 - get_bit(message, 8 * byte + byte % 8)), signature, public_key, algorithm)) AS valid
FROM vector, generate_series(0, length(message) - 1) AS byte
GROUP BY name
ORDER BY name;
-- Nor may anything be added or left out, or another signature, key or algorithm stand in.
SELECT name, e.what, creditbank.verify_signature(e.message, e.signature, e.public_key, e.algorithm) AS valid
FROM vector AS v,
	LATERAL (VALUES
		('message + byte', message || '\x00'::bytea, signature, public_key, algorithm),
		('signature + byte', message, signature || '\x00'::bytea, public_key, algorithm),
		('byte + signature', message, '\x00'::bytea || signature, public_key, algorithm),
		('signature - byte', message, substr(signature, 1, length(signature) - 1), public_key, algorithm),
		('no signature', message, '', public_key, algorithm),
		('key + byte', message, signature, public_key || '\x00'::bytea, algorithm),
		('key - byte', message, signature, substr(public_key, 1, length(public_key) - 1), algorithm),
		('no key', message, signature, '', algorithm),
		('key as signature', message, public_key, public_key, algorithm),
		('other algorithm', message, signature, public_key, CASE algorithm WHEN 'sm2' THEN 'ed25519' ELSE 'sm2' END)
	) AS e (what, message, signature, public_key, algorithm)
WHERE v.name IN ('rfc8032 3', 'gb/t 32918.5 a.2');
SELECT count(*) AS tried, count(*) FILTER (WHERE creditbank.verify_signature(a.message, b.signature, b.public_key, b.algorithm)) AS valid
FROM vector AS a JOIN vector AS b ON a.name <> b.name;
-- A random signature of any length raises nothing.
SELECT count(*) AS tried, count(*) FILTER (WHERE creditbank.verify_signature('x', substr(creditbank.digest(n::text::bytea) || creditbank.digest(n::text::bytea, 'sm3-sm2') || creditbank.digest(n::text::bytea), 1, n % 96), public_key, algorithm)) AS valid
FROM vector, generate_series(1, 192) AS n;

-- Ed25519: S is below L, the order of the base point, or the signature is refused;
-- S + L would verify otherwise.
SELECT what, creditbank.verify_signature(v.message, e.signature, v.public_key, v.algorithm) AS valid
FROM vector AS v, (VALUES
	('S', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'::bytea),
	('S + L', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac05d391b0a77904e98404ef037747a56e4a7c15e9716ed28dc027beceea1ec41a'::bytea),
	('S + 2 L', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3acf2a6870dc2dc16415ba1e6a6554184834a7c15e9716ed28dc027beceea1ec42a'::bytea),
	('S + 15 L', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3acfb6903c618e505ba3d9879eda3f1d6924b7c15e9716ed28dc027beceea1ec4fa'::bytea),
	('L', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3acedd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'::bytea),
	('all ones', '\x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3acffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'::bytea),
	('R of zeros', '\x000000000000000000000000000000000000000000000000000000000000000018ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'::bytea),
	('R not canonical, y = p', '\xedffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'::bytea)) AS e (what, signature)
WHERE v.name = 'rfc8032 3';
-- Points of small order and points not written canonically are as OpenSSL judges
-- them: as keys they pass, and verify what nobody signed; as R, only canonical
-- ones can be the same bytes. doc/digest.md says what follows.
SELECT what, creditbank.verify_signature('x', signature, public_key, 'ed25519') AS valid
FROM (VALUES
	('key of order 1, R of order 1, S = 0', '\x0100000000000000000000000000000000000000000000000000000000000000'::bytea, '\x01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::bytea),
	('the same key as y = p + 1', '\xeeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'::bytea, '\x01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::bytea),
	('the same R as y = p + 1', '\x0100000000000000000000000000000000000000000000000000000000000000'::bytea, '\xeeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000'::bytea),
	('the same R with the sign of x', '\x0100000000000000000000000000000000000000000000000000000000000000'::bytea, '\x01000000000000000000000000000000000000000000000000000000000000800000000000000000000000000000000000000000000000000000000000000000'::bytea),
	('key that is no point, y = 2', '\x0200000000000000000000000000000000000000000000000000000000000000'::bytea, '\x01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::bytea)) AS e (what, public_key, signature);

-- SM2: a signature has one form, DER, and a key one, the uncompressed point.
SELECT what, creditbank.verify_signature(v.message, e.signature, v.public_key, v.algorithm) AS valid
FROM vector AS v, (VALUES
	('r, s', '\x3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('r || s', '\xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('length in two bytes', '\x308146022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('indefinite length', '\x3080022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa0000'::bytea),
	('r with a zero too many', '\x304702220000f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('s with a zero too many', '\x3047022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b302220000b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('negative r', '\x30450220f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('negative s', '\x3045022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b30220b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('r + n', '\x3046022101f5a03b0548d2c4630eeac513e1bb81a0cb48b9a3499bbc6c976872b628bc61d6022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('s + n', '\x3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022101b1b6aa28df212fd8763182bc0d421ca12d941868414547ffd7c75dcdbf9102cd'::bytea),
	('r = 0', '\x3026020100022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('s = 0', '\x3026022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3020100'::bytea),
	('r = n', '\x3046022100fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('s = n', '\x3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'::bytea),
	('n - s', '\x3045022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b302204e4955d520ded02789ce7d43f2bde35db673a66e0246c256cfb08a44b4197f79'::bytea),
	('s, r', '\x3046022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'::bytea),
	('three integers', '\x3049022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa020100'::bytea),
	('one integer', '\x3023022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'::bytea),
	('a set, not a sequence', '\x3146022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea),
	('an empty sequence', '\x3000'::bytea),
	('r longer than it says', '\x3046027f00f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'::bytea)) AS e (what, signature)
WHERE v.name = 'gb/t 32918.5 a.2';
SELECT what, creditbank.verify_signature(v.message, v.signature, e.public_key, v.algorithm) AS valid
FROM vector AS v, (VALUES
	('04 || x || y', '\x0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'::bytea),
	('x || y', '\x09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'::bytea),
	('compressed', '\x0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020'::bytea),
	('hybrid', '\x0709f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'::bytea),
	('hybrid, wrong parity', '\x0609f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'::bytea),
	('point at infinity', '\x00'::bytea),
	('65 zeros', '\x0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::bytea),
	('x, -y', '\x0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f350203315b6f21d988a5ad239158e733e559ff512fa030ca1f7b699cd09f8d25652ec'::bytea),
	('y, x', '\x04ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad1309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020'::bytea),
	('x = p', '\x04fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'::bytea),
	('all ones', '\x04ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'::bytea)) AS e (what, public_key)
WHERE v.name = 'gb/t 32918.5 a.2';

SELECT creditbank.verify_signature(NULL, signature, public_key, algorithm) AS message,
	creditbank.verify_signature(message, NULL, public_key, algorithm) AS signature,
	creditbank.verify_signature(message, signature, NULL, algorithm) AS public_key,
	creditbank.verify_signature(message, signature, public_key, NULL) AS algorithm
FROM vector
WHERE name = 'rfc8032 1';
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.verify_signature('', '', '', 'Ed25519') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.verify_signature('', '', '', '') $$);

-- No key is set here; test/t/signing.pl signs.
SELECT count(*) AS signing_keys FROM creditbank.signing_key();
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.sign_with_key_file('x') $$);
SELECT creditbank.sign_with_key_file(NULL) IS NULL AS null_in_null_out;
