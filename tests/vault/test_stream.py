"""Files: flat memory, no unverified byte, no missing end."""

import io
import itertools
import tracemalloc
from typing import BinaryIO

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.vault import stream
from speakup.vault.encoding import context
from speakup.vault.errors import CannotOpen, UnknownFormat
from speakup.vault.stream import CHUNK, HEADER_SIZE, SEALED_CHUNK, FileSealer, open_file, padded_size

from .sealed_formats import KEY, OTHER, OTHER_KEY, ROW

SIZES = [0, 1, 65535, 65536, 65537, 131072, 262143, 262144, 262145, 300_000, 700_001]


def some_bytes(size: int) -> bytes:
    return (b"0123456789abcdefg" * (size // 17 + 1))[:size]


def seal(content: bytes, step: int = 100_000) -> bytes:
    target = io.BytesIO()
    sealer = FileSealer(KEY, ROW, "original", target)
    for start in range(0, len(content), step):
        sealer.write(content[start : start + step])
    assert sealer.finish() == len(content)
    return target.getvalue()


def opened(sealed: bytes, true_size: int) -> bytes:
    return b"".join(open_file(KEY, ROW, "original", io.BytesIO(sealed), true_size))


def sealed_size(true_size: int) -> int:
    """What a file of `true_size` bytes has once sealed: the layout in stream.py, added up."""
    chunks = -(-padded_size(true_size) // CHUNK)
    return HEADER_SIZE + padded_size(true_size) + chunks * (SEALED_CHUNK - CHUNK)


def chunks_before_refusal(sealed: bytes, true_size: int) -> list[bytes]:
    """What came out before CannotOpen did; fails when it does not come."""
    came: list[bytes] = []
    with pytest.raises(CannotOpen) as refused:
        came.extend(open_file(KEY, ROW, "original", io.BytesIO(sealed), true_size))
    assert refused.value.__context__ is None
    return came


def split(sealed: bytes) -> tuple[bytes, list[bytes]]:
    body = sealed[HEADER_SIZE:]
    return sealed[:HEADER_SIZE], [body[start : start + SEALED_CHUNK] for start in range(0, len(body), SEALED_CHUNK)]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_and_has_its_size(size: int) -> None:
    content = some_bytes(size)
    sealed = seal(content)
    assert len(sealed) == sealed_size(size)
    assert opened(sealed, size) == content


@settings(max_examples=25, deadline=None)
@given(pieces=st.lists(st.integers(0, 90_000), max_size=6))
def test_it_does_not_matter_in_which_pieces_a_file_comes(pieces: list[int]) -> None:
    content = some_bytes(sum(pieces))
    target = io.BytesIO()
    sealer = FileSealer(KEY, ROW, "original", target)
    ends = list(itertools.accumulate(pieces))
    for start, end in zip([0, *ends], ends, strict=False):
        sealer.write(content[start:end])
    assert sealer.finish() == len(content)
    assert opened(target.getvalue(), len(content)) == content


@pytest.mark.parametrize(("size", "padded"), [(0, 65536), (65536, 65536), (65537, 262144), (262145, 270336)])
def test_lengths_say_little(size: int, padded: int) -> None:
    assert padded_size(size) == padded


def test_it_is_the_published_construction() -> None:
    """STREAM spelt out with nothing of ours but the context: prefix, counter, last flag."""
    content = some_bytes(300_000)
    sealed = seal(content)
    prefix, at, plain = sealed[1:8], 8, b""
    cipher = AESGCM(KEY)
    last = padded_size(300_000) // CHUNK
    for number in range(last + 1):
        size = min(CHUNK, padded_size(300_000) - CHUNK * number) + 16
        nonce = prefix + number.to_bytes(4, "big") + (b"\1" if number == last else b"\0")
        bound = context("file", ROW, "original", number, int(number == last))
        plain += cipher.decrypt(nonce, sealed[at : at + size], bound)
        at += size
    assert at == len(sealed)
    assert plain == content + bytes(padded_size(300_000) - 300_000)


@pytest.mark.parametrize(
    ("key", "file_id", "part"),
    [(OTHER_KEY, ROW, "original"), (KEY, OTHER, "original"), (KEY, ROW, "clean")],
    ids=["key", "file", "part"],
)
def test_does_not_open_with_another_key_file_or_part(key: bytes, file_id: object, part: str) -> None:
    sealed = seal(b"content")
    with pytest.raises(CannotOpen):
        list(open_file(key, file_id, part, io.BytesIO(sealed), 7))  # type: ignore[arg-type]


@pytest.mark.parametrize("version", [0, 2, 255])
def test_refuses_a_version_it_does_not_know(version: int) -> None:
    sealed = bytes([version]) + seal(b"content")[1:]
    with pytest.raises(UnknownFormat):
        list(open_file(KEY, ROW, "original", io.BytesIO(sealed), 7))


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 24, 65559])
def test_a_file_cut_short_within_its_first_chunk_gives_nothing(length: int) -> None:
    assert chunks_before_refusal(seal(b"content")[:length], 7) == []


@pytest.mark.parametrize("kept", range(5))
def test_a_missing_last_chunk_is_an_error_and_not_an_end(kept: int) -> None:
    content = some_bytes(300_000)
    header, chunks = split(seal(content))
    assert len(chunks) == 5
    came = chunks_before_refusal(header + b"".join(chunks[:kept]), 300_000)
    assert b"".join(came) == content[: kept * CHUNK]


@pytest.mark.parametrize(("size", "lied"), [(300_000, 60_000), (300_000, 262_144), (700_001, 131_072)])
def test_a_file_cut_at_a_chunk_does_not_open_with_a_smaller_size(size: int, lied: int) -> None:
    header, chunks = split(seal(some_bytes(size)))
    kept = -(-padded_size(lied) // CHUNK)
    came = chunks_before_refusal(header + b"".join(chunks[:kept]), lied)
    assert len(came) < kept


@pytest.mark.parametrize("lied", [0, 1, 999, 1001, 65536, 65537, -1, 2**40])
def test_a_size_that_is_not_the_true_one_is_refused(lied: int) -> None:
    """More is refused too where the padded size differs; within it, zeros would be taken for the file's own."""
    sealed = seal(b"x" * 1000)
    if padded_size(max(lied, 0)) == padded_size(1000) and lied > 1000:
        assert opened(sealed, lied) == b"x" * 1000 + bytes(lied - 1000)
    else:
        chunks_before_refusal(sealed, lied)


@pytest.mark.parametrize("extra", [b"\0", b"\0" * 16, b"x" * SEALED_CHUNK])
def test_what_trails_is_refused_before_the_last_chunk_comes_out(extra: bytes) -> None:
    content = some_bytes(300_000)
    assert b"".join(chunks_before_refusal(seal(content) + extra, 300_000)) == content[: 4 * CHUNK]


@pytest.mark.parametrize("order", [o for o in itertools.permutations(range(4)) if o != (0, 1, 2, 3)], ids=str)
def test_chunks_in_another_order_are_refused(order: tuple[int, ...]) -> None:
    content = some_bytes(200_000)
    header, chunks = split(seal(content))
    moved = [chunks[position] for position in order]
    came = chunks_before_refusal(header + b"".join(moved), 200_000)
    assert b"".join(came) == content[: CHUNK * len(came)]


@pytest.mark.parametrize("position", range(4))
def test_a_repeated_or_dropped_chunk_is_refused(position: int) -> None:
    header, chunks = split(seal(some_bytes(200_000)))
    chunks_before_refusal(header + b"".join([*chunks[:position], chunks[position], *chunks[position:]]), 200_000)
    chunks_before_refusal(header + b"".join([*chunks[:position], *chunks[position + 1 :]]), 200_000)


def test_a_chunk_of_another_file_under_the_same_key_is_refused() -> None:
    header, chunks = split(seal(some_bytes(200_000)))
    _, others = split(seal(some_bytes(200_000)))
    chunks_before_refusal(header + b"".join([chunks[0], others[1], *chunks[2:]]), 200_000)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_is_refused_and_only_whole_chunks_before_it_come_out(data: st.DataObject) -> None:
    content = some_bytes(200_000)
    sealed = bytearray(SEALED_200_000)
    position = data.draw(st.integers(1, len(sealed) - 1))
    sealed[position] ^= 1 << data.draw(st.integers(0, 7))
    came = chunks_before_refusal(bytes(sealed), 200_000)
    whole = max(0, position - HEADER_SIZE) // SEALED_CHUNK
    assert b"".join(came) == content[: whole * CHUNK]


SEALED_200_000 = seal(some_bytes(200_000))


def test_a_finished_file_takes_no_more() -> None:
    sealer = FileSealer(KEY, ROW, "original", io.BytesIO())
    sealer.finish()
    with pytest.raises(ValueError, match="finished"):
        sealer.write(b"more")
    with pytest.raises(ValueError, match="finished"):
        sealer.finish()


def test_the_counter_does_not_run_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_CHUNKS", 2)
    sealer = FileSealer(KEY, ROW, "original", io.BytesIO())
    with pytest.raises(ValueError, match="too long"):
        sealer.write(bytes(CHUNK * 3 + 1))


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\0"], ids=len)
def test_a_key_has_32_bytes(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        FileSealer(key, ROW, "original", io.BytesIO())
    with pytest.raises(ValueError, match="32 bytes"):
        stream.seal_file_key(KEY, ROW, 1, ROW, key)


class Trickle(io.BytesIO):
    """A source that gives less than it is asked for, as pipes do."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 1000))


def test_a_source_may_give_less_than_it_is_asked_for() -> None:
    content = some_bytes(200_000)
    assert b"".join(open_file(KEY, ROW, "original", Trickle(SEALED_200_000), 200_000)) == content


def write_many(target: BinaryIO, count: int, piece: bytes) -> int:
    sealer = FileSealer(KEY, ROW, "original", target)
    for _ in range(count):
        sealer.write(piece)
    return sealer.finish()


class Nowhere(io.BytesIO):
    """Counts and forgets, so that only the sealer's own memory is measured."""

    count = 0

    def write(self, data: object, /) -> int:
        size = len(data)  # type: ignore[arg-type]
        self.count += size
        return size


@pytest.mark.parametrize("piece", [bytes(64 * 1024), bytes(2_500_000)], ids=["chunks", "all at once"])
def test_sealing_runs_in_flat_memory(piece: bytes) -> None:
    target = Nowhere()
    tracemalloc.start()
    try:
        size = write_many(target, 20_000_000 // len(piece), piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert target.count == sealed_size(size) > 19_000_000
    assert peak < 10 * CHUNK


class Endless(io.BytesIO):
    """A sealed file whose one chunk is given again and again: the first repeat must end it."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return SEALED_200_000[:HEADER_SIZE] if self.reads == 1 else SEALED_200_000[HEADER_SIZE:][: size or 0]


def test_opening_runs_in_flat_memory_and_ends_at_the_first_wrong_chunk() -> None:
    source = Endless()
    tracemalloc.start()
    try:
        with pytest.raises(CannotOpen):
            list(open_file(KEY, ROW, "original", source, 2**40))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert source.reads == 3
    assert peak < 10 * CHUNK
