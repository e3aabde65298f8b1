// What a panel's query costs through the engine (bound values, limits, JSON) beside the same SQL in
// DuckDB alone (prepared, run, every chunk fetched). Both over the same Parquet file.
//
//     bench_query FILE.parquet ROUNDS      prints a line per query: name, ours and theirs in ms
#include "data/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <duckdb.h>

namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

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
};

double median(int rounds, const std::function<void(int)>& once) {
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const auto start = Clock::now();
        once(round);
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[static_cast<std::size_t>(rounds) / 2];
}

// The airports take turns, so that neither side answers from a result it still has.
const char* airport(int round) {
    static constexpr const char* kAirports[] = {"ATL", "ORD", "DFW", "LAX", "PHX", "DEN", "DTW"};
    return kAirports[round % 7];
}

class Alone {
  public:
    explicit Alone(const std::string& file) {
        if (duckdb_open(nullptr, &database_) != DuckDBSuccess) throw std::runtime_error("open");
        duckdb_connect(database_, &connection_);
        run("set threads=2");
        run("create view flights as select * from read_parquet('" + file + "')");
    }
    ~Alone() {
        duckdb_disconnect(&connection_);
        duckdb_close(&database_);
    }
    Alone(const Alone&) = delete;
    Alone& operator=(const Alone&) = delete;

    void query(const std::string& sql, const char* value) {
        duckdb_prepared_statement statement = nullptr;
        if (duckdb_prepare(connection_, sql.c_str(), &statement) != DuckDBSuccess) {
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

  private:
    void run(const std::string& sql) {
        if (duckdb_query(connection_, sql.c_str(), nullptr) != DuckDBSuccess) {
            throw std::runtime_error(sql);
        }
    }
    duckdb_database database_ = nullptr;
    duckdb_connection connection_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_query FILE.parquet ROUNDS\n");
        return 2;
    }
    const std::string file = argv[1];
    const int rounds = std::atoi(argv[2]);

    const casement::SystemClock clock;
    casement::data::EngineOptions options;
    options.cache_bytes = 0;
    options.cache_time = std::chrono::milliseconds{0};
    const auto engine = casement::data::Engine::create(
        options,
        [&](std::int64_t, const std::string&) {
            casement::data::SourceDefinition definition;
            definition.type = "duckdb";
            definition.settings = json::object{{"tables", json::object{{"flights", file}}}};
            definition.revision = 1;
            return std::make_shared<const casement::data::SourceDefinition>(definition);
        },
        clock);
    Alone alone(file);

    for (const auto& subject : kSubjects) {
        const auto ours = [&](int round) {
            casement::data::Query query;
            query.org = 1;
            query.source = "flights";
            query.text = subject.sql;
            query.parameters["airport"] = casement::data::Scalar{std::string(airport(round))};
            boost::asio::io_context context;
            auto done = boost::asio::co_spawn(context, engine->run(std::move(query), nullptr),
                                              boost::asio::use_future);
            context.run();
            const auto outcome = done.get();
            if (!outcome) throw std::runtime_error(outcome.error().message);
        };
        const auto theirs = [&](int round) { alone.query(subject.sql, airport(round)); };
        for (int round = 0; round < 7; ++round) {
            ours(round);
            theirs(round);
        }
        const double us = median(rounds, ours);
        const double them = median(rounds, theirs);
        std::printf("%s\t%.3f\t%.3f\n", subject.name, us, them);
    }
    return 0;
}
