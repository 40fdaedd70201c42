"""Mutants of one signed document: what an attacker sends who has everything but the right to.

Four kinds, told apart because what refuses them differs:
1. `unsigned`: the bytes were changed by somebody without any key;
2. `foreign`: signed anew by a key that is not the signer's, weak ones among them;
3. `reheaded`: signed anew by the right key, but not as a document of this protocol;
4. `resaid`: signed anew by the right key, saying what it must not say.
A mutant that equals the original is never made. Each names how it came about, so that a failure
reads as a sentence.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, Final

import attrs

from fachkraft_share.wire import jws, strict
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import LOW_ORDER_KEYS, PrivateKey, kid
from fachkraft_share.wire.suite import Suite

FLIPS: Final = 24  # flipped bits of each segment
_ALGORITHMS: Final = ("none", "None", "EdDSA", "ed25519", "HS256", "ES256", "RS256", "", 1, None)
_MORE_HEADERS: Final = ("jwk", "jku", "x5u", "x5c", "x5t", "crit", "cty", "b64", "zip", "iss")
_ODD: Final[tuple[Any, ...]] = (None, "", 0, 1, -1, True, [], {}, "x", ["x"], {"x": 1}, 2**53 - 1)
_FRAMES: Final = (b" {}", b",", b"\x00", b"\n\n{}")
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@attrs.frozen
class Mutant:
    """A changed document and how it was changed."""

    how: str
    token: str = attrs.field(repr=False)


@attrs.frozen
class Original:
    """A right document, and the private key that signed it."""

    token: str = attrs.field(repr=False)
    key: PrivateKey = attrs.field(repr=False)
    suite: Suite = attrs.field(repr=False)

    @property
    def header(self) -> dict[str, Any]:
        """The header, read."""
        return _object(self.token.split(".")[0])

    @property
    def claims(self) -> dict[str, Any]:
        """The claims, read."""
        return _object(self.token.split(".")[1])

    def signed(self, claims: Any, *, header: Any = None, key: PrivateKey | None = None) -> str:
        """Return these claims signed, whatever they and the header are."""
        told = self.header if header is None else header
        return self.raw(_json(claims), header=_json(told), key=key)

    def raw(self, claims: bytes, *, header: bytes = b"", key: PrivateKey | None = None) -> str:
        """Return these bytes signed, JSON or not."""
        first = b64(header or _json(self.header))
        text = f"{first}.{b64(claims)}"
        return f"{text}.{b64(self.suite.sign((key or self.key).seed, text.encode()))}"


def mutants(
    original: Original,
    *,
    others: Iterable[PrivateKey],
    random: Random,
    resaid: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Mutant, ...]:
    """Return the mutants of all four kinds; `resaid` names claims that are wrong if changed so."""
    found = [
        *unsigned(original, random=random),
        *foreign(original, others),
        *reheaded(original),
        *wrong_form(original),
        *_resaid(original, resaid or {}),
    ]
    other = [one for one in found if one.token != original.token]
    return tuple({one.token: one for one in other}.values())


def unsigned(original: Original, *, random: Random) -> Iterator[Mutant]:
    """Change bytes and keep the signature: bits, claims, members, spelling, segments."""
    yield from _flipped(original.token, random=random)
    header, body, signature = original.token.split(".")
    for how, claims in _changed_claims(original.claims):
        yield Mutant(f"unsigned: {how}", f"{header}.{b64(_json(claims))}.{signature}")
    for how, text in _respelt(original.token):
        yield Mutant(f"unsigned: {how}", text)
    for how, raw in _twice(original.claims):
        yield Mutant(f"unsigned: {how}", f"{header}.{b64(raw)}.{signature}")
    for size in (0, 1, 32, 63, 65, 128):
        yield Mutant(f"unsigned: a signature of {size}", f"{header}.{body}.{b64(bytes(size))}")
    yield Mutant("unsigned: a signature of zeros", f"{header}.{body}.{b64(bytes(64))}")
    yield Mutant("unsigned: its halves exchanged", f"{header}.{body}.{_exchanged(signature)}")


def foreign(original: Original, others: Iterable[PrivateKey]) -> Iterator[Mutant]:
    """Sign with another key: under its own id, under the signer's, and with keys that fit all."""
    for number, key in enumerate(others):
        own = {**original.header, "kid": key.kid}
        yield Mutant(
            f"foreign: key {number}", original.signed(original.claims, header=own, key=key)
        )
        yield Mutant(f"foreign: key {number}, kid kept", original.signed(original.claims, key=key))
        for how, claims in _changed_claims(original.claims):
            if how.endswith("changed"):
                text = original.signed(claims, header=own, key=key)
                yield Mutant(f"foreign: key {number}, {how}", text)
    body = original.token.split(".")[1]
    for number, weak in enumerate(sorted(LOW_ORDER_KEYS)):
        header = b64(_json({**original.header, "kid": kid(weak)}))
        # R neutral, S zero: a verifier without checks takes it for any text under such a key.
        fits_all = b64(b"\x01" + bytes(63))
        yield Mutant(f"foreign: low-order key {number}", f"{header}.{body}.{fits_all}")


