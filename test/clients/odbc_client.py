#!/usr/bin/python3 -B
"""ODBC (psqlodbc through pyodbc) with default settings."""

import os
import sys

import driver_case

try:
    import pyodbc
except ImportError:
    driver_case.skip("pyodbc is not installed")

DRIVER = "PostgreSQL Unicode"
if DRIVER not in pyodbc.drivers():
    driver_case.skip(f"the ODBC driver {DRIVER} is not installed")

with driver_case.Database("creditbank_client_odbc") as database:
    connection = pyodbc.connect(
        driver="{" + DRIVER + "}", server=os.environ["PGHOST"], port=os.environ["PGPORT"],
        uid=os.environ["PGUSER"], database=database)
    cases = driver_case.Cases(connection, "?", pyodbc.Error, lambda error: error.args[0])
    cases.run()
    connection.close()
sys.exit(cases.tap.end())
