"""Settings: the only reader of the environment.

docs/settings.md is held against this file by a test, so every field carries
the sentence that the page shows.
"""

import ipaddress
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import Invalid


def default_home() -> Path:
    """/var/lib/glimpse for root, else the user's data folder."""
    if os.geteuid() == 0:
        return Path("/var/lib/glimpse")
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "glimpse"


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks_of(listed: str) -> tuple[Network, ...]:
    """Addresses and networks from a list with commas."""
    return tuple(ipaddress.ip_network(one.strip()) for one in listed.split(",") if one.strip())


class Settings(BaseSettings):
    """Everything that can be set, each from GLIMPSE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="GLIMPSE_", frozen=True, extra="ignore")

    home: Path = Field(
        default_factory=default_home,
        description="Where the embedded database, the pictures and the logs live.",
    )
    database_url: str = Field(
        "", description="A PostgreSQL URL; empty uses the embedded server under the home."
    )
    redis_url: str = Field(
        "", description="A Redis URL; empty uses the embedded server under the home."
    )
    store_url: str = Field(
        "",
        description=(
            "Where pictures are stored: any fsspec URL (file://…, s3://bucket/prefix); "
            "empty means the folder images under the home."
        ),
    )
    encoder: str = Field(
        "bundled",
        description=(
            "The encoder of a new home: bundled, a preset's name (multilingual, small, best, "
            "english-fast), <architecture>/<pretrained>, hf-hub:<repository>, "
            "local-dir:<folder> or pair:<name or path>."
        ),
    )
    encoder_files: str = Field(
        "",
        description=(
            "The folder where fetched encoders are kept and looked for; "
            "empty means the folder encoders under the home."
        ),
    )
    encoder_mirror: str = Field(
        "",
        description="The URL of a mirror from which encoders are fetched instead of the hub.",
    )
    encoder_offline: bool = Field(
        default=False, description="Whether encoders must be on this machine already."
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description="Where the encoder runs; auto takes the fastest at hand."
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto",
        description="The encoder's arithmetic; auto leaves fp32 only where vectors stay the same.",
    )
    threads: int = Field(1, ge=1, le=64, description="Threads the encoder may use in each process.")
    retrain: Literal["never", "train", "publish"] = Field(
        "never",
        description=(
            "Whether new judgements are learnt from every night; publish also lets the new "
            "scorer serve unless it is worse."
        ),
    )
    batch: int = Field(16, ge=1, le=512, description="Pictures embedded together.")
    lease_seconds: int = Field(
        60, ge=2, le=3600, description="How long a worker may hold a batch before others take it."
    )
    country: str = Field(
        "unknown",
        description=(
            "The country (two letters) of a request that carries none; "
            "unknown meets the union of all rules."
        ),
    )
    country_header: str = Field(
        "",
        description=(
            "The request header in which a trusted proxy names the asking country, "
            "such as CF-IPCountry; empty reads none."
        ),
    )
    trusted_proxies: str = Field(
        "",
        description=(
            "Addresses or networks of proxies whose country header counts, "
            "separated by commas; from anybody else it is ignored."
        ),
    )
    max_file: int = Field(
        32 * 2**20, ge=1024, description="The largest picture file accepted, in bytes."
    )
    max_request: int = Field(
        2 * 2**30, ge=1024, description="The largest upload request accepted, in bytes."
    )
    max_pixels: int = Field(
        80_000_000, ge=4096, description="The largest picture accepted, in pixels."
    )
    host: str = Field("127.0.0.1", description="The address the web server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="The port the web server listens on.")
    web_threads: int = Field(8, ge=1, le=128, description="Requests answered at the same time.")
    secret_key: SecretStr = Field(
        SecretStr(""),
        description=(
            "Signs sessions and cursors; required when bound to anything but loopback, "
            "else made once and kept under the home."
        ),
    )
    analyst_port: int = Field(
        0,
        ge=0,
        le=65535,
        description=(
            "The port on 127.0.0.1 where analysts reach the embedded database with their own "
            "login; 0 listens on none."
        ),
    )
    admin_name: str = Field("admin", description="The name of the admin made at the first start.")
    log_format: Literal["auto", "pretty", "json"] = Field(
        "auto", description="How log lines look; auto is pretty on a terminal and JSON elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important log lines that are written."
    )
    log_queries: bool = Field(
        default=False,
        description=(
            "Whether logs may hold the texts people search for; the database then keeps them for "
            "30 days, for admins who try new rules on them."
        ),
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks_of(value)
        return value

    @cached_property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The trusted proxies, read."""
        return networks_of(self.trusted_proxies)

    @cached_property
    def effective_store_url(self) -> str:
        """The store's URL with the default filled in."""
        return self.store_url or f"file://{self.home / 'images'}"

    @property
    def effective_encoder_files(self) -> Path:
        """The folder of fetched encoders with the default filled in."""
        return (
            Path(self.encoder_files).expanduser() if self.encoder_files else self.home / "encoders"
        )

    @property
    def is_loopback(self) -> bool:
        """Whether the web server can be reached from this machine only."""
        return self.host in {"127.0.0.1", "localhost", "::1"}


class BadSettings(Invalid):
    """The environment holds settings that cannot be used: {faults}. See docs/settings.md."""


def read_settings(**given: object) -> Settings:
    """The settings as the environment has them; what a command was given comes first."""
    try:
        return Settings.model_validate({**Settings().model_dump(), **given})
    except ValidationError as error:
        faults = "; ".join(
            f"GLIMPSE_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()
        )
        raise BadSettings(faults=faults) from error


def new_secret() -> str:
    """A fresh random secret."""
    return secrets.token_urlsafe(32)
