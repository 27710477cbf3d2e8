# Glimpse for real deployments; docker-compose.yml says which part each container runs.
FROM python:3.11.14-slim-bookworm

# cpu: PyTorch's CPU wheels (an image of about 1.5 GB); default: with CUDA (about 7 GB).
ARG TORCH=cpu

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/glimpse --create-home glimpse

WORKDIR /opt/glimpse
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY tools/install.sh tools/
COPY service service
COPY workers workers
COPY migrations migrations
COPY sample sample
RUN python -m venv .venv \
    && PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 sh tools/install.sh .venv/bin "$TORCH" '.[s3]'

ENV PATH=/opt/glimpse/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GLIMPSE_HOME=/var/lib/glimpse \
    GLIMPSE_HOST=0.0.0.0 \
    GLIMPSE_PORT=8000
USER glimpse
VOLUME /var/lib/glimpse
EXPOSE 8000
CMD ["glimpse", "web"]
