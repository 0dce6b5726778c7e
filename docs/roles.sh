#!/bin/sh
# Run once by the database's container: the role that owns the tables, and the one that the product works as.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" <<'SQL'
CREATE ROLE connector_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE connector_app LOGIN NOSUPERUSER NOCREATEDB NOBYPASSRLS PASSWORD :'app';
CREATE DATABASE connector OWNER connector_owner;
SQL
