#!/bin/sh
# The namespace with seven days of closed histories; search attributes are made by the orchestration workers.
set -eu
temporal operator namespace describe --namespace default >/dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 168h
temporal operator namespace describe --namespace default >/dev/null
