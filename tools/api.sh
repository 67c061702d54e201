# Calls the management API from a shell: curl to speak, openssl to sign. To be sourced; needs
#   MGMT (base URL of the management listener), KEY_ID and KEY_FILE (the tenant's access key).
# shellcheck shell=bash

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# token METHOD PATH [METADATA-JSON]: a signed token for one call. PATH without /api/v1.
token() {
  local method=$1 path=$2 metadata=${3:-'{}'} header payload signature
  header=$(printf '{"alg":"RS512","typ":"JWT"}' | base64url)
  payload=$(printf '{"iat":%d,"rqs":"%s\\\\%s","metadata":%s}' "$(date +%s)" "$method" "$path" "$metadata" | base64url)
  signature=$(printf '%s.%s' "$header" "$payload" | openssl dgst -sha512 -sign "$KEY_FILE" -binary | base64url)
  printf '%s.%s.%s' "$header" "$payload" "$signature"
}

# call METHOD PATH METADATA-JSON [CURL-ARGUMENT...]: prints the answer's head and body; fails on an error status.
call() {
  local method=$1 path=$2 metadata=$3 answer status
  shift 3
  answer=$(curl -sS -i -X "$method" "$@" \
    "$MGMT/api/v1$path?AccessKeyId=$KEY_ID&jwt=$(token "$method" "$path" "$metadata")")
  status=$(printf '%s' "$answer" | head -n 1 | cut -d ' ' -f 2)
  printf '%s\n' "$answer"
  case "$status" in 2??) ;; *) return 1 ;; esac
}

# created_id: reads an answer of call() and prints the last segment of its Location.
created_id() { tr -d '\r' | sed -n 's/^[Ll]ocation: .*\///p' | head -n 1; }

# json_text NAME: reads flat JSON and prints one string member, with \n made a line feed.
json_text() { tr -d '\r' | sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" | head -n 1 | sed 's/\\n/\n/g'; }
