"""note: checkpoints, verifier keys and signed notes.

For: the verifier and the signer. Written from doc/checkpoint.md and the C2SP
documents that it names. Promise: what is not in the form specified, to the
byte, is a NoteError that says where, what is in the
form and wrong is Refused; nothing is mended.
"""

import base64
import binascii
import hashlib
import re
import uuid
from typing import NamedTuple, Optional

from primitives import HASH_OF_SUITE, VERIFY_OF_ALGORITHM

_DASH = "\u2014"
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f-\x9f]{1,255}")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")

# (role, algorithm): type bytes, length of the public key
KEY_TYPES = {
    ("log", "ed25519"): (b"\x01", 32),
    ("witness", "ed25519"): (b"\x04", 32),
    ("log", "sm2"): (b"\xffcreditbank/sm2", 65),
    ("witness", "sm2"): (b"\xffcreditbank/sm2-cosignature", 65),
}


class NoteError(ValueError):
    """A text that is no checkpoint, no note or no key."""


def _base64(what, text):
    """Bytes of canonical base64: what they encode to is the text again."""
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NoteError(f"{what} is not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise NoteError(f"{what} is not base64 as it is written")
    return decoded


def _number(what, text, low):
    if not _DECIMAL.fullmatch(text) or not low <= int(text) < 2**63:
        raise NoteError(f"{what} is not a number from {low} to 2^63 - 1 without leading zeroes: {text!r}")
    return int(text)


def _name(what, text):
    if not _NAME.fullmatch(text):
        raise NoteError(f"{what} is not a name of 1 to 255 characters without spaces, control characters and +: {text!r}")
    return text


class Refused(Exception):
    """What was asked about is readable, and does not hold."""


class Checkpoint(NamedTuple):
    """What the five lines of a body say."""
    origin: str
    size: int
    root: bytes
    suite: str
    incarnation: int
    marker: str
    body: str

    @property
    def digest(self):
        return HASH_OF_SUITE[self.suite]


def read_body(body):
    lines = body.split("\n")
    if len(lines) != 6 or lines[5]:
        raise NoteError("the body of a checkpoint has five lines, each with its line end")
    origin, size, root, suite, incarnation, _ = lines
    if suite not in ("suite " + name for name in HASH_OF_SUITE):
        raise NoteError(f"line 4 of the body names no suite: {suite!r}")
    words = incarnation.split(" ")
    if len(words) != 3 or words[0] != "incarnation":
        raise NoteError(f"line 5 of the body is not an incarnation: {incarnation!r}")
    try:
        canonical = str(uuid.UUID(words[2])) == words[2]
    except ValueError:
        canonical = False
    if not canonical:
        raise NoteError(f"the incarnation's marker is not a UUID in lower case with hyphens: {words[2]!r}")
    root_hash = _base64("the root", root)
    if len(root_hash) != 32:
        raise NoteError("the root is not 32 bytes")
    return Checkpoint(_name("the origin", origin), _number("the tree size", size, 0), root_hash,
                      suite[len("suite "):], _number("the incarnation", words[1], 1), words[2], body)


class Key(NamedTuple):
    name: str
    role: str
    algorithm: str
    public_key: bytes

    @property
    def key_id(self):
        type_bytes = KEY_TYPES[self.role, self.algorithm][0]
        return hashlib.sha256(self.name.encode() + b"\n" + type_bytes + self.public_key).digest()[:4]

    def __str__(self):
        """The verifier key."""
        encoded = base64.b64encode(KEY_TYPES[self.role, self.algorithm][0] + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


def read_key(text):
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise NoteError(f"not a verifier key, name+id+key: {text!r}")
    encoded = _base64("the key of a verifier key", parts[2])
    for (role, algorithm), (type_bytes, length) in KEY_TYPES.items():
        if encoded.startswith(type_bytes) and len(encoded) == len(type_bytes) + length:
            key = Key(_name("the name of a verifier key", parts[0]), role, algorithm, encoded[-length:])
            if key.key_id.hex() != parts[1]:
                raise NoteError(f"the id in the verifier key is {parts[1]}, its key has {key.key_id.hex()}")
            return key
    raise NoteError(f"a verifier key of no known kind: {text!r}")


class Signature(NamedTuple):
    name: str
    key_id: bytes
    content: bytes


def split_note(note):
    """The body of a note and its signatures; of a bare body there are none."""
    body, empty_line, tail = note.rpartition("\n\n")
    if not empty_line:
        return note, []
    lines = tail.split("\n")
    if lines.pop() or not lines:
        raise NoteError("the note does not end with a signature line and its line end")
    signatures = []
    for line in lines:
        words = line.split(" ")
        if len(words) != 3 or words[0] != _DASH:
            raise NoteError(f"not a signature line: {line!r}")
        content = _base64("a signature", words[2])
        if len(content) < 5:
            raise NoteError(f"a signature line too short: {line!r}")
        signatures.append(Signature(_name("a signer's name", words[1]), content[:4], content[4:]))
    return body + "\n", signatures


def signature_line(key, content):
    """content: what follows the key id."""
    return f"{_DASH} {key.name} {base64.b64encode(key.key_id + content).decode()}\n"


def cosignature_message(body, seconds):
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def _der_integer(data, at):
    """A positive INTEGER of DER of at most 32 bytes, in its shortest form: (number, end)."""
    if data[at:at + 1] != b"\x02":
        return None
    length = data[at + 1] if at + 1 < len(data) else 0
    content = data[at + 2:at + 2 + length]
    if not 1 <= length <= 33 or len(content) != length or content[0] & 0x80:
        return None
    if length > 1 and content[0] == 0 and not content[1] & 0x80:
        return None
    return int.from_bytes(content, "big"), at + 2 + length


def sm2_signature_of_der(der):
    """r || s of SEQUENCE { INTEGER r, INTEGER s }, or None."""
    if len(der) < 2 or der[0] != 0x30 or der[1] != len(der) - 2 or der[1] & 0x80:
        return None
    first = _der_integer(der, 2)
    second = first and _der_integer(der, first[1])
    if not second or second[1] != len(der) or max(first[0], second[0]) >= 2**256:
        return None
    return first[0].to_bytes(32, "big") + second[0].to_bytes(32, "big")


def verify_content(key, body, content):
    """Does a signature's content, by this key, verify? (true or false, time or None)"""
    seconds, signature, message = None, content, body.encode()
    if key.role == "witness":
        seconds, signature = int.from_bytes(content[:8], "big"), content[8:]
        if len(content) < 9 or seconds >= 2**63:
            return False, None
        message = cosignature_message(body, seconds)
    if key.algorithm == "sm2":
        signature = sm2_signature_of_der(signature)
    valid = signature is not None and VERIFY_OF_ALGORITHM[key.algorithm](message, signature, key.public_key)
    return valid, seconds


class Opened(NamedTuple):
    """A note read and verified: who of the known keys signed, and when."""
    checkpoint: Checkpoint
    signed: dict                         # Key: POSIX seconds of a witness, else None
    unknown: list                        # names of signers whose keys were not given


def open_note(note, keys):
    """Reads a note; a signature by one of the keys that does not verify is Refused."""
    body, signatures = split_note(note)
    checkpoint = read_body(body)
    signed, unknown = {}, []
    for signature in signatures:
        key = find_key(keys, signature)
        if key is None:
            unknown.append(signature.name)
            continue
        valid, seconds = verify_content(key, body, signature.content)
        if not valid:
            raise Refused(f"the signature by {key} does not verify")
        signed[key] = seconds
    return Opened(checkpoint, signed, unknown)


def find_key(keys, signature) -> Optional[Key]:
    return next((key for key in keys if (key.name, key.key_id) == (signature.name, signature.key_id)), None)
