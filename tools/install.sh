#!/bin/sh
# Installs the pinned dependencies into a virtual environment: install.sh BIN TORCH WHAT
set -eu
bin=$1 torch=$2 what=$3

echo "Installing what Glimpse needs into ${bin%/bin}; the first time this takes some minutes."

case $torch in
default)
    "$bin/python" -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable "$what"
    ;;
cpu)
    # uv knows where PyTorch keeps its CPU wheels.
    "$bin/python" -m pip install --disable-pip-version-check --quiet --constraint constraints.txt uv
    "$bin/uv" pip install --python "$bin/python" --torch-backend cpu \
        --constraint constraints.txt --editable "$what" || {
        echo "PyTorch's own index could not be reached; run the same without TORCH=cpu." >&2
        exit 1
    }
    ;;
*)
    echo "TORCH is either cpu or left out, not '$torch'." >&2
    exit 2
    ;;
esac
