#!/usr/bin/env bash
# Starts the service with a demo tenant, bucket, rules and photo, all made through the public API, and prints URLs.
#   tools/demo.sh CALOTYPE [--check] [--data FOLDER]
# --check: on a throw-away folder and free ports; fetches every URL, checks what came, ends 0 or says what was wrong.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
calotype=$(readlink -f "$1")
shift
# shellcheck source=tools/api.sh
. "$root/tools/api.sh"
is_check=
data=$root/build/demo
while [ $# -gt 0 ]; do
  case "$1" in
    --check) is_check=1 ;;
    --data) data=$2; shift ;;
    *) echo "demo: unknown argument $1 (known: --check, --data FOLDER)" >&2; exit 2 ;;
  esac
  shift
done

fail() { echo "demo: $*" >&2; [ -s "$data/log" ] && tail -n 20 "$data/log" >&2; exit 1; }

server=
cleanup() {
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
    kill -TERM "$server"
    wait "$server" 2>/dev/null || true
  fi
  if [ -n "$is_check" ]; then rm -rf "$data"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_service() {
  if [ -n "$is_check" ]; then
    data=$(mktemp -d)
    set -- --fetch-port 0 --mgmt-port 0 --ops-port 0
  else
    mkdir -p "$data"
    set --
  fi
  rm -f "$data/ready"
  "$calotype" serve --data "$data/store" "$@" >"$data/ready" 2>"$data/log" &
  server=$!
  for _ in $(seq 200); do
    if [ -s "$data/ready" ]; then break; fi
    kill -0 "$server" 2>/dev/null || fail "the service ended at once"
    sleep 0.1
  done
  [ -s "$data/ready" ] || fail "the service was not ready in 20 s"
  MGMT=http://127.0.0.1:$(port_of mgmt)
  FETCH=http://127.0.0.1:$(port_of fetch)
}

port_of() { sed -n "s/.*\"$1\":\\([0-9]*\\).*/\\1/p" "$data/ready"; }

make_rule() {
  local answer
  answer=$(call POST "$domain_path/rules" '{}' -H 'Content-Type: application/json' --data-binary "$2") || fail "rule $1: $answer"
}

# Everything below goes through the API, as a site's own back end would do it.
make_tenant() {
  local answer tenant domain bucket
  answer=$(curl -sS "$MGMT/api/v1/tenants" -H 'Content-Type: application/json' \
    -d '{"name":"demo","admin_email":"demo@example.com"}')
  tenant=$(printf '%s' "$answer" | json_text tenant_id)
  KEY_ID=$(printf '%s' "$answer" | json_text access_id)
  KEY_FILE=$data/demo.key
  if [ -z "$tenant" ] || [ -z "$KEY_ID" ]; then fail "sign-up: $answer"; fi
  (umask 077 && printf '%s' "$answer" | json_text private_key >"$KEY_FILE")

  answer=$(call POST "/tenants/$tenant/domains" '{}' -d '{"name":"shop","status":"active"}' \
    -H 'Content-Type: application/json') || fail "domain: $answer"
  domain=$(printf '%s' "$answer" | created_id)
  domain_path=/tenants/$tenant/domains/$domain

  answer=$(call POST "$domain_path/buckets" '{}' -H 'Content-Type: application/json' \
    -d '{"name":"shop","region":"eu","statics":true,"cache":{"max_age":3600}}') || fail "bucket: $answer"
  bucket=$(printf '%s' "$answer" | created_id)

  answer=$(call POST "$domain_path/watermarks" '{"alias":"logo"}' -H 'Content-Type: image/png' \
    --data-binary "@$root/samples/watermark.png") || fail "watermark: $answer"

  make_rule listing '{"name":"listing","format":"webp","watermark":{"location":"north","margin":"20px","dimension":"20%"},"actions":[{"resize":{"width":300,"fit":{"type":"clip"}}}],"quality":90}'
  make_rule square '{"name":"square","format":"jpg","actions":[{"resize":{"width":400,"height":400,"fit":{"type":"crop","gravity":"attention"}}}]}'
  make_rule avatar '{"name":"avatar","format":"png","actions":[{"resize":{"width":160,"height":160,"fit":"crop"}},{"round":{"radius":"max"}}]}'
  make_rule sepia '{"name":"sepia","format":"avif","actions":[{"resize":{"width":480}},{"tone":{"sepia":80}}]}'
  make_rule private '{"name":"private","format":"jpg","actions":[{"pixelateAreas":{"areas":[{"left":"25%","top":"35%","width":"50%","height":"30%"}]}},{"resize":{"width":600}}]}'
  # shellcheck disable=SC2016  # $w is the rule's own parameter
  make_rule hero '{"name":"hero","version":"2026-01","params":{"w":{"type":"int","min":160,"max":1600,"step":80,"default":800,"signed":false}},"format":"auto","actions":[{"resize":{"width":"$w"}}]}'

  answer=$(call POST "$domain_path/buckets/$bucket/objects" '{"oid":"photos/lake.jpg"}' -H 'Content-Type: image/jpeg' \
    --data-binary "@$root/samples/photo.jpg") || fail "upload: $answer"
}

# expectation lines: URL path, content type, width, height
urls() {
  cat <<'TXT'
/api/v1/shop/images/photos/lake.jpg?rule=listing image/webp 300 200
/api/v1/shop/images/photos/lake.jpg?rule=square image/jpeg 400 400
/api/v1/shop/images/photos/lake.jpg?rule=avatar image/png 160 160
/api/v1/shop/images/photos/lake.jpg?rule=sepia image/avif 480 320
/api/v1/shop/images/photos/lake.jpg?rule=private image/jpeg 600 400
/api/v1/shop/images/photos/lake.jpg?rule=hero image/jpeg 800 533
/api/v1/shop/images/photos/lake.jpg?rule=hero&w=475 image/jpeg 480 320
/api/v1/shop/statics/photos/lake.jpg image/jpeg 2400 1600
TXT
}

check_url() {
  local path=$1 type=$2 size=$3 head info
  head=$(curl -sS -D - -o "$data/picture" "$FETCH$path" | tr -d '\r')
  case "$head" in HTTP/1.1\ 200*) ;; *) fail "$path: $(printf '%s' "$head" | head -n 1): $(head -c 400 "$data/picture")" ;; esac
  printf '%s' "$head" | grep -qi "^content-type: $type\$" || fail "$path: not $type: $head"
  info=$("$calotype" info "$data/picture") || fail "$path: what came is no picture"
  case "$info" in
    *"\"width\":${size%x*},\"height\":${size#*x},"*) ;;
    *) fail "$path: expected $size, got $info" ;;
  esac
  echo "ok  $FETCH$path  $type $size $(wc -c <"$data/picture") bytes"
}

start_service
if [ -z "$is_check" ] && [ -s "$data/made" ]; then
  echo "using the demo tenant in $data (delete the folder to start afresh)"
else
  make_tenant
  touch "$data/made"
fi

if [ -n "$is_check" ]; then
  while read -r path type width height; do check_url "$path" "$type" "${width}x${height}"; done < <(urls)
  kill -TERM "$server"
  wait "$server" || fail "the service did not end well on SIGTERM"
  server=
  echo "demo: all URLs gave what they promise"
  exit 0
fi

echo
echo "Calotype is running. Open these:"
while read -r path _; do echo "  $FETCH$path"; done < <(urls)
cat <<TXT

management API  $MGMT/api/v1     metrics  http://127.0.0.1:$(port_of ops)/metrics
data folder     $data     log  $data/log
End with Ctrl-C.
TXT
wait "$server"
