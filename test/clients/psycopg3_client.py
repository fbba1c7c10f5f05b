#!/usr/bin/python3 -B
"""psycopg 3 with default settings: numbers are sent with their own type,
strings with none."""

import sys

import driver_case

try:
    import psycopg
except ImportError:
    driver_case.skip("psycopg is not installed")

with driver_case.Database("creditbank_client_psycopg3") as database:
    connection = psycopg.connect(dbname=database)
    cases = driver_case.Cases(connection, "%s", psycopg.Error, lambda error: error.sqlstate)
    cases.run()
    cases.run_lists()
    cases.check_sqlstate("a float is not inserted", "42804",
                         "INSERT INTO deposit (amount) VALUES (?)", 2.5)
    cases.check_sqlstate("a float is not compared", "42883",
                         "SELECT amount FROM shelf WHERE amount = ?", 2.5)
    connection.close()
sys.exit(cases.tap.end())
