"""A log that others write is read on as it grows."""

from pathlib import Path

from service.stack.follow import Follower


def test_only_what_is_new(tmp_path: Path) -> None:
    """Lines come once, whole, and without what was there before; a trimmed log goes on."""
    log = tmp_path / "server.log"
    assert list(Follower(log).lines()) == []
    log.write_bytes(b"old\n")
    follower = Follower(log)
    with log.open("ab", buffering=0) as writer:
        writer.write(b"one\ntwo\nhal")
        assert list(follower.lines()) == [b"one", b"two"]
        writer.write(b"f\n")
        assert list(follower.lines()) == [b"half"]
        writer.truncate(0)
        writer.write(b"after\n")
    assert list(follower.lines()) == [b"after"]
    assert list(follower.lines()) == []
