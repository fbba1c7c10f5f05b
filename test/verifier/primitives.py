"""primitives: the hashes and signatures of the two suites, in pure Python.

For: the verifier and the signer. Written from FIPS 180-4, GB/T 32905-2016
(SM3), RFC 8032 section 5.1.7 (Ed25519) and GB/T 32918.2-2016 (SM2), with the
curve and the identity of GB/T 32918.5-2017.
Promise: a signature is true or false, never an exception; every encoding that
the standards call invalid is false.
It never signs: pure Python takes a time that depends on the key.
"""

import hashlib

SHA256_SUITE = "sha256-ed25519"
SM3_SUITE = "sm3-sm2"
SUITE_CODES = {SHA256_SUITE: 1, SM3_SUITE: 2}


# SM3

def _rotate(word, count):
    count %= 32
    return ((word << count) | (word >> (32 - count))) & 0xFFFFFFFF


def _sm3_block(state, block):
    words = [int.from_bytes(block[i:i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _rotate(words[j - 3], 15)
        mixed ^= _rotate(mixed, 15) ^ _rotate(mixed, 23)
        words.append(mixed ^ _rotate(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = _rotate((_rotate(a, 12) + e + _rotate(constant, j)) & 0xFFFFFFFF, 7)
        ss2 = ss1 ^ _rotate(a, 12)
        if j < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & g)
        tt1 = (ff + d + ss2 + (words[j] ^ words[j + 4])) & 0xFFFFFFFF
        tt2 = (gg + h + ss1 + words[j]) & 0xFFFFFFFF
        d, c, b, a = c, _rotate(b, 9), a, tt1
        h, g, f, e = g, _rotate(f, 19), e, tt2 ^ _rotate(tt2, 9) ^ _rotate(tt2, 17)
    return [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h))]


def sm3_in_python(data):
    """SM3 without help: used where hashlib's OpenSSL has no SM3."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
             0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = bytes(data) + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        state = _sm3_block(state, padded[start:start + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def _sm3_of_hashlib(data):
    return hashlib.new("sm3", data).digest()


try:
    _sm3_of_hashlib(b"")
    sm3 = _sm3_of_hashlib
except ValueError:
    sm3 = sm3_in_python


def sha256(data):
    return hashlib.sha256(data).digest()


HASH_OF_SUITE = {SHA256_SUITE: sha256, SM3_SUITE: sm3}


def _multiply(add, neutral, factor, point):
    """factor times a point of the group with this addition and neutral element"""
    product = neutral
    while factor:
        if factor & 1:
            product = add(product, point)
        point = add(point, point)
        factor >>= 1
    return product


# Ed25519

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_NEUTRAL = (0, 1, 1, 0)


def _edwards_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _edwards_decode(encoded):
    """The point of 32 bytes, or None: y not below p, or no x (RFC 8032, 5.1.3)."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


def _edwards_equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


_BASE = _edwards_decode((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519_verify(message, signature, public_key):
    """RFC 8032, 5.1.7, with the equation that has no cofactor in it."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = _edwards_decode(public_key), _edwards_decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _L
    return _edwards_equal(_multiply(_edwards_add, _NEUTRAL, s, _BASE), _edwards_add(r, _multiply(_edwards_add, _NEUTRAL, k, key)))


# SM2

_Q = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _Q - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
      0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
SM2_IDENTITY = b"1234567812345678"


def _curve_add(p, q):
    """Affine addition; None is the point at infinity."""
    if p is None:
        return q
    if q is None:
        return p
    if p[0] == q[0]:
        if (p[1] + q[1]) % _Q == 0:
            return None
        slope = (3 * p[0] * p[0] + _A) * pow(2 * p[1], -1, _Q) % _Q
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, _Q) % _Q
    x = (slope * slope - p[0] - q[0]) % _Q
    return (x, (slope * (p[0] - x) - p[1]) % _Q)


def _sm2_point(public_key):
    """The point of 04 || x || y, or None when it is none of the curve."""
    if len(public_key) != 65 or public_key[0] != 4:
        return None
    x, y = int.from_bytes(public_key[1:33], "big"), int.from_bytes(public_key[33:], "big")
    if x >= _Q or y >= _Q or (y * y - x * x * x - _A * x - _B) % _Q:
        return None
    return (x, y)


def sm2_digest(message, public_key, identity=SM2_IDENTITY):
    """e of GB/T 32918.2: SM3(Z || message), Z binding identity, curve and key."""
    curve = b"".join(number.to_bytes(32, "big") for number in (_A, _B) + _G)
    z = sm3((8 * len(identity)).to_bytes(2, "big") + identity + curve + public_key[1:])
    return sm3(z + message)


def sm2_verify(message, signature, public_key, identity=SM2_IDENTITY):
    """GB/T 32918.2, section 7; the signature is r || s, 32 bytes each."""
    point = _sm2_point(public_key)
    if point is None or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (1 <= r < _N and 1 <= s < _N) or (r + s) % _N == 0:
        return False
    e = int.from_bytes(sm2_digest(message, public_key, identity), "big")
    found = _curve_add(_multiply(_curve_add, None, s, _G), _multiply(_curve_add, None, (r + s) % _N, point))
    return found is not None and (e + found[0]) % _N == r


VERIFY_OF_ALGORITHM = {"ed25519": ed25519_verify, "sm2": sm2_verify}


# Answers that the standards publish

_KNOWN_DIGESTS = (
    ("SHA-256 of abc (FIPS 180-4)", sha256, b"abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("SM3 of abc (GB/T 32905, A.1)", sm3_in_python, b"abc",
     "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ("SM3 of 16 times abcd (GB/T 32905, A.2)", sm3_in_python, b"abcd" * 16,
     "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ("SM3 of abc by hashlib", sm3, b"abc",
     "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
)
_KNOWN_SIGNATURES = (
    ("Ed25519 (RFC 8032, 7.1, test 1)", ed25519_verify, "",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("Ed25519 (RFC 8032, 7.1, test 2)", ed25519_verify, "72",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("SM2 (GB/T 32918.5, A.2)", sm2_verify, b"message digest".hex(),
     "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
     "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
     "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
     "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"),
)


def wrong_known_answers():
    """Names of the published answers that this module does not give."""
    wrong = [name for name, digest, data, answer in _KNOWN_DIGESTS if digest(data).hex() != answer]
    for name, verify, message, key, signature in _KNOWN_SIGNATURES:
        message, key, signature = (bytes.fromhex(part) for part in (message, key, signature))
        changed = signature[:-1] + bytes([signature[-1] ^ 1])
        if not verify(message, signature, key) or verify(message, changed, key) or verify(message + b"x", signature, key):
            wrong.append(name)
    return wrong
