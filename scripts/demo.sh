#!/usr/bin/env bash
# Serves the flights example, and beside it a small host application on another origin.
# CASEMENT_PORT and HOST_PORT choose the ports. Ctrl-C stops both.
set -euo pipefail
cd "$(dirname "$0")/.."

casement_port=${CASEMENT_PORT:-8080}
host_port=${HOST_PORT:-8090}
state=build/demo
mkdir -p "$state"
chmod 700 "$state"

# The secrets that sign links: made once, for this machine, readable by nobody else.
credential() {
    local file="$state/$1.credential"
    if [[ ! -s "$file" ]]; then
        (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$file")
    fi
    cat "$file"
}
FLIGHTS_ATL_CREDENTIAL=$(credential atl)
FLIGHTS_ORD_CREDENTIAL=$(credential ord)
export FLIGHTS_ATL_CREDENTIAL FLIGHTS_ORD_CREDENTIAL

casement=http://127.0.0.1:$casement_port
cat > "$state/hosts.json" <<JSON
{
  "casement_url": "$casement",
  "shares": [
    {"airport": "ATL", "label": "Atlanta", "url": "$casement/sb/secure-embed/flights-atl-demo",
     "credential": "$FLIGHTS_ATL_CREDENTIAL"},
    {"airport": "ORD", "label": "Chicago O'Hare", "url": "$casement/sb/secure-embed/flights-ord-demo",
     "credential": "$FLIGHTS_ORD_CREDENTIAL"}
  ]
}
JSON
chmod 600 "$state/hosts.json"

pids=()
# shellcheck disable=SC2317  # called by the traps
stop() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
    wait
}
trap stop EXIT
trap 'exit 0' INT TERM

build/casement serve --data "$state/data" --listen "127.0.0.1:$casement_port" \
    --public-url "$casement" --provision examples/flights 2> "$state/casement.log" &
pids+=($!)
for _ in $(seq 100); do
    curl -fsS -o /dev/null "$casement/healthz" 2> /dev/null && break
    if ! kill -0 "${pids[0]}" 2> /dev/null; then
        echo "casement did not start:" >&2
        tail -n 5 "$state/casement.log" >&2
        exit 1
    fi
    sleep 0.1
done

DEMO_CONFIG="$state/hosts.json" PORT=$host_port node examples/demo/server.mjs > "$state/host.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do
    curl -fsS -o /dev/null "http://127.0.0.1:$host_port/" 2> /dev/null && break
    if ! kill -0 "${pids[1]}" 2> /dev/null; then
        echo "the host application did not start:" >&2
        tail -n 5 "$state/host.log" >&2
        exit 1
    fi
    sleep 0.1
done

cat << TEXT

  Host application   http://127.0.0.1:$host_port/    <- open this one, sign in as either airport
  Casement           $casement/

  Logs are in $state/. Ctrl-C stops both.

TEXT
wait -n "${pids[@]}"
status=$?
echo "one of the two stopped; see $state/*.log" >&2
exit "$status"
