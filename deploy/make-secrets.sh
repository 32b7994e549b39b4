#!/bin/sh
# Makes the secret files of docker-compose.yml with random content. A file that is there is never touched.
# Run as root: the keys file must belong to the user of the containers (10001).
set -eu
umask 077

folder=${1:-$(dirname -- "$0")/secrets}
mkdir -p "$folder"
# Nobody else gets in; the files themselves are read by different users of different containers.
chmod 0700 "$folder"

random() { openssl rand -hex 32; }
key() { openssl rand -base64 32; }
make() { # NAME CONTENT
  if [ -e "$folder/$1" ]; then
    echo "kept  $folder/$1"
    return
  fi
  printf '%s\n' "$2" >"$folder/$1.part"
  chmod 0444 "$folder/$1.part"
  mv "$folder/$1.part" "$folder/$1"
  echo "made  $folder/$1"
}

make postgres_password "$(random)"
make temporal_db_password "$(random)"
make database_url "postgres://apel:$(cat "$folder/postgres_password")@postgres:5432/apel"
make drachtio_secret "$(random)"
make edge_token "$(random)"
# The codec's keys and the key of trunk passwords: without them histories and trunks are lost. Back them up.
make keys.json "{\"codec\":{\"current\":\"k1\",\"keys\":{\"k1\":\"$(key)\"}},\"trunkSecret\":\"$(key)\"}"
chmod 0600 "$folder/keys.json"
if [ "$(id -u)" -eq 0 ]; then
  chown 10001:10001 "$folder/keys.json"
else
  echo "now, as root: chown 10001:10001 $folder/keys.json" >&2
fi
