"""The JSON form of our frozen dataclasses, with a schema version in each record and migration on read."""

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from bot.domain.errors import StoreError

T = TypeVar("T")
Encoder = Callable[[Any], Any]
Decoder = Callable[[Any], Any]
# Takes the data of one version to the next; the version of a record is one more than its number of migrations.
Migration = Callable[[dict[str, Any]], dict[str, Any]]

TAG = "_"
VERSION = "v"
_PLAIN = (str, int, bool, type(None), Any, object)


def _same(value: Any) -> Any:
    return value


def _subclasses(kind: type) -> tuple[type, ...]:
    below: tuple[type, ...] = tuple(kind.__subclasses__())
    return below + tuple(found for child in below for found in _subclasses(child))


def _dataclasses_of(kind: Any) -> tuple[type, ...]:
    """Return every dataclass a value declared as `kind` may be."""
    members = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    roots = [cast("type", member) for member in members if is_dataclass(member)]
    return tuple(one for root in roots for one in (root, *_subclasses(root)))


@cache
def encoder(kind: Any) -> Encoder:
    """Return the function that makes a value declared as `kind` plain; raises TypeError for a kind it cannot keep."""
    origin = get_origin(kind)
    found = _dataclasses_of(kind)
    if len(found) > 1:
        return _encode_tagged
    if origin in (Union, types.UnionType):
        inner = tuple(member for member in get_args(kind) if member is not type(None))
        return _optional(_encode_one_of(inner))
    if found:
        return _encode_dataclass(found[0])
    if kind is float or kind in _PLAIN or origin is Literal:
        return _same
    if kind is date:
        return date.isoformat
    if origin is tuple:
        return _encode_tuple(get_args(kind))
    if origin is frozenset:
        return _encode_set(encoder(get_args(kind)[0]))
    raise TypeError(f"no record form for {kind!r}")


def _encode_tagged(value: Any) -> Any:
    if value is None:
        return None
    made = {TAG: type(value).__name__}
    made.update(_encode_dataclass(cast("Any", type(value)))(value))
    return made


def _optional(inner: Encoder) -> Encoder:
    return _same if inner is _same else lambda value: None if value is None else inner(value)


def _encode_one_of(members: Sequence[Any]) -> Encoder:
    made = {encoder(member) for member in members}
    if len(made) > 1:
        raise TypeError(f"cannot tell these apart in a record: {members!r}")
    return made.pop()


def _encode_tuple(members: Sequence[Any]) -> Encoder:
    if len(members) == 2 and members[1] is Ellipsis:  # noqa: PLR2004  # tuple[X, ...]
        each = encoder(members[0])
        return list if each is _same else lambda value: [each(item) for item in value]
    each_of = tuple(encoder(member) for member in members)
    return lambda value: [encode(item) for encode, item in zip(each_of, value, strict=True)]


def _encode_set(each: Encoder) -> Encoder:
    return lambda value: sorted(each(item) for item in value)


@cache
def _encode_dataclass(kind: Any) -> Encoder:
    hints = get_type_hints(kind)
    parts = tuple((f.name, f.default, encoder(hints[f.name])) for f in fields(kind))

    def encode_fields(value: Any) -> dict[str, Any]:
        # A field at its default is left out: records stay small, and changing a default needs a migration.
        made = {}
        for name, default, encode in parts:
            item = getattr(value, name)
            # MISSING, where there is no default, equals nothing.
            if item is not default and item != default:
                made[name] = item if encode is _same else encode(item)
        return made

    return encode_fields


