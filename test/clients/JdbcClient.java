/*
 * pgjdbc with default settings: numbers are sent with their own type, strings
 * as varchar. Run by jdbc_client, which makes and drops the database; the URL
 * is the only argument.
 */
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

public class JdbcClient {
    /* Sets the parameters of a statement the way a program would. */
    interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    record Parameter(String what, Binder binder, String amount, String below, String above) {
    }

    private static Connection connection;
    private static int count;
    private static int failed;

    private static void report(String name, String trouble) {
        count++;
        if (trouble != null) {
            failed++;
        }
        System.out.println((trouble == null ? "ok " : "not ok ") + count + " - " + name);
        if (trouble != null) {
            System.out.println("# " + trouble.replace("\n", "\n# "));
        }
    }

    private static List<String> strings(String sql, Binder binder) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binder.bind(statement);
            List<String> result = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    result.add(rows.getString(1));
                }
            }
            return result;
        }
    }

    private static void check(String name, String wanted, String sql, Binder binder) {
        try {
            List<String> got = strings(sql, binder);
            boolean same = got.size() == 1 && Objects.equals(got.get(0), wanted);
            report(name, same ? null : sql + "\nwanted " + wanted + "\ngot    " + got);
        } catch (SQLException error) {
            report(name, sql + "\n" + error);
        }
    }

    private static void checkIndex(String name, String sql, Binder binder) {
        try {
            String plan = String.join("\n", strings("EXPLAIN " + sql, binder));
            report(name, plan.contains("Index Cond:") ? null : plan);
        } catch (SQLException error) {
            report(name, sql + "\n" + error);
        }
    }

    private static void checkRanges(String what, Binder binder) {
        for (String operator : List.of("=", ">")) {
            checkIndex("the index serves " + operator + " " + what,
                    "SELECT amount FROM shelf WHERE amount " + operator + " ?", binder);
        }
    }

    private static void checkSqlState(String name, String wanted, String sql, Binder binder) {
        try {
            report(name, "wanted " + wanted + ", got rows " + strings(sql, binder));
        } catch (SQLException error) {
            String got = error.getSQLState();
            report(name, wanted.equals(got) ? null : "wanted " + wanted + ", got " + got);
        }
    }

    /* From the fifth run on pgjdbc keeps the statement prepared in the server. */
    private static void checkPrepared(Parameter parameter) {
        String name = "the tenth run with " + parameter.what + " compares like the first";
        String sql = "SELECT amount FROM shelf WHERE amount > ? ORDER BY amount LIMIT 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int run = 1; run <= 10; run++) {
                parameter.binder.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    if (!parameter.above.equals(rows.getString(1))) {
                        report(name, "run " + run + " got " + rows.getString(1));
                        return;
                    }
                }
            }
            report(name, null);
        } catch (SQLException error) {
            report(name, error.toString());
        }
    }

    private static void checkBatch() {
        String name = "insert a batch of decimals";
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO deposit (amount) VALUES (?)")) {
            for (int i = 0; i < 10; i++) {
                statement.setBigDecimal(1, new BigDecimal("1000.25"));
                statement.addBatch();
            }
            statement.executeBatch();
            check(name, "10", "SELECT count(*) FROM deposit WHERE amount = ?",
                    s -> s.setBigDecimal(1, new BigDecimal("1000.25")));
        } catch (SQLException error) {
            report(name, error.toString());
        }
    }

    private static void checkReading() {
        String name = "read an amount as a string, and as a BigDecimal where cast";
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT amount, amount::numeric FROM shelf WHERE amount = 2.5");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            String text = rows.getString(1);
            BigDecimal number = rows.getBigDecimal(2);
            boolean same = "2.5 cr".equals(text) && new BigDecimal("2.5").compareTo(number) == 0;
            report(name, same ? null : "got " + text + ", " + number);
        } catch (SQLException error) {
            report(name, error.toString());
        }
    }

    /* What a program asks of the bank for others: parameters and results of plain types. */
    private static void checkServices() throws SQLException {
        String code = strings("SELECT code FROM handed", s -> { }).get(0);
        String number = strings("SELECT number FROM handed", s -> { }).get(0);
        String checkCode = strings("SELECT check_code FROM handed", s -> { }).get(0);
        Binder purpose = s -> {
            s.setString(1, code);
            s.setString(2, "Hiring");
        };
        String shown = strings("CALL creditbank.look_up(?, ?)", purpose).get(0);
        report("what a consent shows, in one call", shown.contains("\"Wang Jianguo\"") ? null : shown);
        checkSqlState("SQLSTATE of looking for another purpose", "23C40", "CALL creditbank.look_up(?, ?)", s -> {
            s.setString(1, code);
            s.setString(2, "Curiosity");
        });
        check("a certificate by number and code", "valid",
                "SELECT standing FROM creditbank.verify_certificate(?, ?)", s -> {
                    s.setString(1, number);
                    s.setString(2, checkCode);
                });
        check("a certificate's page", "<!DOCTYPE html>",
                "SELECT left(creditbank.certificate_page(?), 15)", s -> s.setString(1, number));
        check("a portrait", "2.5000",
                "SELECT credits FROM creditbank.portrait(?) WHERE aspect = 'total'", s -> s.setString(1, "00000000000195"));
        check("degree paths", "LOGISTICS",
                "SELECT programme FROM creditbank.pathways(?, most => ?)", s -> {
                    s.setString(1, "00000000000195");
                    s.setInt(2, 3);
                });
    }

    public static void main(String[] arguments) throws SQLException {
        connection = DriverManager.getConnection(arguments[0]);
        List<Parameter> parameters = List.of(
                new Parameter("a BigDecimal", s -> s.setBigDecimal(1, new BigDecimal("2.5")),
                        "2.5 cr", "2 cr", "3 cr"),
                new Parameter("an int", s -> s.setInt(1, 2),
                        "2 cr", "1.5 cr", "2.5 cr"),
                new Parameter("a long", s -> s.setLong(1, 2L),
                        "2 cr", "1.5 cr", "2.5 cr"),
                new Parameter("an object", s -> s.setObject(1, new BigDecimal("2.5")),
                        "2.5 cr", "2 cr", "3 cr"),
                new Parameter("a bare string", s -> s.setString(1, "2.5"),
                        "2.5 cr", "2 cr", "3 cr"),
                new Parameter("a string with its unit", s -> s.setString(1, "2.5 cr"),
                        "2.5 cr", "2 cr", "3 cr"));
        for (Parameter parameter : parameters) {
            check("insert " + parameter.what, parameter.amount,
                    "INSERT INTO deposit (amount) VALUES (?) RETURNING amount", parameter.binder);
            check("compare < " + parameter.what, parameter.below,
                    "SELECT amount FROM shelf WHERE amount < ? ORDER BY amount DESC LIMIT 1", parameter.binder);
            check("compare = " + parameter.what, parameter.amount,
                    "SELECT amount FROM shelf WHERE amount = ?", parameter.binder);
            check("compare > " + parameter.what, parameter.above,
                    "SELECT amount FROM shelf WHERE amount > ? ORDER BY amount LIMIT 1", parameter.binder);
            checkPrepared(parameter);
        }
        checkRanges("a BigDecimal", s -> s.setBigDecimal(1, new BigDecimal("9990")));
        checkRanges("an int", s -> s.setInt(1, 9990));
        checkRanges("a long", s -> s.setLong(1, 9990L));
        checkRanges("a bare string", s -> s.setString(1, "9990"));
        checkRanges("a string with its unit", s -> s.setString(1, "9990 cr"));
        check("insert a string of another unit", "16 hr",
                "INSERT INTO deposit (amount) VALUES (?) RETURNING amount", s -> s.setString(1, "16 hr"));
        check("insert nothing", null,
                "INSERT INTO deposit (amount) VALUES (?) RETURNING amount",
                s -> s.setNull(1, java.sql.Types.NUMERIC));
        checkBatch();

        String ref = "cert/CN-POST/EXP-OPERATOR#2023-000123";
        check("insert a reference", ref,
                "INSERT INTO deposit (ref) VALUES (?) RETURNING ref", s -> s.setString(1, ref));
        check("compare = a reference", ref,
                "SELECT ref FROM deposit WHERE ref = ?", s -> s.setString(1, ref));
        check("a catalogue reference covers", ref,
                "SELECT ref FROM deposit WHERE ref <@ ?", s -> s.setString(1, "cert/CN-POST/EXP-OPERATOR"));
        checkIndex("the index serves = a reference",
                "SELECT ref FROM shelf WHERE ref = ?", s -> s.setString(1, "course/OUC/LOG-77"));

        checkReading();
        checkSqlState("SQLSTATE of different units", "22C01",
                "SELECT creditbank.credit_amount '1 cr' + creditbank.credit_amount '1 hr'", s -> { });
        checkSqlState("SQLSTATE of text that is no amount", "22P02",
                "INSERT INTO deposit (amount) VALUES (?) RETURNING amount", s -> s.setString(1, "two credits"));
        checkSqlState("SQLSTATE of text that is no reference", "22P02",
                "INSERT INTO deposit (ref) VALUES (?) RETURNING ref", s -> s.setString(1, "no reference"));
        checkSqlState("a double is not inserted", "42804",
                "INSERT INTO deposit (amount) VALUES (?) RETURNING amount", s -> s.setDouble(1, 2.5));
        checkSqlState("a double is not compared", "42883",
                "SELECT amount FROM shelf WHERE amount = ?", s -> s.setDouble(1, 2.5));
        checkServices();
        connection.close();
        System.out.println("1.." + count);
        System.exit(failed == 0 ? 0 : 1);
    }
}
