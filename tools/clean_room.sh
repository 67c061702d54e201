#!/usr/bin/env bash
# Proves the README's commands on a machine that has nothing: a fresh Debian 12 made by debootstrap in a folder, into which
# the committed tree is cloned. Needs root. Takes its mirrors and certificates from this machine.
#   tools/clean_room.sh [FOLDER]      default: a temporary one, removed at the end
# shellcheck disable=SC2016  # $(REPO_URI) is for apt-get to fill in
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
room=${1:-$(mktemp -d /var/tmp/calotype-room-XXXXXX)}
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' | awk '$2 == "bookworm" { print $1; exit }')
[ "$(id -u)" -eq 0 ] || { echo "clean-room: needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || apt-get install -y -q --no-install-recommends debootstrap

cleanup() {
  for mounted in "$room/proc" "$room/dev" "$room/sys"; do umount -l "$mounted" 2>/dev/null || true; done
  if [ -z "${KEEP_ROOM:-}" ]; then rm -rf "$room"; fi
}
trap cleanup EXIT

echo "==> a fresh Debian 12 in $room"
debootstrap --variant=minbase --include=ca-certificates,bash bookworm "$room" "$mirror" >"$room.log" 2>&1 || { tail "$room.log"; exit 1; }
rm -f "$room.log"
{
  echo "deb $mirror bookworm main"
  echo "deb $mirror bookworm-updates main"
  apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) main' | grep bookworm-security | head -n 1
} >"$room/etc/apt/sources.list"
cp /etc/resolv.conf "$room/etc/resolv.conf"
printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n' >"$room/etc/hosts" # which the installer writes, and debootstrap does not
cp /etc/ssl/certs/ca-certificates.crt "$room/etc/ssl/certs/ca-certificates.crt"
mount -t proc proc "$room/proc"
mount --rbind /dev "$room/dev"
mount --make-rslave "$room/dev"
mount --rbind /sys "$room/sys"
mount --make-rslave "$room/sys"

git clone -q --no-hardlinks "$root" "$room/calotype"
inside() { chroot "$room" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 bash -c "cd /calotype && $1"; }
inside 'command -v clang++-19 || command -v g++ || command -v cmake' && { echo "clean-room: the room is not clean" >&2; exit 1; }
echo "==> ./dev run --check"
inside './dev run --check'
echo "==> ./dev test"
inside './dev test'
echo "clean-room: both commands work from nothing"
