"""Places to store pictures in: a folder, and an S3 server on loopback."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from service.store import Store


@pytest.fixture(scope="session")
def object_server() -> Iterator[str]:
    """An S3 server on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket_url(object_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket, reached as in a real deployment: through the AWS variables."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"glimpse-{secrets.token_hex(8)}"
    client = boto3.client("s3")
    client.create_bucket(Bucket=name)
    client.close()
    return f"s3://{name}/pictures"


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place of each kind, empty."""
    if request.param == "file":
        return f"file://{tmp_path}/a folder/images"
    bucket: str = request.getfixturevalue("bucket_url")
    return bucket


@pytest.fixture
def store(url: str) -> Store:
    """A store of each kind, empty."""
    return Store(url)