@cache
def decoder(kind: Any) -> Decoder:
    """Return the function that reads what `encoder(kind)` made."""
    origin = get_origin(kind)
    found = _dataclasses_of(kind)
    if len(found) > 1:
        return _decode_tagged({one.__name__: one for one in found})
    if origin in (Union, types.UnionType):
        return _decode_one_of([member for member in get_args(kind) if member is not type(None)])
    if found:
        return _decode_dataclass(found[0])
    if kind is float:
        return float
    if kind is date:
        return date.fromisoformat
    if origin is tuple:
        return _decode_tuple(get_args(kind))
    if origin is frozenset:
        each = decoder(get_args(kind)[0])
        return lambda data: frozenset(each(item) for item in data)
    return _same


def _decode_one_of(members: Sequence[Any]) -> Decoder:
    if len(members) > 1 and all(member in (*_PLAIN, float) for member in members):
        return _same  # plain JSON tells itself apart
    special = [made for made in map(decoder, members) if made is not _same]
    return _optional(special[0]) if special else _same


def _decode_tagged(kinds: Mapping[str, type]) -> Decoder:
    def decode_tagged(data: Any) -> Any:
        if data is None:
            return None
        if data[TAG] not in kinds:
            raise StoreError("error.record_unknown", record=data[TAG])
        return _decode_dataclass(kinds[data[TAG]])(data)

    return decode_tagged


def _decode_tuple(members: Sequence[Any]) -> Decoder:
    if len(members) == 2 and members[1] is Ellipsis:  # noqa: PLR2004  # tuple[X, ...]
        each = decoder(members[0])
        return tuple if each is _same else lambda data: tuple(each(item) for item in data)
    each_of = tuple(decoder(member) for member in members)
    return lambda data: tuple(decode(item) for decode, item in zip(each_of, data, strict=True))


@cache
def _decode_dataclass(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    decoders = {f.name: decoder(hints[f.name]) for f in fields(kind)}

    def decode_fields(data: dict[str, Any]) -> Any:
        # Unknown names are passed over: during a roll-out an older worker reads what a newer one wrote.
        known = {}
        for name, value in data.items():
            decode = decoders.get(name)
            if decode is not None:
                known[name] = value if decode is _same else decode(value)
        return kind(**known)

    return decode_fields


def dumps(data: Any) -> str:
    """Write plain data as compact JSON."""
    try:
        return orjson.dumps(data).decode()
    except TypeError:
        # Users can type half a surrogate pair, which UTF-8 cannot carry and ASCII can.
        return json.dumps(data, separators=(",", ":"))


def loads(text: str) -> Any:
    """Read what `dumps` wrote."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


@dataclass(frozen=True, slots=True)
class Codec:
    """Write and read records; `migrations` are the steps from version to version by the record's name."""

    migrations: Mapping[str, Sequence[Migration]]

    def version(self, name: str) -> int:
        """Return the version that is written now."""
        return 1 + len(self.migrations.get(name, ()))

    def write(self, name: str, kind: Any, value: object) -> str:
        """Return the JSON of `value`, declared as `kind`, with the version of the records called `name`."""
        return dumps({VERSION: self.version(name), **encoder(kind)(value)})

    def read(self, name: str, kind: type[T], text: str, **beside: Any) -> T:
        """Read a record, migrated to today's version, with the fields that stand `beside` it.

        Raises StoreError for one of a version we do not know yet.
        """
        data = loads(text)
        data = self.migrate(name, data.pop(VERSION, 1), data)
        data.update(beside)
        return cast("T", decoder(cast("Any", kind))(data))

    def migrate(self, name: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
        """Take the data of a record from `version` to today's."""
        steps = self.migrations.get(name, ())
        if version > 1 + len(steps):
            raise StoreError("error.record_newer", record=name, version=version)
        for step in steps[version - 1 :]:
            data = step(data)
        return data


# Every change of a stored dataclass that a default cannot bridge adds its step here, under the record's name.
MIGRATIONS: Mapping[str, Sequence[Migration]] = {
    "event": (),
    "job": (),
    "state": (),
    "section": (),
    "plan": (),
    "judgement": (),
    "deed": (),
    "note": (),
}
CODEC = Codec(MIGRATIONS)
