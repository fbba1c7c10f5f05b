"""The cases that every Python driver must pass, and how they are reported.

A client names its driver, how it connects, how it writes a parameter and where
its errors carry the SQLSTATE; the cases are the same for all. Promise: the
driver keeps its default settings; the cases live in a database of their own,
which is gone whatever way the run ends, and nothing else is touched.
"""

import decimal
import os
import pathlib
import signal
import subprocess
import sys

PREPARE_DATABASE = pathlib.Path(__file__).with_name("prepare_database.sql")


class Tap:
    """Counts the cases and prints them in the Test Anything Protocol."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def report(self, name, trouble):
        self.count += 1
        self.failed += bool(trouble)
        print(f"{'not ' if trouble else ''}ok {self.count} - {name}")
        for line in (trouble or "").splitlines():
            print(f"# {line}")

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


class Database:
    """A database with the extension in it, for as long as the block runs."""

    def __init__(self, name):
        self.name = name

    def psql(self, database, script):
        subprocess.run(
            ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", database],
            input=script, text=True, check=True)

    def drop(self):
        self.psql(os.environ.get("PGDATABASE", "postgres"),
                  f"SET client_min_messages = warning; DROP DATABASE IF EXISTS {self.name} WITH (FORCE);")

    def __enter__(self):
        # An ordinary exit, so that the block's end drops the database.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        self.drop()
        self.psql(os.environ.get("PGDATABASE", "postgres"), f"CREATE DATABASE {self.name};")
        try:
            self.psql(self.name, PREPARE_DATABASE.read_text())
        except BaseException:
            self.drop()
            raise
        return self.name

    def __exit__(self, *exception):
        self.drop()


class Cases:
    """Runs the cases through one connection, each in its own transaction."""

    def __init__(self, connection, placeholder, error, sqlstate_of):
        self.connection = connection
        self.placeholder = placeholder
        self.error = error
        self.sqlstate_of = sqlstate_of
        self.tap = Tap()

    def rows(self, statement, *parameters):
        """The rows of a statement in which ? stands for a parameter."""
        cursor = self.connection.cursor()
        cursor.execute(statement.replace("?", self.placeholder), parameters)
        result = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
        self.connection.commit()
        return result

    def check(self, name, wanted, statement, *parameters):
        try:
            got = self.rows(statement, *parameters)
        except self.error as error:
            self.connection.rollback()
            self.tap.report(name, f"{statement}\n{parameters}\n{error}")
            return
        trouble = "" if got == wanted else f"wanted {wanted}\ngot    {got}"
        self.tap.report(name, trouble)

    def check_ten_times(self, name, wanted, statement, *parameters):
        got = []
        try:
            for _ in range(10):
                got.append(self.rows(statement, *parameters))
        except self.error as error:
            self.connection.rollback()
            self.tap.report(name, f"run {len(got) + 1}: {error}")
            return
        self.tap.report(name, "" if got == [wanted] * 10 else f"wanted {wanted}, got {got}")

    def check_sqlstate(self, name, wanted, statement, *parameters):
        try:
            got = f"rows {self.rows(statement, *parameters)}"
        except self.error as error:
            self.connection.rollback()
            got = self.sqlstate_of(error)
        self.tap.report(name, "" if got == wanted else f"wanted {wanted}, got {got}")

    def check_index(self, name, statement, *parameters):
        try:
            plan = "\n".join(row[0] for row in self.rows("EXPLAIN " + statement, *parameters))
        except self.error as error:
            self.connection.rollback()
            plan = str(error)
        self.tap.report(name, "" if "Index Cond:" in plan else plan)

    def run(self):
        numbers = (
            ("a decimal", decimal.Decimal("2.5"), "2.5 cr"),
            ("an integer", 2, "2 cr"),
            ("a large integer", 10**11, "100000000000 cr"),
            ("a negative decimal", decimal.Decimal("-0.0001"), "-0.0001 cr"),
            ("a bare string", "2.5", "2.5 cr"),
            ("a string with its unit", "2.5 cr", "2.5 cr"),
            ("a string of another unit", "16 hr", "16 hr"),
            ("nothing", None, None))
        for what, value, text in numbers:
            self.check(f"insert {what}", [(text,)],
                       "INSERT INTO deposit (amount) VALUES (?) RETURNING amount", value)
        self.check("insert three kinds in one statement", [("2.5 cr",), ("2 cr",), ("3 cr",)],
                   "INSERT INTO deposit (amount) VALUES (?), (?), (?) RETURNING amount",
                   decimal.Decimal("2.5"), 2, "3 cr")
        self.check("update with a decimal", [("4.25 cr",)] * 2,
                   "UPDATE deposit SET amount = ? WHERE amount = ? RETURNING amount",
                   decimal.Decimal("4.25"), 2)

        compared = numbers[:2] + numbers[4:6]
        for what, value, text in compared:
            near = decimal.Decimal(text.split()[0])
            for operator, wanted in (("<", near - decimal.Decimal("0.5")), ("=", near),
                                     (">", near + decimal.Decimal("0.5"))):
                order = "DESC" if operator == "<" else "ASC"
                self.check(f"compare {operator} {what}", [(wanted,)],
                           f"SELECT amount::numeric FROM shelf WHERE amount {operator} ?"
                           f" ORDER BY amount {order} LIMIT 1", value)
        # Drivers keep a statement prepared in the server once it has run often.
        for what, value, text in compared:
            self.check_ten_times(f"the tenth run with {what} compares like the first", [(text,)],
                                 "SELECT amount FROM shelf WHERE amount = ?", value)
        for what, value in (("a decimal", decimal.Decimal("9990")), ("an integer", 9990),
                            ("a bare string", "9990"), ("a string with its unit", "9990 cr")):
            for operator in ("=", ">"):
                self.check_index(f"the index serves {operator} {what}",
                                 f"SELECT amount FROM shelf WHERE amount {operator} ?", value)
        self.check("compare with a list of kinds", [("2 cr",), ("2.5 cr",), ("3 cr",)],
                   "SELECT amount FROM shelf WHERE amount IN (?, ?, ?) ORDER BY amount",
                   decimal.Decimal("2.5"), 2, "3 cr")

        ref = "cert/CN-POST/EXP-OPERATOR#2023-000123"
        self.check("insert a reference", [(ref,)],
                   "INSERT INTO deposit (ref) VALUES (?) RETURNING ref", ref)
        self.check("compare = a reference", [(ref,)], "SELECT ref FROM deposit WHERE ref = ?", ref)
        self.check("a catalogue reference covers", [(ref,)],
                   "SELECT ref FROM deposit WHERE ref <@ ?", "cert/CN-POST/EXP-OPERATOR")
        self.check_index("the index serves = a reference",
                         "SELECT ref FROM shelf WHERE ref = ?", "course/OUC/LOG-77")

        self.check("read an amount as a string, and as a decimal where cast",
                   [("2.5 cr", decimal.Decimal("2.5"))],
                   "SELECT amount, amount::numeric FROM shelf WHERE amount = 2.5")
        self.check_sqlstate("SQLSTATE of different units", "22C01",
                            "SELECT creditbank.credit_amount '1 cr' + creditbank.credit_amount '1 hr'")
        self.check_sqlstate("SQLSTATE of text that is no amount", "22P02",
                            "INSERT INTO deposit (amount) VALUES (?)", "two credits")
        self.check_sqlstate("SQLSTATE of text that is no reference", "22P02",
                            "INSERT INTO deposit (ref) VALUES (?)", "no reference")

        self.run_services()

    def run_services(self):
        """What a program asks of the bank for others: parameters and results of plain types."""
        account = "00000000000195"
        code, number, check_code = self.rows("SELECT code, number, check_code FROM handed")[0]
        ticket = self.rows("SELECT ticket FROM creditbank.ask_to_look(?, ?)", code, "Hiring")[0][0]
        self.check("what a consent shows, as rows", [("name", None, "Wang Jianguo"), ("achievements", "amount", "2.5000")],
                   "SELECT field, key, value FROM creditbank.look_values(?)"
                   " WHERE field = ? OR key = ?", ticket, "name", "amount")
        self.check("what a consent shows, from the document", [("Mathematics",)],
                   "SELECT creditbank.look(?) #>> '{achievements,0,title}'", ticket)
        self.check_sqlstate("SQLSTATE of looking for another purpose", "23C40",
                            "SELECT ticket FROM creditbank.ask_to_look(?, ?)", code, "Curiosity")
        self.check_sqlstate("SQLSTATE of look_up within a transaction", "2D000",
                            "CALL creditbank.look_up(?, ?)", code, "Hiring")
        self.check("a certificate by number and code", [("valid", "Mathematics", decimal.Decimal("2.5"), "cr")],
                   "SELECT standing, title, amount, unit FROM creditbank.verify_certificate(?, ?)", number, check_code)
        self.check("a certificate's document", [(number,)],
                   "SELECT creditbank.certificate(?) ->> 'certificateNumber'", number)
        self.check("a certificate's page", [("<!DOCTYPE html>",)],
                   "SELECT left(creditbank.certificate_page(?, ?), 15)", number, "zh")
        self.check("a portrait", [(1, decimal.Decimal("2.5"))],
                   "SELECT achievements, credits FROM creditbank.portrait(?, language => ?) WHERE aspect = 'total'",
                   account, "en")
        self.check("degree paths", [(1, "LOGISTICS", decimal.Decimal("2.5"))],
                   "SELECT place, programme, convertible FROM creditbank.pathways(?, most => ?)", account, 3)

    def run_lists(self):
        """For drivers that take a list for a parameter."""
        for what, values in (("decimals", [decimal.Decimal("2.5"), decimal.Decimal("3")]),
                             ("integers", [2, 3]), ("strings", ["2.5", "3 cr"])):
            self.check(f"compare with a list of {what}", [(2,)],
                       "SELECT count(*) FROM shelf WHERE amount = ANY (?)", values)
        self.check("compare with a list of references", [(2,)],
                   "SELECT count(*) FROM shelf WHERE ref = ANY (?)",
                   ["course/OUC/LOG-7", "course/OUC/LOG-8"])
