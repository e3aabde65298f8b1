// What a panel's query to PostgreSQL costs through the engine beside `psql`, which runs the same
// SQL over one connection and says itself how long it took. The server is a fresh one on a socket.
//
//     bench_postgres_query ROUNDS      prints a line per subject: name, ours and psql's in ms
#include "measure.h"
#include "support/postgres.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace {

using casement::bench::median;
using casement::bench::milliseconds_of;

struct Subject {
    const char* name;
    const char* sql;
};

constexpr Subject kSubjects[] = {
    {"one number", "select count(*) as readings from readings where device = 7"},
    {"1 000 groups of 1 000 000 rows",
     "select device, count(*) as readings, avg(value) as value from readings group by device "
     "order by device"},
    {"10 000 rows", "select at, device, value from readings order by at limit 10000"},
};

/// Milliseconds of each run, in psql's own words.
std::vector<double> psql(const casement::test::Postgres& server, const std::string& database,
                         const std::string& sql, int rounds) {
    const casement::test::TempDir folder;
    const std::string script = folder / "script.sql";
    std::ofstream file(script);
    file << "\\timing on\n\\o /dev/null\n";
    for (int round = 0; round < rounds; ++round)
        file << sql << ";\n";
    file.close();
    const std::string command = "psql --quiet --no-psqlrc --host '" + server.folder() +
                                "' --username casement --file '" + script + "' " + database;
    FILE* const output = ::popen(command.c_str(), "r");
    if (output == nullptr) throw std::runtime_error("cannot start psql");
    std::vector<double> times;
    char line[256];
    while (std::fgets(line, sizeof line, output) != nullptr) {
        double time = 0;
        if (std::sscanf(line, "Time: %lf ms", &time) == 1) times.push_back(time);
    }
    if (::pclose(output) != 0 || times.size() != static_cast<std::size_t>(rounds)) {
        throw std::runtime_error("psql did not run " + sql);
    }
    return times;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: bench_postgres_query ROUNDS\n");
        return 2;
    }
    const int rounds = std::atoi(argv[1]);
    auto& server = casement::test::postgres();
    const auto address = server.fresh_database();
    const auto database = address.substr(address.rfind('=') + 1);
    for (const auto* sql : {"create table readings as select i % 1000 as device, (i::int8 * 7919 % "
                            "10000) / 100.0::float8 "
                            "as value, timestamptz '2026-01-01Z' + i * interval '1 second' as at "
                            "from generate_series(1, 1000000) i",
                            "create index on readings (device)", "create index on readings (at)",
                            "vacuum analyze readings"}) {
        casement::test::Postgres::execute(address, sql);
    }
    casement::data::SourceDefinition definition;
    definition.type = "postgres";
    definition.settings = boost::json::object{{"host", server.folder()},
                                              {"database", database},
                                              {"user", "casement"},
                                              {"ssl_mode", "disable"}};
    casement::bench::Bench bench(std::move(definition));
    for (const auto& [name, sql] : kSubjects) {
        std::vector<double> ours;
        for (int round = 0; round < rounds + 3; ++round) {
            const double time = milliseconds_of([&] { bench.run({sql}); });
            if (round >= 3) ours.push_back(time);
        }
        std::printf("%s\t%.3f\t%.3f\n", name, median(ours),
                    median(psql(server, database, sql, rounds)));
        std::fflush(stdout);
    }
    return 0;
}
