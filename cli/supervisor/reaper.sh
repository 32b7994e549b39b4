#!/bin/sh
# Ends the parts when the launcher is gone, however it went (kill -9 included).
# Standard input is a pipe from the launcher: "add PID SECONDS", "del PID", "done".
# End of file without "done" means that the launcher died: groups are ended, last started first.
parts=""
while read -r word pid grace; do
  case "$word" in
    add) parts="$pid:$grace $parts" ;;
    del)
      rest=""
      for part in $parts; do
        [ "${part%%:*}" = "$pid" ] || rest="$rest $part"
      done
      parts="$rest"
      ;;
    done) exit 0 ;;
  esac
done
for part in $parts; do
  pid="${part%%:*}"
  ticks=$((${part##*:} * 10))
  kill -TERM "-$pid" 2>/dev/null || continue
  while [ "$ticks" -gt 0 ] && kill -0 "-$pid" 2>/dev/null; do
    sleep 0.1
    ticks=$((ticks - 1))
  done
  kill -KILL "-$pid" 2>/dev/null
done
exit 0