def reheaded(original: Original) -> Iterator[Mutant]:
    """Sign another header with the right key: algorithm, type, key, further members."""
    header, claims = original.header, original.claims
    headers: list[tuple[str, Any]] = [("no header", {}), ("a header in a list", [header])]
    headers += [(f"alg {one!r}", {**header, "alg": one}) for one in _ALGORITHMS]
    headers += [(f"typ {one}", {**header, "typ": one}) for one in (*jws.Type, "JWT", "", None)]
    headers += [(f"with {one}", {**header, one: "https://fremd.example"}) for one in _MORE_HEADERS]
    headers += [(f"without {one}", _without(header, one)) for one in header]
    headers += [(f"kid {one!r}", {**header, "kid": one}) for one in _ODD]
    for how, told in headers:
        if told != header:
            yield Mutant(f"reheaded: {how}", original.signed(claims, header=told))
    twice = _json(header)[:-1] + b',"alg":"Ed25519"}'
    yield Mutant("reheaded: alg twice", original.raw(_json(claims), header=twice))


def wrong_form(original: Original) -> Iterator[Mutant]:
    """Sign with the right key what no strict reader takes for claims of this document."""
    claims, raw = original.claims, _json(original.claims)
    for how, changed in _twice(claims):
        yield Mutant(f"resaid: {how}", original.raw(changed))
    for frame in _FRAMES:
        yield Mutant(f"resaid: followed by {frame!r}", original.raw(raw + frame))
    yield Mutant("resaid: after a byte order mark", original.raw(b"\xef\xbb\xbf" + raw))
    yield Mutant("resaid: in UTF-16", original.raw(raw.decode().encode("utf-16")))
    yield Mutant("resaid: claims in a list", original.signed([claims]))
    for number in (b"1.0", b"1e3", b"NaN", b"-Infinity", b"9007199254740992", b"9" * 400):
        text = raw[:-1] + b',"more":' + number + b"}"
        yield Mutant(f"resaid: with {number[:20]!r}", original.raw(text))
    deep = b"[" * 40 + b"]" * 40
    yield Mutant("resaid: deep", original.raw(raw[:-1] + b',"more":' + deep + b"}"))
    for odd in (b'"\\ud800"', b'"a\\u0000"', '"e\u0301"'.encode(), b'"\xff"'):
        yield Mutant(f"resaid: with {odd!r}", original.raw(raw[:-1] + b',"more":' + odd + b"}"))


def _resaid(original: Original, wrong: Mapping[str, Mapping[str, Any]]) -> Iterator[Mutant]:
    for how, changed in wrong.items():
        yield Mutant(f"resaid: {how}", original.signed({**original.claims, **changed}))


