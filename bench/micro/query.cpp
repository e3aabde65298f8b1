// What a panel's query costs through the engine (bound values, limits, JSON) beside the same SQL in
// DuckDB alone (prepared, run, every chunk fetched). Both over the same Parquet files.
//
//     bench_query FLIGHTS.parquet FOLDER ROUNDS
//
// prints a line per subject: name, ours and theirs in ms. FOLDER gets a file of ten million rows.
#include "measure.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <duckdb.h>

namespace {

using casement::bench::median;
using casement::bench::milliseconds_of;

struct Subject {
    const char* name;
    std::string sql;
};

const std::vector<Subject> kSubjects = {
    {"one number", "select count(*) as flights from flights where origin = $airport"},
    {"200 points",
     "select time_bucket(interval '1 day', date::timestamp) as day, count(*) as flights, "
     "avg(delay) as delay from flights where origin = $airport group by day order by day"},
    {"top ten",
     "select destination, count(*) as flights, avg(delay) as delay from flights "
     "where origin = $airport group by destination order by flights desc limit 10"},
    {"5 000 rows",
     "select date, destination, delay, distance from flights where origin = $airport limit 5000"},
    {"10 000 000 rows grouped to 1 000",
     "select device, count(*) as readings, avg(value) as value, max(moment) as last from readings "
     "where site <> $airport group by device order by device"},
};
const std::string kReadings =
    "select i % 1000 as device, hash(i) % 10000 / 100.0 as value, "
    "timestamp '2026-01-01' + to_seconds(i) as moment, 'site ' || (i % 7) as site "
    "from range(10000000) as numbers(i)";
constexpr int kPanels = 100;

// The airports take turns, so that neither side answers from a result it still has.
const char* airport(int round) {
    static constexpr const char* kAirports[] = {"ATL", "ORD", "DFW", "LAX", "PHX", "DEN", "DTW"};
    return kAirports[round % 7];
}

/// One number each, no two the same.
std::vector<std::string> panels() {
    std::vector<std::string> texts;
    for (int i = 0; i < kPanels; ++i) {
        texts.push_back(
            "select count(*) as flights from flights where origin = $airport and "
            "delay > " +
            std::to_string(i));
    }
    return texts;
}

class Alone {
  public:
    Alone() {
        if (duckdb_open(nullptr, &database_) != DuckDBSuccess) throw std::runtime_error("open");
        duckdb_connect(database_, &connection_);
        run("set threads=2");
    }
    ~Alone() {
        duckdb_disconnect(&connection_);
        duckdb_close(&database_);
    }
    Alone(const Alone&) = delete;
    Alone& operator=(const Alone&) = delete;

    void run(const std::string& sql) {
        if (duckdb_query(connection_, sql.c_str(), nullptr) != DuckDBSuccess) {
            throw std::runtime_error(sql);
        }
    }
    void query(const std::string& sql, const char* value) { query(connection_, sql, value); }

    /// Two connections take them in turn.
    void all(const std::vector<std::string>& texts, const char* value) {
        std::atomic<std::size_t> next{0};
        const auto work = [&] {
            duckdb_connection connection = nullptr;
            duckdb_connect(database_, &connection);
            for (auto i = next++; i < texts.size(); i = next++)
                query(connection, texts[i], value);
            duckdb_disconnect(&connection);
        };
        std::thread other(work);
        work();
        other.join();
    }

  private:
    static void query(duckdb_connection connection, const std::string& sql, const char* value) {
        duckdb_prepared_statement statement = nullptr;
        if (duckdb_prepare(connection, sql.c_str(), &statement) != DuckDBSuccess) {
            throw std::runtime_error(duckdb_prepare_error(statement));
        }
        duckdb_bind_varchar(statement, 1, value);
        duckdb_result result;
        if (duckdb_execute_prepared(statement, &result) != DuckDBSuccess) {
            throw std::runtime_error(duckdb_result_error(&result));
        }
        while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result))
            duckdb_destroy_data_chunk(&chunk);
        duckdb_destroy_result(&result);
        duckdb_destroy_prepare(&statement);
    }

    duckdb_database database_ = nullptr;
    duckdb_connection connection_ = nullptr;
};

/// The two take turns; prints the medians.
void compare(const char* name, int rounds, const std::function<void(int)>& ours,
             const std::function<void(int)>& theirs) {
    std::vector<double> us;
    std::vector<double> them;
    constexpr int kWarm = 3;
    for (int round = 0; round < rounds + kWarm; ++round) {
        const double first = milliseconds_of([&] { ours(round); });
        const double second = milliseconds_of([&] { theirs(round); });
        if (round < kWarm) continue;
        us.push_back(first);
        them.push_back(second);
    }
    std::printf("%s\t%.3f\t%.3f\n", name, median(us), median(them));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: bench_query FLIGHTS.parquet FOLDER ROUNDS\n");
        return 2;
    }
    const std::string flights = argv[1];
    const std::string readings = std::string(argv[2]) + "/readings.parquet";
    const int rounds = std::atoi(argv[3]);

    Alone alone;
    alone.run("copy (" + kReadings + ") to '" + readings + "' (format parquet)");
    alone.run("create view flights as select * from read_parquet('" + flights + "')");
    alone.run("create view readings as select * from read_parquet('" + readings + "')");
    casement::data::SourceDefinition definition;
    definition.type = "duckdb";
    definition.settings = boost::json::object{
        {"tables", boost::json::object{{"flights", flights}, {"readings", readings}}}};
    casement::bench::Bench bench(std::move(definition));

    const auto values = [](int round) {
        casement::bench::Bench::Parameters parameters;
        parameters["airport"] = casement::data::Scalar{std::string(airport(round))};
        return parameters;
    };
    for (const auto& subject : kSubjects) {
        compare(
            subject.name, rounds, [&](int round) { bench.run({subject.sql}, values(round)); },
            [&](int round) { alone.query(subject.sql, airport(round)); });
    }
    const auto texts = panels();
    compare(
        "100 panels of one number at once", rounds / 4 + 1,
        [&](int round) { bench.run(texts, values(round)); },
        [&](int round) { alone.all(texts, airport(round)); });
    return 0;
}
