#!/bin/sh
# Makes sure that a redis-server is on the PATH: nothing to do when there is one, else apt as root.
set -eu
if command -v redis-server >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "install_redis: no redis-server, and it can be installed only with apt as root" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
# The tools package has the binary without starting a service of its own.
apt-get install -y -qq --no-install-recommends redis-tools redis-server >&2