def _flipped(token: str, *, random: Random) -> Iterator[Mutant]:
    """Flip bits of each segment's bytes, and letters of its text."""
    parts = token.split(".")
    for place, part in enumerate(parts):
        raw = unb64(part)
        for bit in random.sample(range(8 * len(raw)), min(FLIPS, 8 * len(raw))):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            yield Mutant(f"unsigned: bit of part {place}", _with(parts, place, b64(bytes(changed))))
        for at in (*random.sample(range(len(part)), min(FLIPS // 2, len(part))), len(part) - 1):
            letter = random.choice(_ALPHABET)
            text = part[:at] + letter + part[at + 1 :]
            yield Mutant(f"unsigned: letter of part {place}", _with(parts, place, text))


def _changed_claims(claims: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Change, remove and exchange every claim at every depth, one at a time."""
    for path in _paths(claims):
        name, value = "/".join(map(str, path)), _at(claims, path)
        yield f"{name} changed", _put(claims, path, _another(value))
        yield f"{name} removed", _put(claims, path, _GONE)
        odd = next(one for one in _ODD if type(one) is not type(value))
        yield f"{name} of another type", _put(claims, path, odd)
    yield "a claim added", {**claims, "added": 1}


def _twice(claims: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Say one member twice, either way round."""
    raw = _json(claims)
    for name, value in claims.items():
        again = _json({name: _another(value)})[1:-1]
        yield f"{name} twice, at the end", raw[:-1] + b"," + again + b"}"
        yield f"{name} twice, at the front", b"{" + again + b"," + raw[1:]


def _respelt(token: str) -> Iterator[tuple[str, str]]:
    """Write the same document otherwise."""
    parts = token.split(".")
    for place, part in enumerate(parts):
        raw = unb64(part)
        padded = base64.urlsafe_b64encode(raw).decode()
        yield f"part {place} padded", _with(parts, place, padded + "=" * (padded == part))
        yield f"part {place} with a blank", _with(parts, place, f"{part[:5]} {part[5:]}")
        yield f"part {place} with a line end", _with(parts, place, f"{part}\n")
        yield f"part {place} in the other alphabet", _with(parts, place, part + "+/"[place % 2])
        yield f"part {place} missing", _with(parts, place, "")
        yield f"part {place} doubled", _with(parts, place, f"{part}.{part}")
        yield f"part {place} cut", _with(parts, place, part[: len(part) // 2])
    header, body, signature = parts
    spaced = b64(json.dumps(_object(body), indent=1).encode())
    yield "claims with other blanks", f"{header}.{spaced}.{signature}"
    turned = b64(_json(dict(reversed(list(_object(body).items())))))
    yield "claims in another order", f"{header}.{turned}.{signature}"
    whole = {"protected": header, "payload": body, "signature": signature}
    yield "as JSON", json.dumps(whole)
    yield "with a blank before", f" {token}"
    yield "with a line end behind", f"{token}\n"
    yield "with a byte order mark", f"\ufeff{token}"
    yield "five parts", f"{token}.{signature}.{signature}"
    yield "nothing", ""


_GONE: Final = object()


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        yield (*before, name)
        if isinstance(inner, dict | list):
            yield from _paths(inner, (*before, name))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copy[first] = _put(value[first], tuple(rest), new)
    elif new is _GONE:
        del copy[first]
    else:
        copy[first] = new
    return copy


def _another(value: Any) -> Any:
    """Return another value of the same type, as like the first as can be."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            end = "B" if value.endswith("A") else "A"
            return value[:-1] + end
        case list():
            return [*value, _another(value[-1]) if value else "x"]
        case dict():
            return {**value, "added": 1}
    return "x"


def _without(header: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in header.items() if key != name}


def _with(parts: list[str], place: int, text: str) -> str:
    return ".".join([*parts[:place], text, *parts[place + 1 :]])


def _exchanged(signature: str) -> str:
    raw = unb64(signature)
    return b64(raw[32:] + raw[:32])


def _object(part: str) -> dict[str, Any]:
    found = strict.read(unb64(part))
    return found if isinstance(found, dict) else {}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
