#!/usr/bin/python3 -B
"""psycopg 2 with default settings: parameters become literals in the client."""

import sys

import driver_case

try:
    import psycopg2
except ImportError:
    driver_case.skip("psycopg2 is not installed")

with driver_case.Database("creditbank_client_psycopg2") as database:
    connection = psycopg2.connect(dbname=database)
    cases = driver_case.Cases(connection, "%s", psycopg2.Error, lambda error: error.pgcode)
    cases.run()
    cases.run_lists()
    connection.close()
sys.exit(cases.tap.end())
