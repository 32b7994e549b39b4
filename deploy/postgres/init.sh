#!/bin/sh
# Runs once, when the data volume is empty: a role and two databases for Temporal, apart from ours.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v password="$(cat /run/secrets/temporal_db_password)" <<'SQL'
create role temporal login password :'password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database apel from public;
SQL
